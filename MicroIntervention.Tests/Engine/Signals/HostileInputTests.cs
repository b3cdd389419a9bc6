using System.Text;
using System.Text.Json;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

[Proves("R-05")]
public sealed class HostileInputTests
{
    private const string Good = """{"type":"track","anonymousId":"a","event":"Payment Declined","properties":{"amount":41}}""";

    private readonly ParserFixture _fixture = new();

    public static TheoryData<string, RejectionReason, string> RefusedEvents => new()
    {
        { "", RejectionReason.NotJson, "" },
        { "   ", RejectionReason.NotJson, "" },
        { "\0", RejectionReason.NotJson, "" },
        { "{", RejectionReason.NotJson, "" },
        { "{}x", RejectionReason.NotJson, "" },
        { "{}\0", RejectionReason.NotJson, "" },
        { "[]", RejectionReason.NotAnObject, "" },
        { "\"text\"", RejectionReason.NotAnObject, "" },
        { "null", RejectionReason.NotAnObject, "" },
        { "12", RejectionReason.NotAnObject, "" },
        { "nul", RejectionReason.NotJson, "" },
        { "{}", RejectionReason.MissingIdentity, "anonymousId" },
        { """{"anonymousId":"a"}""", RejectionReason.MissingEventName, "event" },
        { """{"anonymousId":"a","event":""}""", RejectionReason.MissingEventName, "event" },
        { """{"anonymousId":"a","event":7}""", RejectionReason.WrongType, "event" },
        { """{"anonymousId":true,"userId":"u","event":"E"}""", RejectionReason.WrongType, "anonymousId" },
        { """{"anonymousId":1.5,"event":"E"}""", RejectionReason.WrongType, "anonymousId" },
        { """{"userId":{"$ne":1},"event":"E"}""", RejectionReason.WrongType, "userId" },
        { """{"userId":"\ud800","event":"E"}""", RejectionReason.InvalidUtf8, "userId" },
        { """{"userId":"u","event":"\udc00x"}""", RejectionReason.InvalidUtf8, "event" },
        { """{"userId":"u","event":"mi:kill"}""", RejectionReason.ReservedName, "event" },
        { """{"userId":"u","event":"\u006di:kill"}""", RejectionReason.ReservedName, "event" },
        { """{"userId":"u","event":"E","messageId":[]}""", RejectionReason.WrongType, "messageId" },
        { """{"userId":"u","event":"E","properties":"x"}""", RejectionReason.WrongType, "properties" },
        { """{"userId":"u","event":"E","traits":[1]}""", RejectionReason.WrongType, "traits" },
        { """{"userId":"u","event":"E","context":1}""", RejectionReason.WrongType, "context" },
        { """{"userId":"u","event":"E","context":{"sessionId":true}}""", RejectionReason.WrongType, "context.sessionId" },
        { """{"userId":"u","event":"E","timestamp":"later"}""", RejectionReason.BadTimestamp, "timestamp" },
        { """{"userId":"u","event":"E","timestamp":1e99}""", RejectionReason.BadTimestamp, "timestamp" },
        { """{"userId":"u","event":"E","timestamp":9223372036854775807}""", RejectionReason.BadTimestamp, "timestamp" },
        { """{"userId":"u","event":"E","timestamp":99999999999999999999}""", RejectionReason.BadTimestamp, "timestamp" },
        { """{"userId":"u","event":"E","timestamp":{}}""", RejectionReason.BadTimestamp, "timestamp" },
        { """{"userId":"u","event":"Consent Updated"}""", RejectionReason.WrongType, "properties.granted" },
        { """{"userId":"u","event":"Consent Updated","properties":{"granted":"true"}}""", RejectionReason.WrongType, "properties.granted" },
        { """{"userId":"u","event":"E","properties":{"amount":NaN}}""", RejectionReason.NotJson, "" },
        { """{"userId":"u","event":"E","properties":{"amount":Infinity}}""", RejectionReason.NotJson, "" },
        { """{"userId":"u","event":"E","properties":{"amount":01}}""", RejectionReason.NotJson, "" },
        { """{"userId":"u","event":"E","properties":{"amount":+1}}""", RejectionReason.NotJson, "" },
        { """{"userId":"u","event":"E","properties":{"amount":1.}}""", RejectionReason.NotJson, "" },
        { """{"userId":"u","event":"E","properties":{"a":"\x"}}""", RejectionReason.NotJson, "" },
        { """{"userId":"u","event":"E","properties":{"a":"\u12G4"}}""", RejectionReason.NotJson, "" },
        { "{\"userId\":\"u\",\"event\":\"E\n\"}", RejectionReason.NotJson, "" },
        { """{"userId":"u","event":"E",}""", RejectionReason.NotJson, "" },
        { """{"userId":"u" "event":"E"}""", RejectionReason.NotJson, "" },
        { "{'userId':'u'}", RejectionReason.NotJson, "" },
        { """{"userId":"u","event":"E"/* note */}""", RejectionReason.NotJson, "" },
    };

