using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Web.Operations;

/// <summary>A visitor's replay that also notes what each record is called.</summary>
internal sealed class LabelledReplay(VisitorReplay replay) : ILogReader
{
    private readonly List<string> _labels = [];

    public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        var before = replay.Points.Count;
        replay.OnRecord(in header, payload);
        if (replay.Points.Count > before)
        {
            _labels.Add(LabelOf(in header, payload));
        }
    }

    /// <summary>One session's part; null when there is no record of it.</summary>
    public SessionTimeline? Of(VisitorId visitor, SessionId session)
    {
        var own = Enumerable.Range(0, replay.Points.Count).Where(i => replay.Points[i].Header.Session == session).ToArray();
        return own.Length == 0 && !replay.MetErasure
            ? null
            : new SessionTimeline(
                visitor,
                session,
                [.. own.Select(i => replay.Points[i])],
                [.. own.Select(i => _labels[i])],
                [.. replay.Decisions.Where(d => d.Facts.Session == session)],
                replay.MetErasure);
    }

    private static string LabelOf(in RecordHeader header, ReadOnlySpan<byte> payload) => header.SignalKind switch
    {
        SignalKind.Page => SignalText.Read(payload, "name") is { Length: > 0 } page ? $"Page Viewed: {page}" : "Page Viewed",
        SignalKind.Identify => "Identified",
        SignalKind.Shown => "Prompt shown",
        SignalKind.Accepted => "Prompt accepted",
        SignalKind.Dismissed => "Prompt dismissed",
        SignalKind.Helpful => "Found helpful",
        SignalKind.NotHelpful => "Found not helpful",
        SignalKind.PersonRequested => "Asked for a person",
        SignalKind.WithheldInBrowser => "Withheld in the browser: too late",
        _ => SignalText.Read(payload, "event") ?? "Signal",
    };
}
