using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Operations;

/// <summary>Says in the server's log how checkpoints go.</summary>
internal sealed class CheckpointLogger(ILogger logger) : IEngineObserver
{
    public void OnCheckpoint(CheckpointReport report)
    {
        if (report.Fault is { } fault)
        {
            EngineLog.CheckpointFailed(logger, fault);
        }
        else
        {
            EngineLog.CheckpointWritten(logger, report.Bytes, report.Took.TotalMilliseconds, report.CopyWorst.TotalMilliseconds);
        }
    }

    public void OnDecision(Decision decision)
    {
    }

    public void OnReport(in RecordHeader report, ReadOnlySpan<byte> payload)
    {
    }

    public void OnDelivered(DeliveryRequest request, DeliveryResult result, Moment at)
    {
    }

    public void OnStalled(Exception? cause)
    {
    }
}
