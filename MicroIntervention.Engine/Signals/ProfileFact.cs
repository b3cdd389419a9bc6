using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>One thing that is known of a customer, and where it comes from. Personal data: never in a header, a decision or a checkpoint.</summary>
/// <param name="Field">What it is.</param>
/// <param name="Value">The words; untrusted text, never empty but where they were erased.</param>
/// <param name="Note">Of a purchase: amount and currency as the source wrote them; else empty.</param>
/// <param name="At">Source time of the event that said it.</param>
/// <param name="Source">Which source said it.</param>
/// <param name="Origin">How it was said.</param>
public sealed record ProfileFact(ProfileField Field, string Value, string Note, Moment At, SourceId Source, ProfileOrigin Origin);

/// <summary>What a profile may say. Part of the data format: never renumber.</summary>
public enum ProfileField : byte
{
    PreferredName = 1,
    Tier = 2,
    Locale = 3,

    /// <summary>IANA time zone.</summary>
    Zone = 4,

    /// <summary>Name of what was bought; there may be several.</summary>
    Purchase = 5,
}

/// <summary>How a fact came in. Part of the data format: never renumber.</summary>
public enum ProfileOrigin : byte
{
    /// <summary>An identify call, or an import, under a server key.</summary>
    Server = 1,

    /// <summary>An identify call of a browser that proved whose it is: the person, but not what the person says of tier and purchases.</summary>
    SignedBrowser = 2,

    /// <summary>An order under a server key.</summary>
    Order = 3,
}
