using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

/// <summary>What counting different values of a property reads of an event.</summary>
[Proves("R-10")]
public sealed class FingerprintTests
{
    private static readonly SignalParser Parser = new(new KeyedHash(new byte[KeyedHash.KeySize]));

    [Theory]
    [InlineData("\"root\"", "\"root\"", true)]
    [InlineData("\"root\"", "\"admin\"", false)]
    [InlineData("\"gr\\u00fcn\"", "\"grün\"", true)]
    [InlineData("5", "5", true)]
    [InlineData("true", "false", false)]
    [InlineData("\"\"", "\"\"", true)]
    public void ParseRequest_TwoValues_HaveOneFingerprintExactlyWhenTheyAreEqual(string first, string second, bool same)
    {
        var (one, two) = (Read(first), Read(second));
        Assert.Equal((2, 2), (one.ValueMask, two.ValueMask));
        Assert.Equal(same, one.Values[1].Equals(two.Values[1]));
        Assert.Equal(Math.Floor(one.Values[1]), one.Values[1]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public void ParseRequest_NoPlainValue_HasNone(string value) => Assert.Equal(0, Read(value).ValueMask);

    [Fact]
    public void ParseRequest_AnotherInstallation_HasAnotherFingerprint()
    {
        var key = new byte[KeyedHash.KeySize];
        key[3] = 1;
        Assert.NotEqual(Read("\"root\"").Values[1], Read("\"root\"", new KeyedHash(key)).Values[1]);
    }

    private static Signal Read(string value, KeyedHash? hash = null)
    {
        var schema = new SignalSchema(1, [], ["amount"], ["account"], hash ?? Parser.Hash);
        var body = Encoding.UTF8.GetBytes("{\"anonymousId\":\"a\",\"event\":\"Login Failed\",\"properties\":{\"account\":" + value + "}}");
        var batch = new SignalBatch { Buffer = body, Length = body.Length };
        Assert.Equal(RejectionReason.None, Parser.ParseRequest(SignalRoute.Track, new SignalDoor(new SourceId(1), SignalFlags.None, new Moment(1), new Hash128(1, 1), null), schema, batch).Reason);
        Assert.Equal(1, batch.Count);
        return batch.Signals[0];
    }
}
