using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Ingest;
using MicroIntervention.Web.Streams;

namespace MicroIntervention.Web.Operations;

/// <summary>The one engine as its doors see it.</summary>
internal sealed class EngineIntake(EngineHost engine, SignalParser parser) : ISignalIntake, IFeedbackIntake
{
    public SignalParser Parser => parser;

    public SignalSchema Schema => engine.Schema;

    public bool RunsOnEventTime => engine.Options.Clock == EngineClock.Event;

    public PostResult TryPost(SignalBatch batch) => engine.TryPost(batch);

    bool IFeedbackIntake.TryPost(SignalBatch batch) => engine.TryPost(batch) == PostResult.Taken;
}
