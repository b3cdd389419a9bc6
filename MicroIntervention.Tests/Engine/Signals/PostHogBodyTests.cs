using System.Text;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

[Proves("R-04")]
public sealed class PostHogBodyTests
{
    private readonly ForeignFixture _fixture = new();

    [Fact]
    public void Translate_BatchOfAServer_IsReadAsTheCustomersEvents()
    {
        var (signal, raw) = _fixture.One(PostHogBody.Translate, """
            {"api_key":"secret","batch":[{"event":"Payment Declined","properties":{"amount":41,"order":{"kind":"gift é"},"$timezone":"Europe/Berlin"},
             "timestamp":"2026-11-22T10:47:09.000Z","uuid":"u-1","distinct_id":"anna"}],"sent_at":"2026-11-22T10:47:10.000Z"}
            """);

        Assert.Equal(SignalKind.Track, signal.Kind);
        Assert.Equal(_fixture.Visitor("u:anna"), signal.Visitor);
        Assert.Equal(0b111uL, signal.Matches & 0b111);
        Assert.Equal(41, signal.Values[0]);
        Assert.Equal(ParserFixture.ReceivedMs - 1_000, signal.SourceTime.Milliseconds);
        Assert.Equal(60, signal.ZoneOffsetMinutes);
        Assert.Equal("u-1", raw.GetProperty("messageId").GetString());
    }

    [Theory]
    [InlineData("""{"$device_id":"d-1","distinct_id":"d-1"}""", false, "a:d-1", null)]
    [InlineData("""{"$device_id":"d-1","distinct_id":"anna","$user_id":"anna"}""", false, "a:d-1", "anna")]
    [InlineData("""{"$device_id":"d-1","distinct_id":"anna","$is_identified":true}""", false, "a:d-1", "anna")]
    [InlineData("""{"distinct_id":"anna"}""", false, "u:anna", "anna")]
    [InlineData("""{"distinct_id":"guest","$process_person_profile":false}""", false, "a:guest", null)]
    [InlineData("""{"distinct_id":"anna"}""", true, "a:anna", null)]
    [InlineData("""{"$device_id":"d-1","distinct_id":"anna","$user_id":"anna"}""", true, "a:d-1", "anna")]
    [Proves("R-73")]
    public void Translate_Identity_IsTheDeviceElseTheDistinctId(string properties, bool isPublic, string visitor, string? userId)
    {
        var (signal, raw) = _fixture.One(PostHogBody.Translate, $$"""{"api_key":"k","event":"E","properties":{{properties}}}""", isPublic);

        Assert.Equal(_fixture.Visitor(visitor), signal.Visitor);
        Assert.Equal(userId, raw.TryGetProperty("userId", out var user) ? user.GetString() : null);
    }

    [Theory]
    [InlineData("$pageview", SignalKind.Page)]
    [InlineData("$screen", SignalKind.Page)]
    [InlineData("$identify", SignalKind.Identify)]
    [InlineData("$set", SignalKind.Identify)]
    [InlineData("$groupidentify", SignalKind.Group)]
    [InlineData("$create_alias", SignalKind.Alias)]
    [InlineData("$autocapture", SignalKind.Track)]
    [InlineData("$feature_flag_called", SignalKind.Track)]
    [InlineData("Opted Out", SignalKind.OptedOut)]
    public void Translate_Name_GivesTheKind(string name, SignalKind kind) =>
        Assert.Equal(kind, _fixture.One(PostHogBody.Translate, $$"""[{"event":"{{name}}","distinct_id":"anna"}]""").Signal.Kind);

