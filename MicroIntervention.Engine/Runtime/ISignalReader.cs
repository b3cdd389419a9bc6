using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Reads a stored or waiting event again under another schema; implemented over <see cref="SignalParser"/>.</summary>
internal interface ISignalReader
{
    /// <summary>Sets matches and values (and the schema's version) from the event's JSON, exactly as the door would have.</summary>
    void Reread(ref Signal signal, ReadOnlySpan<byte> raw, SignalSchema schema);

    /// <summary>What an identify call says the customer wants to be called; null when nothing.</summary>
    string? DisplayName(ReadOnlySpan<byte> raw);
}
