using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>Which door a path is.</summary>
/// <param name="Form">What its bodies look like.</param>
/// <param name="Route">For <see cref="DoorForm.Segment"/>, the type of its one event, or batch; otherwise batch.</param>
internal readonly record struct DoorPath(DoorForm Form, SignalRoute Route = SignalRoute.Batch)
{
    /// <summary>Null when the path is none of these doors.</summary>
    /// <remarks>The one-letter names are those of Segment's browser SDK; PostHog's SDKs write theirs with and without the last slash.</remarks>
    public static DoorPath? Of(string? path) => path switch
    {
        "/v1/batch" or "/v1/b" => new(DoorForm.Segment),
        "/v1/track" or "/v1/t" => new(DoorForm.Segment, SignalRoute.Track),
        "/v1/page" or "/v1/p" or "/v1/screen" or "/v1/s" => new(DoorForm.Segment, SignalRoute.Page),
        "/v1/identify" or "/v1/i" => new(DoorForm.Segment, SignalRoute.Identify),
        "/v1/group" or "/v1/g" => new(DoorForm.Segment, SignalRoute.Group),
        "/v1/alias" or "/v1/a" => new(DoorForm.Segment, SignalRoute.Alias),
        "/v1/events" => new(DoorForm.CloudEvents),
        "/v1/validate" => new(DoorForm.DryRun),
        "/batch/" or "/batch" or "/e/" or "/e" or "/i/v0/e/" or "/i/v0/e" or "/capture/" or "/capture" => new(DoorForm.PostHog),
        "/flags/" or "/flags" or "/decide/" or "/decide" => new(DoorForm.PostHogFlags),
        _ => null,
    };
}
