using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

[Proves("R-04")]
public sealed class SignalParserTests
{
    private readonly ParserFixture _fixture = new();

    [Theory]
    [InlineData("""{"amount":50}""", 0b001_0010_0011)]
    [InlineData("""{"amount":40}""", 0b011_0010_0011)]
    [InlineData("""{"amount":"50"}""", 0b001_0010_0001)]
    [InlineData("""{"amount":1e999}""", 0b001_0010_0001)]
    [InlineData("""{"order":{"kind":"gift é","total":9}}""", 0b001_1010_0101)]
    [InlineData("""{"order":{"kind":"gift \u00e9"}}""", 0b001_1010_0101)]
    [InlineData("""{"\u006frder":{"k\u0069nd":"gift é"}}""", 0b001_1010_0101)]
    [InlineData("""{"order":{"kind":"gift é"},"order":{}}""", 0b001_1010_0001)]
    [InlineData("""{"order":{"kind":"gift é"},"order":null}""", 0b001_0010_0001)]
    [InlineData("""{"order":7,"vip":true,"code":"ok"}""", 0b000_1110_0001)]
    [InlineData("""{"vip":"true","code":"OK","attempt":2.0}""", 0b101_0110_0001)]
    public void ParseRequest_Properties_SetTheirMatchers(string properties, int matches)
    {
        var signal = _fixture.Track($$"""{"anonymousId":"a","event":"Payment Declined","properties":{{properties}}}""");

        Assert.Equal((ulong)matches, signal.Matches);
    }

    [Fact]
    public void ParseRequest_Numbers_AreRead()
    {
        var signal = _fixture.Track("""{"anonymousId":"a","event":"X","properties":{"amount":-12.75,"order":{"total":1.25e2}}}""");

        Assert.Equal(3, signal.ValueMask);
        Assert.Equal(-12.75, signal.Values[0]);
        Assert.Equal(125.0, signal.Values[1]);
        Assert.Equal(7, signal.SchemaVersion);
    }

    [Theory]
    [InlineData("""{"amount":1e999}""")]
    [InlineData("""{"amount":-1e999}""")]
    [InlineData("""{"amount":"12"}""")]
    [InlineData("""{"amount":null}""")]
    [InlineData("""{"amount":{}}""")]
    public void ParseRequest_NumberThatIsNone_IsIgnored(string properties) =>
        Assert.Equal(0, _fixture.Track($$"""{"anonymousId":"a","event":"X","properties":{{properties}}}""").ValueMask);

    [Fact]
    public void ParseRequest_PropertiesTwice_LastCounts()
    {
        var signal = _fixture.Track("""{"anonymousId":"a","event":"X","properties":{"amount":1},"properties":{"order":{"total":2}}}""");

        Assert.Equal(2, signal.ValueMask);
    }

    [Fact]
    public void ParseRequest_AnonymousAndUserId_AnonymousIdIsTheVisitor()
    {
        var hash = _fixture.Parser.Hash;

        Assert.Equal(new VisitorId(hash.Of(HashDomain.Visitor, "a:x")), _fixture.Track("""{"anonymousId":"x","userId":"u","event":"E"}""").Visitor);
        Assert.Equal(new VisitorId(hash.Of(HashDomain.Visitor, "u:u")), _fixture.Track("""{"anonymousId":null,"userId":"u","event":"E"}""").Visitor);
        Assert.Equal(new VisitorId(hash.Of(HashDomain.Visitor, "u:42")), _fixture.Track("""{"anonymousId":"","userId":42,"event":"E"}""").Visitor);
        Assert.Equal(new VisitorId(hash.Of(HashDomain.Visitor, "a:é")), _fixture.Track("""{"anonymousId":"\u00E9","event":"E"}""").Visitor);
    }

    [Fact]
    public void ParseRequest_MessageId_IsHashedWithItsSource()
    {
        var expected = _fixture.Parser.Hash.Of(HashDomain.Message, [3, 0, (byte)'m', (byte)'1']);

        Assert.Equal(new MessageKey(expected), _fixture.Track("""{"anonymousId":"x","event":"E","messageId":"m1"}""").Message);
    }

    [Fact]
    public void ParseRequest_NoMessageId_KeysDifferByEventAndRequest()
    {
        const string Body = """{"batch":[{"type":"track","userId":"u","event":"E"},{"type":"track","userId":"u","event":"E"}]}""";
        _fixture.Parse(SignalRoute.Batch, Body);
        var first = _fixture.Batch.Signals[0].Message;
        Assert.NotEqual(first, _fixture.Batch.Signals[1].Message);
        _fixture.Parse(SignalRoute.Batch, Body);
        Assert.Equal(first, _fixture.Batch.Signals[0].Message);

        _fixture.Door = _fixture.Door with { MessageSeed = new Hash128(5, 5) };
        _fixture.Parse(SignalRoute.Batch, Body);

        Assert.NotEqual(first, _fixture.Batch.Signals[0].Message);
    }

