using System.Buffers;
using System.Text;
using System.Text.Json;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

[Proves("R-04")]
public sealed class CloudEventBodyTests
{
    private readonly ForeignFixture _fixture = new();

    [Fact]
    public void Translate_StructuredEvent_IsReadWithAllItsParts()
    {
        var (signal, raw) = _fixture.One(CloudEventBody.Translate, """
            {"specversion":"1.0","id":"e-7","source":"/billing","type":"Payment Declined","subject":"order/1","time":"2026-11-22T10:47:09Z","traceparent":"00-1",
             "anonymousid":"guest","userid":"anna","sessionid":"call-3","timezone":"Europe/Berlin","dataschema":"https://s.example/1","data":{"amount":41}}
            """);

        Assert.Equal(SignalKind.Track, signal.Kind);
        Assert.Equal(_fixture.Visitor("a:guest"), signal.Visitor);
        Assert.False(signal.ExplicitSession.IsZero);
        Assert.Equal(0b11uL, signal.Matches & 0b11);
        Assert.Equal(60, signal.ZoneOffsetMinutes);
        Assert.Equal("/billing e-7", raw.GetProperty("messageId").GetString());
        Assert.Equal("anna", raw.GetProperty("userId").GetString());
        var kept = raw.GetProperty("context").GetProperty("cloudEvent");
        Assert.Equal(("order/1", "00-1", "https://s.example/1"), (kept.GetProperty("subject").GetString(), kept.GetProperty("traceparent").GetString(), kept.GetProperty("dataschema").GetString()));
    }

    [Theory]
    [InlineData("\"subject\":\"anna\"", "u:anna")]
    [InlineData("\"subject\":\"order/1\",\"data\":{\"userId\":\"anna\"}", "u:anna")]
    [InlineData("\"subject\":\"order/1\",\"data\":{\"userId\":\"anna\",\"anonymousId\":\"guest\"}", "a:guest")]
    [InlineData("\"userid\":\"anna\",\"data\":{\"anonymousId\":\"guest\"}", "u:anna")]
    public void Translate_Identity_IsExtensionThenDataThenSubject(string members, string visitor) =>
        Assert.Equal(_fixture.Visitor(visitor), _fixture.One(CloudEventBody.Translate, $$"""{"specversion":"1.0","id":"1","source":"s","type":"E",{{members}}}""").Signal.Visitor);

    [Fact]
    [Proves("R-73")]
    public void Translate_PublicKeyAndOnlyASubject_IsRefused()
    {
        Assert.Equal(RejectionReason.None, _fixture.Read(CloudEventBody.Translate, """{"specversion":"1.0","id":"1","source":"s","type":"E","subject":"anna"}""", isPublic: true).Reason);

        Assert.Equal(RejectionReason.NotAllowedForBrowserKey, Assert.Single(_fixture.Parser.Batch.Rejections).Reason);
    }

    [Theory]
    [InlineData("page", SignalKind.Page)]
    [InlineData("screen", SignalKind.Page)]
    [InlineData("identify", SignalKind.Identify)]
    [InlineData("group", SignalKind.Group)]
    [InlineData("alias", SignalKind.Alias)]
    [InlineData("Chat Message", SignalKind.ChatMessage)]
    [InlineData("com.example.order.paid", SignalKind.Track)]
    public void Translate_Type_GivesTheKind(string type, SignalKind kind) =>
        Assert.Equal(kind, _fixture.One(CloudEventBody.Translate, $$"""[{"specversion":"1.0","id":"1","source":"s","type":"{{type}}","subject":"anna"}]""").Signal.Kind);

