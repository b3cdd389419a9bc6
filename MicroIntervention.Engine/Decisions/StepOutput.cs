using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>What one step produced; owned by the caller and reused. <see cref="Begin"/> empties it.</summary>
public struct StepOutput
{
    internal double[] Row;
    internal double[] Contributions;
    internal DecisionDraft[] Drafts;

    public StepOutput()
    {
        Decisions = [];
        Armed = [];
        Messages = [];
        Row = [];
        Contributions = [];
        Drafts = [];
    }

    /// <summary>In the order in which the plan lists their scenarios.</summary>
    public List<Decision> Decisions { get; }

    /// <summary>Timers that were started: (due, index among the plan's timers).</summary>
    public List<(Moment Due, int Timer)> Armed { get; }

    /// <summary>What other partitions must know of it, in the order in which it happened.</summary>
    public List<CustomerMessage> Messages { get; }

    /// <summary>The session that the record belongs to.</summary>
    public SessionId Session { get; internal set; }

    public SignalVerdict Verdict { get; internal set; }

    /// <summary>True when this record began a session.</summary>
    public bool Started { get; internal set; }

    internal void Begin(Plan plan)
    {
        Decisions.Clear();
        Armed.Clear();
        Messages.Clear();
        Session = default;
        Verdict = SignalVerdict.Taken;
        Started = false;
        if (Row.Length < plan.Features.Width)
        {
            Row = new double[plan.Features.Width];
        }

        if (Contributions.Length < plan.MaxContributions)
        {
            Contributions = new double[plan.MaxContributions];
        }

        if (Drafts.Length < plan.Scenarios.Length)
        {
            Drafts = new DecisionDraft[plan.Scenarios.Length];
        }
    }
}
