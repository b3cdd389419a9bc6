using System.Collections.Immutable;
using System.Text;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Internal records as bytes: format, kind, origin, visitor, customer, time, wishes, prompts, facts. Little-endian; part of the data format (docs/log-format.md).</summary>
public static class CustomerMessageCodec
{
    private const byte Format = 1;
    private const int LeastFactBytes = 22;

    /// <summary>The payload of an internal record.</summary>
    internal static byte[] Encode(CustomerMessage message)
    {
        using var buffer = new CheckpointBuffer();
        Write(buffer, message, withFacts: true);
        return buffer.Written.ToArray();
    }

    /// <param name="to">Gets the bytes.</param>
    /// <param name="message">The message.</param>
    /// <param name="withFacts">False for a checkpoint, which holds nothing personal: it notes only that there are facts.</param>
    internal static void Write(CheckpointBuffer to, CustomerMessage message, bool withFacts)
    {
        to.Byte(Format);
        to.Byte((byte)message.Kind);
        to.Int(message.Origin.Partition);
        to.Long(message.Origin.Sequence);
        to.Hash(message.Visitor.Value);
        to.Hash(message.Customer.Value);
        to.At(message.At);
        LinkCodec.Write(to, message.Wishes);
        to.Byte((byte)message.Wish);
        LinkCodec.Write(to, message.Prompts);
        to.Int(withFacts ? message.Facts.Length : 0);
        if (!withFacts)
        {
            return;
        }

        foreach (var fact in message.Facts)
        {
            to.Byte((byte)fact.Field);
            to.Byte((byte)fact.Origin);
            to.Int(fact.Source.Value);
            to.At(fact.At);
            to.Block(Encoding.UTF8.GetBytes(fact.Value));
            to.Block(Encoding.UTF8.GetBytes(fact.Note));
        }
    }

    /// <summary>The payload of an internal record.</summary>
    /// <exception cref="InvalidDataException">Another format, or damaged.</exception>
    public static CustomerMessage Read(ReadOnlySpan<byte> payload)
    {
        var from = new CheckpointCursor(payload);
        try
        {
            return Read(ref from);
        }
        catch (ArgumentOutOfRangeException wrong)
        {
            throw new InvalidDataException("An internal record is shorter than it says.", wrong);
        }
    }

    internal static CustomerMessage Read(ref CheckpointCursor from)
    {
        if (from.Byte() is var format && format != Format)
        {
            throw new InvalidDataException($"An internal record has format {format}; this version of the program reads format {Format}.");
        }

        var kind = (CustomerMessageKind)from.Byte();
        var origin = new MessageOrigin(from.Int(), from.Long());
        var message = new CustomerMessage(kind, new VisitorId(from.Hash()), new VisitorId(from.Hash()), from.At())
        {
            Origin = origin,
            Wishes = LinkCodec.ReadWishes(ref from),
            Wish = (SignalKind)from.Byte(),
            Prompts = LinkCodec.ReadPrompts(ref from),
        };
        return message with { Facts = ReadFacts(ref from), Origin = origin };
    }

    private static ImmutableArray<ProfileFact> ReadFacts(ref CheckpointCursor from)
    {
        var facts = new ProfileFact[from.Count(LeastFactBytes)];
        for (var i = 0; i < facts.Length; i++)
        {
            var (field, origin, source, at) = ((ProfileField)from.Byte(), (ProfileOrigin)from.Byte(), from.Int(), from.At());
            facts[i] = new ProfileFact(field, Encoding.UTF8.GetString(from.Block()), Encoding.UTF8.GetString(from.Block()), at, new SourceId((ushort)source), origin);
        }

        return [.. facts];
    }
}
