using MicroIntervention.Engine.Decisions;

namespace MicroIntervention.Tests.Engine.Decisions;

/// <summary>Recorded decisions stay readable, and nothing is read that this version cannot name.</summary>
[Proves("R-24")]
public sealed class DecisionCodecTests
{
    public static TheoryData<DecisionReason> Reasons => [.. Enum.GetValues<DecisionReason>()];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Encode_AnyReason_ComesBackTheSame(DecisionReason reason)
    {
        var decision = Of(reason);
        var bytes = DecisionCodec.Encode(decision);
        var read = DecisionCodec.Decode(bytes);
        Assert.Equal(reason, read.Reason);
        Assert.Equal(bytes, DecisionCodec.Encode(read));
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Encode_ReasonOfTheFirstFormat_IsWrittenInIt(DecisionReason reason)
    {
        // A decision recorded before the newer reasons existed, made again today, must have the very bytes it was recorded with.
        var isNew = reason is DecisionReason.SignalStale or DecisionReason.LikelyBot or DecisionReason.StageShare or DecisionReason.Attention or DecisionReason.WeekCap;
        Assert.Equal(isNew ? 2 : 1, DecisionCodec.Encode(Of(reason))[0]);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(2, 14)]
    [InlineData(2, 200)]
    public void Decode_UnknownFormatOrReason_SaysSo(int at, byte value)
    {
        var bytes = DecisionCodec.Encode(Of(DecisionReason.CoolDown));
        bytes[at] = value;
        Assert.Throws<InvalidDataException>(() => DecisionCodec.Decode(bytes));
    }

    private static Decision Of(DecisionReason reason)
    {
        var walk = new Walk(Walk.PlanOf("checkout-failure"));
        walk.At(0, "Payment Declined");
        walk.At(1, "Payment Declined");
        var made = Assert.IsType<Decision.Intervene>(Assert.Single(walk.All));
        return reason == DecisionReason.Chosen ? made : new Decision.Suppress(made.Facts, reason);
    }
}
