using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Ingest;

/// <summary>The dry run, on the whole program: says how each event would be read, and leaves nothing behind.</summary>
[Proves("R-04")]
[Proves("R-72")]
public sealed class ValidateDoorTests
{
    [Fact]
    public async Task Validate_GoodAndBadEvents_TellsOfEachAndStoresNothing()
    {
        await using var server = await ConsoleServer.StartAsync();
        using var client = server.NewClient(await KeyAsync(server, SourceKind.Server));

        var told = await AskAsync(client, """
            {"batch":[{"type":"track","event":"Payment Declined","anonymousId":"a","messageId":"1","properties":{"amount":41}},{"type":"track","event":"E"},
             {"type":"page","userId":"u","timestamp":"2020-01-01T00:00:00Z"},{"type":"wish"}]}
            """);

        Assert.False(told.GetProperty("stored").GetBoolean());
        Assert.Equal(("segment", 2, 2), (told.GetProperty("form").GetString(), told.GetProperty("accepted").GetInt32(), told.GetProperty("rejected").GetInt32()));
        var events = told.GetProperty("events").EnumerateArray().ToList();
        Assert.Equal([true, false, true, false], events.Select(e => e.GetProperty("accepted").GetBoolean()));
        Assert.Equal(("track", "Payment Declined", "anonymousId", false), (
            events[0].GetProperty("kind").GetString(), events[0].GetProperty("event").GetString(), events[0].GetProperty("visitorFrom").GetString(), events[0].GetProperty("late").GetBoolean()));
        Assert.Equal(new VisitorId(server.Services.GetRequiredService<KeyedHash>().Of(HashDomain.Visitor, "a:a")).Value.ToString(), events[0].GetProperty("visitor").GetString());
        var scenario = events[0].GetProperty("scenarios").EnumerateArray().Single(s => s.GetProperty("scenario").GetString() == "checkout-failure");
        Assert.Contains("payments_declined_10m", scenario.GetProperty("features").EnumerateArray().Select(f => f.GetString()));
        Assert.Equal(("missing-identity", "anonymousId"), (events[1].GetProperty("reason").GetString(), events[1].GetProperty("field").GetString()));
        Assert.Equal(("page", "Page Viewed", "userId", true), (
            events[2].GetProperty("kind").GetString(), events[2].GetProperty("event").GetString(), events[2].GetProperty("visitorFrom").GetString(), events[2].GetProperty("late").GetBoolean()));
        Assert.Equal("unknown-type", events[3].GetProperty("reason").GetString());

        Assert.Empty(LoggedSignals.Read(server));
        Assert.Empty(await RejectedRows.ReadAsync(server.Services, 0));
    }

    [Theory]
    [InlineData("""{"type":"track","event":"Chat Message","userId":"u","properties":{"text":"no","speaker":"customer","conversationId":"c"}}""", "segment", "chatMessage", "explicit")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"E","subject":"u"}""", "cloudevents", "track", "visit")]
    [InlineData("""{"api_key":"KEY","event":"$pageview","distinct_id":"u"}""", "posthog", "page", "visit")]
    public async Task Validate_EveryForm_IsKnownByItsLook(string body, string form, string kind, string session)
    {
        await using var server = await ConsoleServer.StartAsync();
        using var client = server.NewClient(await KeyAsync(server, SourceKind.Server));

        var told = await AskAsync(client, body);

        Assert.Equal(form, told.GetProperty("form").GetString());
        var only = Assert.Single(told.GetProperty("events").EnumerateArray());
        Assert.Equal((kind, session), (only.GetProperty("kind").GetString(), only.GetProperty("session").GetString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"type":"page","userId":"a"},{"type":"page","userId":"b"}""")]
    public async Task Validate_UnreadableBody_SaysWhy(string body)
    {
        await using var server = await ConsoleServer.StartAsync();
        using var client = server.NewClient(await KeyAsync(server, SourceKind.Server));

        var told = await AskAsync(client, body);

        Assert.Equal("not-json", told.GetProperty("refused").GetProperty("reason").GetString());
        Assert.Equal(0, told.GetProperty("accepted").GetInt32());
    }

    [Fact]
    [Proves("R-73")]
    public async Task Validate_Keys_AreAskedForAndAPublicOneLearnsNoIds()
    {
        await using var server = await ConsoleServer.StartAsync();
        using var nobody = server.NewClient("mi_s_guess");
        using var refused = await PostAsync(nobody, "{}");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        using var page = server.NewClient(await KeyAsync(server, SourceKind.Browser));
        var told = await AskAsync(page, """{"batch":[{"type":"page","anonymousId":"a"},{"type":"page","userId":"anna"}]}""");
        var events = told.GetProperty("events").EnumerateArray().ToList();
        Assert.False(events[0].TryGetProperty("visitor", out _));
        Assert.Equal("not-allowed-for-browser-key", events[1].GetProperty("reason").GetString());
    }

    private static async Task<string> KeyAsync(ConsoleServer server, SourceKind kind) =>
        (await server.Services.GetRequiredService<SourceStore>().CreateAsync(new NewSource(kind.ToString(), kind, []))).Key;

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        return await client.PostAsync(new Uri("/v1/validate", UriKind.Relative), body);
    }

    private static async Task<JsonElement> AskAsync(HttpClient client, string json)
    {
        using var answer = await PostAsync(client, json);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return body.RootElement.Clone();
    }
}