    [Theory]
    [MemberData(nameof(RefusedEvents))]
    public void ParseRequest_BadEvent_IsRefusedWithItsReason(string body, RejectionReason reason, string field)
    {
        Assert.Equal((reason, field), _fixture.Refused(SignalRoute.Track, body));
    }

    [Theory]
    [MemberData(nameof(RefusedEvents))]
    public void ParseRequest_BadEventInAGoodBatch_RejectsOnlyItself(string body, RejectionReason reason, string field)
    {
        if (body.Length == 0 || body.Contains('\0', StringComparison.Ordinal) || !(body.StartsWith('{') && body.EndsWith('}')))
        {
            return;
        }

        var typed = "{\"type\":\"track\"" + (body.Length > 2 ? "," : "") + body[1..];
        var answer = _fixture.Parse(SignalRoute.Batch, $$"""{"batch":[{{Good}},{{typed}},{{Good}}],"sentAt":"2026-11-22T10:47:09.041Z"}""");

        Assert.Equal(RejectionReason.None, answer.Reason);
        Assert.Equal(2, _fixture.Batch.Count);
        Assert.Equal(0b1_0010_0011u | 0u, _fixture.Batch.Signals[1].Matches);
        var rejection = Assert.Single(_fixture.Batch.Rejections);
        Assert.Equal((reason, field), (rejection.Reason, rejection.Field));
        Assert.Equal(typed, Encoding.UTF8.GetString(_fixture.Batch.Buffer, rejection.RawStart, rejection.RawLength));
    }

    [Theory]
    [InlineData("1", RejectionReason.NotAnObject)]
    [InlineData("\"x,]}\"", RejectionReason.NotAnObject)]
    [InlineData("[[],{}]", RejectionReason.NotAnObject)]
    [InlineData("NaN", RejectionReason.NotJson)]
    [InlineData("{\"a\":\"]}\",b}", RejectionReason.NotJson)]
    [InlineData("{\"userId\":\"u\"}", RejectionReason.MissingType)]
    [InlineData("{\"type\":null,\"userId\":\"u\"}", RejectionReason.MissingType)]
    [InlineData("{\"type\":3,\"userId\":\"u\"}", RejectionReason.WrongType)]
    [InlineData("{\"type\":\"outcome\",\"userId\":\"u\"}", RejectionReason.UnknownType)]
    [InlineData("{\"type\":\"Track\",\"userId\":\"u\"}", RejectionReason.UnknownType)]
    public void ParseRequest_WrongElementOfABatch_RejectsOnlyItself(string element, RejectionReason reason)
    {
        Assert.Equal(RejectionReason.None, _fixture.Parse(SignalRoute.Batch, $$"""{"batch":[{{Good}},{{element}},{{Good}}]}""").Reason);

        Assert.Equal(2, _fixture.Batch.Count);
        Assert.Equal(reason, Assert.Single(_fixture.Batch.Rejections).Reason);
    }

    [Theory]
    [InlineData("", RejectionReason.NotJson)]
    [InlineData("{}", RejectionReason.WrongType)]
    [InlineData("[]", RejectionReason.NotAnObject)]
    [InlineData("""{"batch":{}}""", RejectionReason.WrongType)]
    [InlineData("""{"batch":null}""", RejectionReason.WrongType)]
    [InlineData("""{"batch":[],"batch":[]}""", RejectionReason.WrongType)]
    [InlineData("""{"batch":[]""", RejectionReason.NotJson)]
    [InlineData("""{"batch":[]}}""", RejectionReason.NotJson)]
    [InlineData("""{"batch":[GOOD""", RejectionReason.NotJson)]
    [InlineData("""{"batch":[GOOD,{"type":"track","eve""", RejectionReason.NotJson)]
    [InlineData("""{"batch":[GOOD,]}""", RejectionReason.NotJson)]
    [InlineData("""{"batch":[GOOD],"sentAt":nul}""", RejectionReason.NotJson)]
    public void ParseRequest_UnreadableBatch_TakesNothing(string body, RejectionReason reason)
    {
        var answer = _fixture.Parse(SignalRoute.Batch, body.Replace("GOOD", Good, StringComparison.Ordinal));

        Assert.Equal(reason, answer.Reason);
        Assert.Equal(0, _fixture.Batch.Count);
        Assert.Empty(_fixture.Batch.Rejections);
    }

