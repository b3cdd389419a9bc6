namespace MicroIntervention.Engine.Signals;

/// <summary>Family of a signal, as packs declare it.</summary>
public enum SignalFamily : byte
{
    Behavioral = 0,
    Transactional = 1,
    Sentiment = 2,
}
