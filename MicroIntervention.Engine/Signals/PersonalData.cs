namespace MicroIntervention.Engine.Signals;

/// <summary>How personal a signal's fields are; decides what a page may show of a sample.</summary>
public enum PersonalData : byte
{
    /// <summary>Nothing about a person.</summary>
    None = 0,

    /// <summary>About somebody who is known by a random id only.</summary>
    Pseudonymous = 1,

    /// <summary>Names, addresses, free text.</summary>
    Personal = 2,

    /// <summary>Special categories: health, belief, and their like.</summary>
    Sensitive = 3,
}
