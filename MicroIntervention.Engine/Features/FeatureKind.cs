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
}

/// <summary>Whose signals a feature looks at.</summary>
public enum FeatureScope : byte
{
    Session = 0,

    /// <summary>All sessions of the visitor; for windows longer than a session.</summary>
    Visitor = 1,
}
