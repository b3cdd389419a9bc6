using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>Bytes to signals or rejections.</summary>
public sealed class SignalParser(KeyedHash hash)
{
    public KeyedHash Hash { get; } = hash;
}
