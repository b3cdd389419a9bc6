using System.Buffers;
using System.Text;
using System.Text.Json;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

/// <summary>Writes a body of another form as a batch and lets the parser read it.</summary>
internal sealed class ForeignFixture
{
    public delegate SignalRejection Translation(ReadOnlySpan<byte> body, bool isPublic, IBufferWriter<byte> into, List<SignalRejection> rejections);

    public ParserFixture Parser { get; } = new();

    /// <summary>What was no event of that form at all.</summary>
    public List<SignalRejection> Refused { get; } = [];

    public SignalRejection Read(Translation translate, string body, bool isPublic = false) => Read(translate, Encoding.UTF8.GetBytes(body), isPublic);

    /// <returns>Why the whole request is refused; the reason is none when it was read.</returns>
    public SignalRejection Read(Translation translate, byte[] body, bool isPublic = false)
    {
        var into = new ArrayBufferWriter<byte>();
        Refused.Clear();
        Parser.Batch.Reset();
        var fault = translate(body, isPublic, into, Refused);
        Parser.Door = Parser.Door with { IsPublic = isPublic };
        return fault.Reason == RejectionReason.None ? Parser.Parse(SignalRoute.Batch, into.WrittenSpan.ToArray()) : fault;
    }

    /// <summary>Reads a body that must give one event, and gives that event as it would be stored.</summary>
    public (Signal Signal, JsonElement Raw) One(Translation translate, string body, bool isPublic = false)
    {
        Assert.Equal(RejectionReason.None, Read(translate, body, isPublic).Reason);
        Assert.Empty(Refused);
        Assert.Empty(Parser.Batch.Rejections);
        Assert.Equal(1, Parser.Batch.Count);
        var signal = Parser.Batch.Signals[0];
        using var raw = JsonDocument.Parse(Parser.Batch.RawOf(in signal).ToArray());
        return (signal, raw.RootElement.Clone());
    }

    /// <summary>The visitor that an id stands for.</summary>
    /// <param name="name"><c>a:</c> and an anonymous id, or <c>u:</c> and a user id.</param>
    public MicroIntervention.Engine.Primitives.VisitorId Visitor(string name) =>
        new(Parser.Parser.Hash.Of(MicroIntervention.Engine.Primitives.HashDomain.Visitor, name));
}
