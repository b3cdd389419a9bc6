using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Turns a decision to intervene into what the channels carry. Called on the shard's thread: quick, never throws.</summary>
public interface IPromptComposer
{
    /// <summary>Requests in order of preference: the next one is tried when a channel has no receiver.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="person">Who it is for.</param>
    /// <param name="cause">JSON of the causing event; empty for a timer.</param>
    /// <param name="receivedAt">When the causing signal was received; for a timer, when it was due.</param>
    /// <param name="expiresAt">When a prompt is late.</param>
    DeliveryRequest[] Compose(Decision.Intervene decision, Addressee person, ReadOnlySpan<byte> cause, Moment receivedAt, Moment expiresAt);
}

/// <summary>Reads control records: the payload's JSON to a plan.</summary>
public interface IControlReader
{
    /// <summary>The plan in force after this record. A payload it cannot read leaves the plan as it is and is reported.</summary>
    Plan Apply(Plan current, ReadOnlySpan<byte> payload);

    /// <summary>The shortest list of control records that leads from an empty plan to the one in force after this record: what a checkpoint keeps of the plan.</summary>
    /// <param name="before">The same for the plan before it.</param>
    /// <param name="payload">The record.</param>
    ImmutableArray<byte[]> Trail(ImmutableArray<byte[]> before, ReadOnlySpan<byte> payload);
}

/// <summary>Told, on the commit thread and after the commit, what became durable. Hand over and return.</summary>
public interface IEngineObserver
{
    void OnDecision(Decision decision);

    /// <summary>A report about a prompt became durable.</summary>
    void OnReport(in Signals.RecordHeader report, ReadOnlySpan<byte> payload);

    void OnDelivered(DeliveryRequest request, DeliveryResult result, Moment at);

    /// <summary>The log could not be written (null: it can again).</summary>
    void OnStalled(Exception? cause);

    /// <summary>A checkpoint was written, or could not be. On the checkpoint's thread.</summary>
    void OnCheckpoint(CheckpointReport report)
    {
    }
}
