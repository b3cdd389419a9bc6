using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

/// <summary>A parser, a schema and a door, and the short way to read a body with them.</summary>
internal sealed class ParserFixture
{
    public const long ReceivedMs = 1_795_344_430_000;

    public static readonly SignalSchema Schema = new(
        7,
        [
            new SignalMatcher(["Payment Declined"], []),
            new SignalMatcher(["Payment Declined"], [new SignalCondition("amount", ConditionOperator.AtLeast, null, 40)]),
            new SignalMatcher(["Payment Declined"], [new SignalCondition("order.kind", ConditionOperator.Is, "gift \u00e9", 0)]),
            new SignalMatcher([EventNames.PageViewed], []),
            new SignalMatcher([EventNames.Identified], [new SignalCondition("plan", ConditionOperator.Is, "pro", 0)]),
            new SignalMatcher([], []),
            new SignalMatcher([], [new SignalCondition("vip", ConditionOperator.Is, "true", 0)]),
            new SignalMatcher(["Payment Declined"], [new SignalCondition("order", ConditionOperator.Exists, null, 0)]),
            new SignalMatcher(["Payment Declined"], [new SignalCondition("code", ConditionOperator.IsNot, "ok", 0)]),
            new SignalMatcher(["Payment Declined"], [new SignalCondition("amount", ConditionOperator.AtMost, null, 40)]),
            new SignalMatcher(["Payment Declined"], [new SignalCondition("attempt", ConditionOperator.Is, null, 2)]),
        ],
        ["amount", "order.total"]);

    public SignalParser Parser { get; } = new(new KeyedHash(new byte[KeyedHash.KeySize]));

    public SignalBatch Batch { get; } = new();

    public SignalDoor Door { get; set; } = new(new SourceId(3), SignalFlags.None, new Moment(ReceivedMs), new Hash128(11, 22), null);

    public SignalRejection Parse(SignalRoute route, string body) => Parse(route, Encoding.UTF8.GetBytes(body));

    public SignalRejection Parse(SignalRoute route, byte[] body)
    {
        Batch.Buffer = body;
        Batch.Length = body.Length;
        return Parser.ParseRequest(route, Door, Schema, Batch);
    }

    /// <summary>Reads one track event that must be accepted.</summary>
    public Signal Track(string body)
    {
        var answer = Parse(SignalRoute.Track, body);
        Assert.Equal(RejectionReason.None, answer.Reason);
        Assert.Empty(Batch.Rejections);
        Assert.Equal(1, Batch.Count);
        return Batch.Signals[0];
    }

    /// <summary>Why one event was refused, and which field is at fault.</summary>
    public (RejectionReason Reason, string Field) Refused(SignalRoute route, string body)
    {
        var answer = Parse(route, body);
        if (answer.Reason != RejectionReason.None)
        {
            Assert.Equal(0, Batch.Count);
            return (answer.Reason, answer.Field);
        }

        Assert.Equal(0, Batch.Count);
        var rejection = Assert.Single(Batch.Rejections);
        return (rejection.Reason, rejection.Field);
    }

    /// <summary>The header that the log would keep of a signal.</summary>
    public static RecordHeader HeaderOf(in Signal signal) => new()
    {
        Kind = RecordKind.Signal,
        SignalKind = signal.Kind,
        Flags = signal.Flags,
        ReceivedAt = signal.ReceivedAt,
        SourceTime = signal.SourceTime,
        Visitor = signal.Visitor,
        ExplicitSession = signal.ExplicitSession,
        Message = signal.Message,
        About = signal.About,
        Source = signal.Source,
        ZoneOffsetMinutes = signal.ZoneOffsetMinutes,
        PayloadStart = signal.RawStart,
        PayloadLength = signal.RawLength,
    };
}
