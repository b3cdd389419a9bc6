namespace MicroIntervention.Web.Streams;

/// <summary>What a hello came to.</summary>
internal enum BindResult : byte
{
    /// <summary>The secret is the visitor's, from now on or since before.</summary>
    Bound = 0,

    /// <summary>The visitor belongs to another secret.</summary>
    OtherSecret = 1,

    /// <summary>Too many new visitors at once.</summary>
    Busy = 2,
}