    [Fact]
    public void Translate_PageAndPeople_AreWhereOursHaveThem()
    {
        var page = _fixture.One(PostHogBody.Translate, """{"event":"$pageview","properties":{"distinct_id":"a","$pathname":"/pay","$current_url":"https://shop.example/pay","title":"Pay","$browser_language":"de-DE","token":"secret"}}""").Raw;
        Assert.Equal("/pay", page.GetProperty("properties").GetProperty("path").GetString());
        Assert.Equal("/pay", page.GetProperty("context").GetProperty("page").GetProperty("path").GetString());
        Assert.Equal("de-DE", page.GetProperty("context").GetProperty("locale").GetString());
        Assert.False(page.GetProperty("properties").TryGetProperty("token", out _));

        var (identify, raw) = _fixture.One(PostHogBody.Translate, """{"event":"$identify","distinct_id":"anna","properties":{"$set":{"plan":"pro","firstName":"Anna"}}}""");
        Assert.Equal(1uL << 4, identify.Matches);
        Assert.Equal("Anna", CustomerName.Read(Encoding.UTF8.GetBytes(raw.GetRawText())));

        var alias = _fixture.One(PostHogBody.Translate, """{"event":"$create_alias","distinct_id":"anna","properties":{"alias":"guest-1"}}""").Raw;
        Assert.Equal("guest-1", alias.GetProperty("previousId").GetString());
        var group = _fixture.One(PostHogBody.Translate, """{"event":"$groupidentify","distinct_id":"anna","properties":{"$group_key":"acme","$group_set":{"size":3}}}""").Raw;
        Assert.Equal(("acme", 3), (group.GetProperty("groupId").GetString(), group.GetProperty("traits").GetProperty("size").GetInt32()));
    }

    [Fact]
    public void Translate_SessionIdOfPostHog_IsItsOwnVisitAndNoneOfOurs() =>
        Assert.True(_fixture.One(PostHogBody.Translate, """{"event":"E","distinct_id":"a","properties":{"$session_id":"0194"}}""").Signal.ExplicitSession.IsZero);

    [Theory]
    [InlineData("data={0}", true)]
    [InlineData("data={0}&ip=1", true)]
    [InlineData("{0}", true)]
    [InlineData("data={0}", false)]
    [InlineData("{0}", false)]
    public void Unpack_FormFieldAndBase64_GivesTheJson(string form, bool base64)
    {
        const string json = """{"event":"Ü","distinct_id":"a"}""";
        var packed = base64 ? Convert.ToBase64String(Encoding.UTF8.GetBytes(json)) : json;
        var body = Encoding.UTF8.GetBytes(form.Replace("{0}", form.Length > 3 ? Uri.EscapeDataString(packed) : packed, StringComparison.Ordinal));

        Assert.Equal(json, Encoding.UTF8.GetString(body, 0, PostHogBody.Unpack(body)));
    }

    [Theory]
    [InlineData("""{"api_key":"k-1","batch":[]}""")]
    [InlineData("""{"token":"k-1","distinct_id":"a"}""")]
    [InlineData("""[{"event":"E","properties":{"token":"k-1"}}]""")]
    public void ReadKey_EveryPlace_IsFound(string body)
    {
        Span<byte> key = stackalloc byte[16];

        Assert.Equal("k-1", Encoding.UTF8.GetString(key[..PostHogBody.ReadKey(Encoding.UTF8.GetBytes(body), key)]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"batch":[}""")]
    [InlineData("""{"batch":{}}""")]
    [InlineData("""{"event":"E"}x""")]
    [InlineData("3")]
    public void Translate_NoSuchBody_IsRefusedAsAWhole(string body) => Assert.NotEqual(RejectionReason.None, _fixture.Read(PostHogBody.Translate, body).Reason);

    [Fact]
    public void Translate_WrongElements_RefuseOnlyThemselves()
    {
        var fault = _fixture.Read(PostHogBody.Translate, """{"batch":[7,{"event":"E"},{"event":"E","distinct_id":"a"},{"event":"E","distinct_id":"a","properties":3},{"event":3,"distinct_id":"a"}]}""");

        Assert.Equal(RejectionReason.None, fault.Reason);
        Assert.Equal([RejectionReason.NotAnObject, RejectionReason.WrongType], _fixture.Refused.Select(r => r.Reason));
        Assert.Equal([RejectionReason.MissingIdentity, RejectionReason.WrongType], _fixture.Parser.Batch.Rejections.Select(r => r.Reason));
        Assert.Equal(1, _fixture.Parser.Batch.Count);
    }
}