    [Fact]
    public void ParseRequest_EmptyBatch_IsReadable() => Assert.Equal(RejectionReason.None, _fixture.Parse(SignalRoute.Batch, """ {"batch": [ ] } """).Reason);

    [Fact]
    public void ParseRequest_ByteOrderMark_IsSkipped() => Assert.Equal(RejectionReason.None, _fixture.Parse(SignalRoute.Track, "\uFEFF" + Good).Reason);

    [Theory]
    [InlineData(31, true)]
    [InlineData(32, false)]
    [InlineData(100_000, false)]
    public void ParseRequest_DeepNesting_IsRefusedPast32Levels(int levels, bool accepted)
    {
        var deep = Good[..^1] + ",\"x\":" + new string('[', levels) + new string(']', levels) + "}";

        Assert.Equal(RejectionReason.None, _fixture.Parse(SignalRoute.Batch, $$"""{"batch":[{{Good}},{{deep}}]}""").Reason);

        Assert.Equal(accepted ? 2 : 1, _fixture.Batch.Count);
        Assert.Equal(accepted ? [] : [RejectionReason.TooDeep], _fixture.Batch.Rejections.Select(r => r.Reason));
    }

    [Fact]
    public void ParseRequest_EventOver32KB_RejectsOnlyItself()
    {
        string Padded(int length) => Good[..^1] + ",\"x\":\"" + new string('y', length - Good.Length - 7) + "\"}";
        Assert.Equal(SignalParser.MaxEventBytes, Padded(SignalParser.MaxEventBytes).Length);

        _fixture.Parse(SignalRoute.Batch, $$"""{"batch":[{{Padded(SignalParser.MaxEventBytes)}},{{Padded(SignalParser.MaxEventBytes + 1)}},{{Good}}]}""");

        Assert.Equal(2, _fixture.Batch.Count);
        Assert.Equal(RejectionReason.TooLarge, Assert.Single(_fixture.Batch.Rejections).Reason);
    }

    [Theory]
    [InlineData(2_500, RejectionReason.None)]
    [InlineData(2_501, RejectionReason.TooLarge)]
    public void ParseRequest_ManyEvents_AreTakenUpTo2500(int count, RejectionReason reason)
    {
        var answer = _fixture.Parse(SignalRoute.Batch, $$"""{"batch":[{{string.Join(',', Enumerable.Repeat(Good, count))}}]}""");

        Assert.Equal(reason, answer.Reason);
        Assert.Equal(reason == RejectionReason.None ? count : 0, _fixture.Batch.Count);
    }

    [Fact]
    public void ParseRequest_ThousandsOfUnknownProperties_AreSkipped()
    {
        var unknown = string.Join(',', Enumerable.Range(0, 4_000).Select(i => $"\"{i:x}\":1"));

        var signal = _fixture.Track(Good.Replace("\"amount\"", unknown + ",\"amount\"", StringComparison.Ordinal));

        Assert.Equal(41, signal.Values[0]);
    }

    [Theory]
    [InlineData(256, RejectionReason.None)]
    [InlineData(257, RejectionReason.TextTooLong)]
    public void ParseRequest_LongIds_AreRefusedPast256Bytes(int length, RejectionReason reason)
    {
        var id = new string('x', length);
        foreach (var body in new[] { $$"""{"userId":"{{id}}","event":"E"}""", $$"""{"userId":"u","event":"{{id}}"}""", $$"""{"userId":"u","event":"E","messageId":"{{id}}"}""", $$$"""{"userId":"u","event":"E","context":{"sessionId":"{{{id}}}"}}""" })
        {
            Assert.Equal(RejectionReason.None, _fixture.Parse(SignalRoute.Track, body).Reason);
            Assert.Equal(reason, _fixture.Batch.Rejections.Select(r => r.Reason).SingleOrDefault());
        }

        var escaped = string.Concat(Enumerable.Repeat("\\u0078", length));
        _fixture.Parse(SignalRoute.Track, $$"""{"userId":"{{escaped}}","event":"E"}""");
        Assert.Equal(reason, _fixture.Batch.Rejections.Select(r => r.Reason).SingleOrDefault());
    }

