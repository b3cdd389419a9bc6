namespace MicroIntervention.Web.Ingest;

/// <summary>The wire form a door reads.</summary>
internal enum DoorForm
{
    /// <summary>Segment's, which is also RudderStack's and our own.</summary>
    Segment,

    PostHog,

    CloudEvents,

    /// <summary>PostHog's question for flags; answered with none.</summary>
    PostHogFlags,

    /// <summary>Any of them: read, told, and forgotten.</summary>
    DryRun,
}
