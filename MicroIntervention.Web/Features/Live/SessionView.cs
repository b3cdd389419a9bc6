using System.Globalization;
using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Resources;

namespace MicroIntervention.Web.Features.Live;

/// <summary>The time machine's state: which moment and scenario are looked at, and what was true then. Plain, so that tests need no page.</summary>
public sealed class SessionView
{
    /// <summary>Length of the line of time on screen; finer than a pixel on a wide one.</summary>
    public const double Places = 1000;

    private readonly SessionTimeline _timeline;
    private readonly Plan? _plan;

    public SessionView(SessionTimeline timeline, Plan? plan)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        _timeline = timeline;
        _plan = plan;
        Moments = [.. timeline.Points.Select((point, i) => new SessionMoment(
            point.Header.At.ToDateTimeOffset(),
            timeline.Labels[i],
            point.Header.Verdict == SignalVerdict.Late,
            point,
            [.. timeline.Decisions.Where(decision => BelongsTo(decision, i))]))];
        Scenarios = [.. timeline.Points.SelectMany(point => point.Scores).Select(score => score.Scenario.Value).Distinct().OrderBy(name => name, StringComparer.Ordinal)];
        Scenario = timeline.Decisions.Count > 0 ? timeline.Decisions[0].Facts.Scenario.Value : Scenarios.Count > 0 ? Scenarios[0] : "";
        At = Moments.Count - 1;
    }

    public IReadOnlyList<SessionMoment> Moments { get; }

    public IReadOnlyList<string> Scenarios { get; }

    /// <summary>Who the visitor is known to be, at the log's end.</summary>
    public CustomerLink? Customer => _timeline.Customer;

    /// <summary>Whose session it is.</summary>
    public VisitorId Visitor => _timeline.Visitor;

    /// <summary>The scenario whose score is drawn.</summary>
    public string Scenario { get; set; }

    public int Count => Moments.Count;

    /// <summary>Index of the moment that is looked at.</summary>
    public int At { get; private set; }

    public SessionMoment Now => Moments[At];

    public bool MetErasure => _timeline.MetErasure;

    public ScenarioScore? Score => ScoreAt(At);

    /// <summary>The decision of this scenario at this moment; null when none was made.</summary>
    public Decision? Decision => Now.Decisions.LastOrDefault(decision => decision.Facts.Scenario.Value == Scenario);

    /// <summary>Each contribution to the score at this moment, in the model's order.</summary>
    public IReadOnlyList<Contribution> Contributions
    {
        get
        {
            if (Score is not { } score)
            {
                return [];
            }

            var known = Contribution.AllOf(score.Scenario, score.Contributions, Now.Point.Features, _plan);
            return known.Count > 0 ? known : [.. score.Names.Select((name, i) => new Contribution(name, score.Contributions[i], null))];
        }
    }

    /// <summary>Intercept plus contributions in the model's order: the same additions the engine made, so the same bits.</summary>
    public double Sum
    {
        get
        {
            var sum = Score?.Intercept ?? 0;
            foreach (var contribution in Score?.Contributions ?? [])
            {
                sum += contribution;
            }

            return sum;
        }
    }

    /// <summary>Whether the sum is the score, bit for bit.</summary>
    public bool AddsUp => Score is { } score && BitConverter.DoubleToInt64Bits(Sum) == BitConverter.DoubleToInt64Bits(score.Score);

    /// <summary>Title and value of every feature at this moment.</summary>
    public IReadOnlyList<(string Title, string Value)> Features =>
        [.. Now.Point.FeatureNames.Select((name, i) => (name, ValueText(Now.Point.Features[i])))];

    /// <summary>Every prompt that was decided in this session and what became of it, oldest first.</summary>
    public IReadOnlyList<PromptStory> Prompts(LiveFeed feed) =>
        [.. _timeline.Decisions.OfType<Decision.Intervene>().OrderBy(decision => decision.Facts.At).Select(decision => PromptStory.Of(decision, _timeline, feed))];

    /// <summary>Where a moment stands on the line of time, 0 to <see cref="Places"/>; a session of one instant is spread evenly.</summary>
    public double PlaceOf(int index)
    {
        var first = Moments[0].At;
        var span = (Moments[^1].At - first).TotalMilliseconds;
        return span > 0 ? Places * (Moments[index].At - first).TotalMilliseconds / span : Count == 1 ? 0 : Places * index / (Count - 1);
    }

    /// <summary>Looks at the moment nearest to a place on the line of time; of several at one place, the latest.</summary>
    public void MoveToPlace(double place)
    {
        var nearest = 0;
        for (var i = 1; i < Count; i++)
        {
            nearest = Math.Abs(PlaceOf(i) - place) <= Math.Abs(PlaceOf(nearest) - place) ? i : nearest;
        }

        At = nearest;
    }

    public ScenarioScore? ScoreAt(int index)
    {
        foreach (var score in Moments[index].Point.Scores)
        {
            if (score.Scenario.Value == Scenario)
            {
                return score;
            }
        }

        return null;
    }

    /// <summary>Looks at another moment; out of range means the nearest.</summary>
    public void MoveTo(int index) => At = Math.Clamp(index, 0, Count - 1);

    /// <summary>Looks at the moment of a decision, and at its scenario; unknown ids leave the latest moment.</summary>
    public void OpenAt(string? decisionId)
    {
        for (var i = 0; i < Count; i++)
        {
            foreach (var decision in Moments[i].Decisions)
            {
                if (decision.Id.ToString() == decisionId)
                {
                    At = i;
                    Scenario = decision.Facts.Scenario.Value;
                    return;
                }
            }
        }
    }

    /// <summary>Why it fired, or why not, at this moment, as a sentence.</summary>
    public string Why(IStringLocalizer<ConsoleText> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Score is not { } score)
        {
            return text["Session.WhyNothing"];
        }

        var value = DecisionWords.Score(score.Scale, score.Value);
        var threshold = DecisionWords.Number(score.Scale, score.Threshold);
        var top = Contributions.Where(contribution => contribution.Amount > 0).OrderByDescending(contribution => contribution.Amount).Take(2).Select(DecisionWords.Reason);
        var because = string.Join(", ", top);
        if (Decision is { } decision)
        {
            var outcome = text[decision is Decision.Intervene ? "Session.Fired" : "Why." + decision.Reason].Value;
            // A hard trigger decides whatever the score is.
            var crossed = score.Value >= score.Threshold ? $"{value} ≥ {threshold}" : value;
            return because.Length > 0 ? $"{because} → {crossed} → {outcome}" : $"{crossed} → {outcome}";
        }

        return score.Value >= score.Threshold
            ? text["Session.WhyOpen", value, threshold]
            : text["Session.WhyBelow", value, threshold];
    }

    /// <summary>What prompts and refusals have cost this person's attention at this moment, beside what the scenario bids; null where no score was computed.</summary>
    public string? Attention(IStringLocalizer<ConsoleText> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var spent = Now.Point.AttentionSpent;
        if (Score is not { } score)
        {
            return null;
        }

        return score.AttentionBid is { } bid
            ? text["Session.Attention", Units(spent), Units(bid), Units(Math.Max(0, bid - spent)), Units(score.AttentionPrice)]
            : text["Session.AttentionFree", Units(spent)];
    }

    private static string Units(double units) => units.ToString("0.##", CultureInfo.InvariantCulture);

    // A timer decides between two records: it is shown at the latest record not after it.
    private bool BelongsTo(Decision decision, int index)
    {
        var at = decision.Facts.At;
        if (decision.Facts.Timer.Length == 0)
        {
            return decision.Facts.Position == new Engine.Primitives.LogPosition(_timeline.Points[index].Header.Partition, _timeline.Points[index].Header.Offset);
        }

        var next = index + 1 < _timeline.Points.Count ? _timeline.Points[index + 1].Header.At : new Engine.Primitives.Moment(long.MaxValue);
        return _timeline.Points[index].Header.At <= at && at < next;
    }

    private static string ValueText(double value) =>
        double.IsFinite(value) && value > double.MinValue ? value.ToString("0.###", CultureInfo.InvariantCulture) : "–";
}
