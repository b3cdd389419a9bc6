using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>Stands behind the doors while no engine does: every signal is answered with "starting or stopping".</summary>
internal sealed class ClosedIntake : ISignalIntake
{
    public SignalParser Parser { get; } = new(new KeyedHash(new byte[KeyedHash.KeySize]));

    public SignalSchema Schema => SignalSchema.Empty;

    public bool RunsOnEventTime => false;

    public PostResult TryPost(SignalBatch batch) => PostResult.NotRunning;
}
