using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Reads an event again that was read under another schema, or comes from the log.</summary>
internal sealed class SignalRereader(SignalParser parser)
{
    /// <summary>The installation's.</summary>
    public Primitives.KeyedHash Hash => parser.Hash;

    public void Reread(ref Signal signal, ReadOnlySpan<byte> raw, SignalSchema schema)
    {
        var header = RecordCodec.HeaderOf(in signal);
        if (parser.ParseEvent(raw, in header, schema, out var read))
        {
            signal.Matches = read.Matches;
            signal.Values = read.Values;
            signal.ValueMask = read.ValueMask;
            signal.Customer = read.Customer;
        }

        // Whatever could not be read now could not be read at the door either: it matches nothing.
        signal.SchemaVersion = schema.Version;
    }
}
