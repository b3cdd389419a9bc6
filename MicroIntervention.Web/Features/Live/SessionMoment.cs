using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Resources;

namespace MicroIntervention.Web.Features.Live;

/// <summary>One moment of a session's line.</summary>
/// <param name="Label">What happened: the event's name; empty where it has none. Untrusted text.</param>
/// <param name="IsLate">The signal was late: it entered no window.</param>
/// <param name="Point">State right after it.</param>
/// <param name="Decisions">What was decided at it.</param>
public sealed record SessionMoment(DateTimeOffset At, string Label, bool IsLate, TimelinePoint Point, IReadOnlyList<Decision> Decisions)
{
    /// <summary>What happened, in words: the event's own name, else what kind of signal it was.</summary>
    public string Said(IStringLocalizer<ConsoleText> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Label.Length > 0 ? Label : text["Signal." + Point.Header.SignalKind].Value;
    }
}
