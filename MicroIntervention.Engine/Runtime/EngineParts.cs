using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>What an engine is put together from.</summary>
/// <param name="Log">Where records become durable.</param>
/// <param name="Parser">Reads stored events again; its hash is the installation's.</param>
/// <param name="Controls">Reads control records.</param>
/// <param name="Composer">Makes prompts of decisions; null sends nothing.</param>
/// <param name="Channels">One of a kind.</param>
/// <param name="Gates">The flags that channels look at while sending.</param>
/// <param name="Time">The wall clock.</param>
/// <param name="Checkpoints">Where copies of the state are kept; null keeps none, and every start reads the whole log.</param>
public sealed record EngineParts(
    ISignalLog Log,
    SignalParser Parser,
    IControlReader Controls,
    IPromptComposer? Composer,
    IReadOnlyList<IChannel> Channels,
    SendGates Gates,
    TimeProvider Time,
    ICheckpointStore? Checkpoints = null);
