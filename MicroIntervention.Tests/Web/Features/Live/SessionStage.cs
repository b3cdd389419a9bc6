using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Web.Live;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Tests.Web.Features.Live;

/// <summary>Sessions as the log would tell them, under the plan of <see cref="LiveStage"/>: each declined payment adds 30 points, to 60 at most.</summary>
internal static class SessionStage
{
    public static readonly VisitorId Visitor = new(new Hash128(0xa11ce00000000000, 7));
    public static readonly SessionId Session = new(new Hash128(0x5e55000000000000, 9));

    /// <summary>One signal a second.</summary>
    public static SessionTimeline Timeline(DateTimeOffset start, double threshold, params string[] labels)
    {
        var model = LiveStage.Plan().Scenarios[0].Model;
        var points = new List<TimelinePoint>();
        double declined = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            declined += labels[i] == "Payment Declined" ? 1 : 0;
            double[] row = [declined, 0, 0];
            var contributions = new double[3];
            var score = model.Score(row, contributions);
            points.Add(new TimelinePoint(
                Header(i, start.AddSeconds(i), SignalKind.Track),
                row,
                ["payments declined in 10 minutes", "failed logins in 10 minutes", "rage clicks in 5 minutes"],
                [new ScenarioScore(LiveStage.Checkout, ScoreScale.Points, score, score, threshold, 0, ["payment_declined_10m", "login_failed_10m", "rage_clicks_5m"], contributions)],
                []));
        }

        return new SessionTimeline(Visitor, Session, points, labels, [], false);
    }

    /// <summary>Adds a browser's report about a decision.</summary>
    public static SessionTimeline WithReport(this SessionTimeline timeline, DecisionId about, SignalKind kind, DateTimeOffset at)
    {
        var last = timeline.Points[^1];
        var header = Header(timeline.Points.Count, at, kind) with { About = about };
        return timeline with { Points = [.. timeline.Points, last with { Header = header }], Labels = [.. timeline.Labels, kind.ToString()] };
    }

    private static RecordHeader Header(int offset, DateTimeOffset at, SignalKind kind) => new()
    {
        Kind = RecordKind.Signal,
        SignalKind = kind,
        Offset = offset,
        At = Moment.From(at),
        Visitor = Visitor,
        Session = Session,
    };
}
