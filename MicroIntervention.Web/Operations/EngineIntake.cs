using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Ingest;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Ownership;
using MicroIntervention.Web.Streams;

namespace MicroIntervention.Web.Operations;

/// <summary>The one engine as its doors see it.</summary>
internal sealed class EngineIntake(EngineHost engine, SignalParser parser, SourceActivity activity, SignalCensus census) : ISignalIntake, IFeedbackIntake
{
    public SignalParser Parser => parser;

    public SignalSchema Schema => engine.Schema;

    public Plan? Plan => engine.CurrentPlan;

    public bool RunsOnEventTime => engine.Options.Clock == EngineClock.Event;

    public PostResult TryPost(SignalBatch batch)
    {
        // Read first: once posted, the batch belongs to the shards.
        var source = batch.Count > 0 ? batch.Signals[0].Source.Value : (ushort)0;
        var result = engine.TryPost(batch);
        if (result == PostResult.Taken)
        {
            activity.Note(source);
            if (!RunsOnEventTime)
            {
                census.Note(batch);
            }
        }

        return result;
    }

    bool IFeedbackIntake.TryPost(SignalBatch batch) => engine.TryPost(batch) == PostResult.Taken;
}
