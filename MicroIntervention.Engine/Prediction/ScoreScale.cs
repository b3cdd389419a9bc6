namespace MicroIntervention.Engine.Prediction;

/// <summary>What a score means. Part of the data format: never renumber.</summary>
public enum ScoreScale : byte
{
    /// <summary>0 to 100, a starter rule: the sum of its contributions. Never shown as a chance.</summary>
    Points = 0,

    /// <summary>Log-odds, turned into a calibrated probability by a separate monotone map.</summary>
    Probability = 1,
}
