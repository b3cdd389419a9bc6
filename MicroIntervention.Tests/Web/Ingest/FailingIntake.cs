using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Ingest;

namespace MicroIntervention.Tests.Web.Ingest;

/// <summary>The real engine, which at first is told to be unwell for some requests.</summary>
internal sealed class FailingIntake(ISignalIntake engine) : ISignalIntake
{
    private int _overloads;
    private int _failures;

    public SignalParser Parser => engine.Parser;

    public SignalSchema Schema => engine.Schema;

    public Plan? Plan => engine.Plan;

    public bool RunsOnEventTime => engine.RunsOnEventTime;

    /// <summary>So many requests are refused as too many, then so many fail.</summary>
    public void Fail(int overloads, int failures) => (_overloads, _failures) = (overloads, failures);

    public PostResult TryPost(SignalBatch batch)
    {
        if (Interlocked.Decrement(ref _overloads) >= 0)
        {
            return PostResult.Overloaded;
        }

        return Interlocked.Decrement(ref _failures) >= 0 ? throw new InvalidOperationException("The test wants a failure.") : engine.TryPost(batch);
    }
}
