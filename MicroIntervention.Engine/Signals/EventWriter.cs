using System.Buffers;

namespace MicroIntervention.Engine.Signals;

/// <summary>Writes one event in the doors' own shape out of pieces of another: names it knows, values copied byte by byte as they were sent.</summary>
/// <remarks>Copies, so it neither checks nor changes what the values hold; the parser reads the result as it reads every event.</remarks>
internal ref struct EventWriter(IBufferWriter<byte> into, ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private bool _isFirst = true;

    public void Open()
    {
        into.Write("{"u8);
        _isFirst = true;
    }

    /// <summary>Opens an object below a name.</summary>
    public void Open(scoped ReadOnlySpan<byte> name)
    {
        Name(name);
        Open();
    }

    public void Close()
    {
        into.Write("}"u8);
        _isFirst = false;
    }

    /// <summary>Writes a name and its colon; the value must follow through <see cref="Value"/> or <see cref="Open()"/>.</summary>
    public void Name(scoped ReadOnlySpan<byte> name)
    {
        into.Write(_isFirst ? "\""u8 : ",\""u8);
        into.Write(name);
        into.Write("\":"u8);
        _isFirst = false;
    }

    /// <summary>Copies a value under a name; a value that is absent or null is left out.</summary>
    public void Copy(scoped ReadOnlySpan<byte> name, scoped in JsonToken value)
    {
        if (value.IsValue)
        {
            Name(name);
            Value(in value);
        }
    }

    /// <summary>Writes a text that needs no escaping.</summary>
    public void Text(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> plain)
    {
        Name(name);
        into.Write("\""u8);
        into.Write(plain);
        into.Write("\""u8);
    }

    /// <summary>Copies one value as it was sent.</summary>
    public readonly void Value(scoped in JsonToken value)
    {
        if (value.Kind == JsonTokenKind.Text)
        {
            into.Write(_json.Slice(value.Start - 1, value.Length + 2));
        }
        else
        {
            into.Write(value.In(_json));
        }
    }
}