    [Theory]
    [InlineData("Opted Out", "{}", SignalKind.OptedOut)]
    [InlineData("Opted In", "{}", SignalKind.OptedIn)]
    [InlineData("Session Ended", "{}", SignalKind.SessionEnded)]
    [InlineData("Consent Updated", """{"granted":true}""", SignalKind.ConsentGranted)]
    [InlineData("Consent Updated", """{"granted":false}""", SignalKind.ConsentRefused)]
    [InlineData("opted out", "{}", SignalKind.Track)]
    public void ParseRequest_EventOfTheEngine_HasItsKind(string name, string properties, SignalKind kind) =>
        Assert.Equal(kind, _fixture.Track($$"""{"anonymousId":"a","properties":{{properties}},"event":"{{name}}"}""").Kind);

    [Fact]
    public void ParseRequest_PageAndIdentify_AreMatchedByTheirNames()
    {
        Assert.Equal(RejectionReason.None, _fixture.Parse(SignalRoute.Page, """{"anonymousId":"a","name":"Home","properties":{"vip":true}}""").Reason);
        Assert.Equal(0b0110_1000u, _fixture.Batch.Signals[0].Matches);
        Assert.Equal(SignalKind.Page, _fixture.Batch.Signals[0].Kind);

        Assert.Equal(RejectionReason.None, _fixture.Parse(SignalRoute.Identify, """{"userId":"u","traits":{"plan":"pro"},"properties":{"plan":"x"}}""").Reason);
        Assert.Equal(0b1_0000u, _fixture.Batch.Signals[0].Matches);
        Assert.Equal(SignalKind.Identify, _fixture.Batch.Signals[0].Kind);
    }

    [Fact]
    public void ParseRequest_GlobalPrivacyControlAndSession_SetFlags()
    {
        var signal = _fixture.Track("""{"anonymousId":"a","event":"E","context":{"gpc":true,"sessionId":"call-9"}}""");

        Assert.True(signal.Has(SignalFlags.PrivacyControl));
        Assert.True(signal.Has(SignalFlags.ExplicitSession));
        Assert.False(signal.ExplicitSession.IsZero);
        Assert.False(_fixture.Track("""{"anonymousId":"a","event":"E","context":{"gpc":false,"sessionId":1795344429034}}""").Has(SignalFlags.PrivacyControl | SignalFlags.ExplicitSession));
    }

    [Fact]
    public void ParseRequest_ServerKeyInBody_IsMasked()
    {
        var body = Encoding.UTF8.GetBytes("""{"writeKey":"secret1","batch":[{"type":"track","userId":"u","event":"E","writeKey":"secret2"}],"writeKey":"secret3"}""");

        _fixture.Parse(SignalRoute.Batch, body);

        Assert.Equal(1, _fixture.Batch.Count);
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public void ParseEvent_StoredEvent_ReadsAsAtTheDoor()
    {
        var signal = _fixture.Track("""{"userId":"u","event":"Payment Declined","properties":{"amount":41,"order":{"total":3}},"context":{"timezone":"Asia/Tokyo"}}""");
        var raw = _fixture.Batch.RawOf(in signal);

        Assert.True(_fixture.Parser.ParseEvent(raw, ParserFixture.HeaderOf(in signal), ParserFixture.Schema, out var again));

        Assert.Equal((signal.Matches, signal.ValueMask, signal.Kind), (again.Matches, again.ValueMask, again.Kind));
        Assert.Equal([41.0, 3.0], ((ReadOnlySpan<double>)again.Values)[..2].ToArray());
        Assert.Equal((signal.Visitor, signal.Message, signal.SourceTime), (again.Visitor, again.Message, again.SourceTime));
        Assert.Equal((540, 540), (signal.ZoneOffsetMinutes, again.ZoneOffsetMinutes));
    }

    [Fact]
    public void ParseEvent_ErasedPayload_KeepsTheHeaderAndMatchesNothing()
    {
        var header = new RecordHeader { SignalKind = SignalKind.Track, Visitor = new VisitorId(new Hash128(1, 2)) };

        Assert.False(_fixture.Parser.ParseEvent(default, header, ParserFixture.Schema, out var signal));

        Assert.Equal(0u, signal.Matches);
        Assert.Equal(header.Visitor, signal.Visitor);
    }

    [Fact]
    public void ParseRequest_AcceptedSignals_AllocateNothing()
    {
        var body = Encoding.UTF8.GetBytes(
            """{"batch":[{"type":"track","messageId":"e-0000000001","anonymousId":"sess-000001","event":"Payment Declined","properties":{"amount":87.5,"order":{"kind":"gift \u00e9","total":12},"url":"https://shop.example.com/?ref=home"},"context":{"timezone":"Europe/Berlin","sessionId":"s","gpc":true},"timestamp":"2026-11-22T10:47:09.034Z"}],"sentAt":"2026-11-22T10:47:09.041Z"}""");
        _fixture.Door = _fixture.Door with { Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo") };
        for (var i = 0; i < 200; i++)
        {
            _fixture.Parse(SignalRoute.Batch, body);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            _fixture.Parse(SignalRoute.Batch, body);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1, _fixture.Batch.Count);
    }
}
