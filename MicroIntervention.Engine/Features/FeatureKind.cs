namespace MicroIntervention.Engine.Features;

/// <summary>How a feature is computed from a session's signals.</summary>
public enum FeatureKind : byte
{
    /// <summary>How many matching signals lie in the window.</summary>
    Count = 0,

    /// <summary>Sum of a number over the matching signals in the window.</summary>
    Sum = 1,

    /// <summary>Largest value of a number over the matching signals in the window.</summary>
    Max = 2,

    /// <summary>Latest value of a number among the matching signals.</summary>
    Last = 3,

    /// <summary>Seconds since the latest matching signal.</summary>
    TimeSince = 4,

    /// <summary>Seconds between the latest two signals of the session.</summary>
    Gap = 5,

    /// <summary>Seconds since the session (scope visitor: the visitor's first signal) began.</summary>
    Age = 6,

    /// <summary>Mean of a number over the matching signals in the window.</summary>
    Mean = 7,

    /// <summary>How many different values a property had among the matching signals in the window.</summary>
    Distinct = 8,

    /// <summary>Latest value of a number less the mean of the earlier ones in the window: a sudden drop is far below 0.</summary>
    Delta = 9,

    /// <summary>Sum of a number (or count of signals) in which a signal weighs half as much with every half-life that passed since.</summary>
    Decayed = 10,
}

/// <summary>Whose signals a feature looks at.</summary>
public enum FeatureScope : byte
{
    Session = 0,

    /// <summary>All sessions of the visitor; for windows longer than a session.</summary>
    Visitor = 1,
}
