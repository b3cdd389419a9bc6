namespace MicroIntervention.Engine.Signals;

/// <summary>What a contract is about.</summary>
public enum ContractSubject : byte
{
    /// <summary>A kind of signal, by its event's name.</summary>
    Signal = 0,

    /// <summary>A kind of outcome: it counts as validated only under an agreed contract.</summary>
    Outcome = 1,
}
