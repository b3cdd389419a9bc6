namespace MicroIntervention.Web.Ingest;

/// <summary>How the reading of a body ended.</summary>
internal enum BodyOutcome
{
    Read,
    TooLarge,
    BadCompression,
    UnknownEncoding,

    /// <summary>The sender is gone; nobody is there to be answered.</summary>
    Gone,
}
