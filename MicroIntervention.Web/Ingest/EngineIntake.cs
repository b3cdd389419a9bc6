using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>The doors' side of a running engine.</summary>
/// <param name="parser">The engine's own, made with the installation's key.</param>
public sealed class EngineIntake(EngineHost engine, SignalParser parser) : ISignalIntake
{
    public SignalParser Parser { get; } = parser;

    public SignalSchema Schema => engine.Schema;

    public bool RunsOnEventTime => engine.Options.Clock == EngineClock.Event;

    public PostResult TryPost(SignalBatch batch) => engine.TryPost(batch);
}