    [Fact]
    public void ParseRequest_InvalidUtf8InOneEvent_RejectsOnlyItself()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"batch":[{{Good}},{{Good.Replace("\"a\"", "\"#\"", StringComparison.Ordinal)}},{{Good}}],"sentAt":"x"}""");
        body[Array.IndexOf(body, (byte)'#')] = 0xC0;

        Assert.Equal(RejectionReason.None, _fixture.Parse(SignalRoute.Batch, body).Reason);

        Assert.Equal(2, _fixture.Batch.Count);
        Assert.Equal(RejectionReason.InvalidUtf8, Assert.Single(_fixture.Batch.Rejections).Reason);
    }

    [Fact]
    public void ParseRequest_InvalidUtf8OutsideTheEvents_RefusesTheRequest()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"batch":[{{Good}}],"note":"#"}""");
        body[Array.IndexOf(body, (byte)'#')] = 0xFF;
        Assert.Equal(RejectionReason.InvalidUtf8, _fixture.Parse(SignalRoute.Batch, body).Reason);

        body = Encoding.UTF8.GetBytes(Good.Replace("\"a\"", "\"#\"", StringComparison.Ordinal));
        body[Array.IndexOf(body, (byte)'#')] = 0xFF;
        Assert.Equal(RejectionReason.InvalidUtf8, _fixture.Parse(SignalRoute.Track, body).Reason);
    }

    [Fact]
    public void ParseRequest_RandomMutations_NeverThrowAndReadAgainTheSame()
    {
        var random = new SeededRandom(20261122);
        byte[][] seeds =
        [
            Encoding.UTF8.GetBytes("""{"type":"track","anonymousId":"a\u00e9","userId":42,"event":"Payment Declined","messageId":"m","properties":{"amount":41.5,"order":{"kind":"gift é","total":-3e2},"vip":true,"list":[1,{"a":null}]},"context":{"timezone":"Europe/Berlin","gpc":true,"sessionId":"s"},"timestamp":"2026-11-22T10:47:09.034Z"}"""),
            Encoding.UTF8.GetBytes($$"""{"batch":[{{Good}},{"type":"identify","userId":"u","traits":{"plan":"pro"} },{"type":"page","anonymousId":"b"}],"sentAt":"2026-11-22T10:47:09.041Z","writeKey":"k"}"""),
        ];
        byte[][] scraps = [[0], [0xFF], [0xC3], "\""u8.ToArray(), "\\u00"u8.ToArray(), "{"u8.ToArray(), "]"u8.ToArray(), ","u8.ToArray(), "1e999"u8.ToArray(), "null"u8.ToArray(), "\\"u8.ToArray(), "\"properties\":{"u8.ToArray()];
        var accepted = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var single = i % 2 == 0;
            var body = Mutate([.. seeds[single ? 0 : 1]], random, scraps);
            var json = body.ToArray();
            var answer = _fixture.Parse(single ? SignalRoute.Track : SignalRoute.Batch, json);
            var isJson = IsJson(body);
            Assert.True(answer.Reason is not RejectionReason.NotJson || !isJson, Encoding.Latin1.GetString(body));
            Assert.True(isJson || !single || answer.Reason is RejectionReason.NotJson or RejectionReason.InvalidUtf8 || _fixture.Batch.Count == 0, Encoding.Latin1.GetString(body));
            foreach (ref readonly var signal in _fixture.Batch.Signals)
            {
                accepted++;
                var raw = _fixture.Batch.RawOf(in signal);
                Assert.True(IsJson(raw), Encoding.Latin1.GetString(raw));
                Assert.True(_fixture.Parser.ParseEvent(raw, ParserFixture.HeaderOf(in signal), ParserFixture.Schema, out var again));
                Assert.Equal((signal.Matches, signal.ValueMask, signal.Kind), (again.Matches, again.ValueMask, again.Kind));
                Assert.Equal(((ReadOnlySpan<double>)signal.Values).ToArray(), ((ReadOnlySpan<double>)again.Values).ToArray());
            }
        }

        Assert.InRange(accepted, 1_000, 30_000);
    }

    private static byte[] Mutate(List<byte> body, SeededRandom random, byte[][] scraps)
    {
        for (var edits = random.Next(4); edits >= 0; edits--)
        {
            var at = random.Next(Math.Max(1, body.Count));
            switch (random.Next(5))
            {
                case 0 when body.Count > 0:
                    body[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when body.Count > 0:
                    body.RemoveAt(at);
                    break;
                case 2:
                    body.InsertRange(Math.Min(at, body.Count), scraps[random.Next(scraps.Length)]);
                    break;
                case 3 when random.Next(4) == 0:
                    body.RemoveRange(Math.Min(at, body.Count), body.Count - Math.Min(at, body.Count));
                    break;
                default:
                    body.Insert(Math.Min(at, body.Count), (byte)random.Next(256));
                    break;
            }
        }

        return [.. body];
    }

    private static bool IsJson(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 64 });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
