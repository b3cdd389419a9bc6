using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>What the doors need of the engine that runs behind them.</summary>
public interface ISignalIntake
{
    SignalParser Parser { get; }

    /// <summary>What the plan in force wants read from an event.</summary>
    SignalSchema Schema { get; }

    /// <summary>The plan in force, for the dry run; null where there is none.</summary>
    Plan? Plan => null;

    /// <summary>True in a replay workspace, which takes only sources whose clock is the event's own; a live one takes only the others.</summary>
    bool RunsOnEventTime { get; }

    /// <summary>Hands over a request's signals, all or none; at least one. Thread-safe.</summary>
    PostResult TryPost(SignalBatch batch);
}
