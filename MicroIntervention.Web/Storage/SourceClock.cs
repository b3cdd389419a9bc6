namespace MicroIntervention.Web.Storage;

/// <summary>Whose time a source's signals run on.</summary>
public enum SourceClock
{
    /// <summary>The server's own.</summary>
    Wall,

    /// <summary>The events' own; admin only, in a separate workspace.</summary>
    Event,
}