    [Theory]
    [InlineData("""{"id":"1","source":"s","type":"E"}""", "specversion")]
    [InlineData("""{"specversion":"0.3","id":"1","source":"s","type":"E"}""", "specversion")]
    [InlineData("""{"specversion":"1.0","source":"s","type":"E"}""", "id")]
    [InlineData("""{"specversion":"1.0","id":"","source":"s","type":"E"}""", "id")]
    [InlineData("""{"specversion":"1.0","id":"1","type":"E"}""", "source")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":7}""", "type")]
    public void Translate_NoCloudEvent_NamesWhatIsMissing(string body, string field)
    {
        Assert.Equal(RejectionReason.None, _fixture.Read(CloudEventBody.Translate, $$"""[{"specversion":"1.0","id":"1","source":"s","type":"E","subject":"a"},{{body}}]""").Reason);

        var refused = Assert.Single(_fixture.Refused);
        Assert.Equal((RejectionReason.NotACloudEvent, field), (refused.Reason, refused.Field));
        Assert.Equal(1, _fixture.Parser.Batch.Count);
    }

    // The specification makes the pair unique, so the same id from two sources is two events, and a repeat of the pair is one.
    [Fact]
    [Proves("R-05")]
    public void Translate_SourceAndId_TogetherAreTheMessage()
    {
        var longSource = "https://example.org/" + new string('x', 300);
        var keys = new[] { ("a", "1"), ("a", "1"), ("b", "1"), (longSource, "1"), (longSource, "1"), (longSource, "2") }.Select(pair =>
            _fixture.One(CloudEventBody.Translate, $$"""{"specversion":"1.0","id":"{{pair.Item2}}","source":"{{pair.Item1}}","type":"E","subject":"a"}""").Signal.Message).ToList();

        Assert.Equal(keys[0], keys[1]);
        Assert.Equal(keys[3], keys[4]);
        Assert.Equal(4, keys.Distinct().Count());
    }

    [Theory]
    [InlineData("application/json", """{"amount":41}""", "amount", "41")]
    [InlineData(null, """{"amount":41}""", "amount", "41")]
    [InlineData("application/vnd.shop+json; charset=utf-8", "[1,2]", "data", "[1,2]")]
    [InlineData("text/plain", "It \"fails\"", "text", "\"It \\u0022fails\\u0022\"")]
    [InlineData("application/octet-stream", "abc", "data_base64", "\"YWJj\"")]
    public void Wrap_BinaryMode_IsTheSameEvent(string? media, string data, string property, string value)
    {
        var into = new ArrayBufferWriter<byte>();
        Dictionary<string, string> attributes = new() { ["specversion"] = "1.0", ["id"] = "1", ["source"] = "s", ["type"] = "E \"x\"", ["subject"] = "anna", ["data"] = "no", ["bad-name"] = "no" };

        Assert.Equal(RejectionReason.None, CloudEventBody.Wrap(attributes, media, Encoding.UTF8.GetBytes(data), into));
        var raw = _fixture.One(CloudEventBody.Translate, Encoding.UTF8.GetString(into.WrittenSpan)).Raw;

        Assert.Equal("E \"x\"", raw.GetProperty("event").GetString());
        Assert.Equal(value, raw.GetProperty("properties").GetProperty(property).GetRawText());
    }

    [Theory]
    [InlineData("""1},{"specversion":"1.0" """)]
    [InlineData("""{"a":1},"userid":"boss" """)]
    [InlineData("{")]
    public void Wrap_DataThatIsMoreThanOneValue_IsRefused(string data) =>
        Assert.Equal(RejectionReason.NotJson, CloudEventBody.Wrap([new("specversion", "1.0")], "application/json", Encoding.UTF8.GetBytes(data), new ArrayBufferWriter<byte>()));

    [SharedFact]
    public void Translate_ExamplesOfTheSpecification_AreRead()
    {
        var document = File.ReadAllText(SharedData.PathOf("contracts", "cloudevents", "json-format.md"));
        var examples = document.Split("```").Where((part, index) => index % 2 == 1).Select(part => part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..]).Where(IsEvents).ToList();

        Assert.InRange(examples.Count, 5, 100);
        foreach (var example in examples)
        {
            Assert.Equal(RejectionReason.None, _fixture.Read(CloudEventBody.Translate, example).Reason);
            Assert.Empty(_fixture.Refused);

            // None of them names anybody but by a subject, so each is either a customer's or nobody's.
            Assert.All(_fixture.Parser.Batch.Rejections, r => Assert.Equal(RejectionReason.MissingIdentity, r.Reason));
        }
    }

    private static bool IsEvents(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().All(e => e.TryGetProperty("specversion", out _)) : root.TryGetProperty("specversion", out _);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
