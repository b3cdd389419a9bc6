using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Web.Features.Live;

/// <summary>One prompt from its decision to the customer's answer.</summary>
/// <param name="State">The furthest it came, as far as log and live feed know.</param>
/// <param name="Steps">How it was delivered and what the customer's browser reported, in order, each once.</param>
/// <param name="SignalToPaintMs">The browser's own measurement; null when not known.</param>
public sealed record PromptStory(Decision.Intervene Decision, FeedState State, IReadOnlyList<(FeedState State, DateTimeOffset At)> Steps, double? SignalToPaintMs)
{
    /// <summary>Reads a prompt's story: reports and deliveries from the log; what the log does not hold yet from the live feed.</summary>
    public static PromptStory Of(Decision.Intervene decision, SessionTimeline timeline, LiveFeed feed)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(timeline);
        ArgumentNullException.ThrowIfNull(feed);
        var steps = new List<(FeedState State, DateTimeOffset At)>();
        foreach (var point in timeline.Points)
        {
            if (point.Header.About == decision.Id && LiveFeed.StateOf(point.Header.SignalKind) is { } state)
            {
                steps.Add((state, point.Header.At.ToDateTimeOffset()));
            }
        }

        double? paint = null;
        foreach (var note in timeline.Notes)
        {
            if (note.Decision != decision.Id || LiveFeed.StateOf(note.Kind) is not { } state)
            {
                continue;
            }

            paint ??= note.SignalToPaintMs;

            // A report is both a record and a note; the record has the browser's own time.
            if (!steps.Exists(step => step.State == state))
            {
                steps.Add((state, note.At.ToDateTimeOffset()));
            }
        }

        var item = feed.Find(decision.Id);
        var furthest = steps.Select(step => step.State).Append(item?.State ?? FeedState.Deciding).Max();
        return new PromptStory(decision, furthest, [.. steps.OrderBy(step => step.At).ThenBy(step => step.State)], paint ?? item?.SignalToPaintMs);
    }
}
