using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Web.Ingest;

/// <summary>The doors of other wire forms: the same keys, limits and tables as our own, answered in their senders' words.</summary>
[Proves("R-04")]
public sealed class ForeignDoorsTests
{
    private const string Cloud = """{"specversion":"1.0","id":"1","source":"/s","type":"Payment Declined","subject":"anna","data":{"amount":41}}""";

    [Theory]
    [InlineData("/v1/screen", """{"anonymousId":"a"}""", SignalKind.Page)]
    [InlineData("/v1/s", """{"anonymousId":"a"}""", SignalKind.Page)]
    [InlineData("/v1/group", """{"anonymousId":"a","groupId":"g"}""", SignalKind.Group)]
    [InlineData("/v1/g", """{"anonymousId":"a","groupId":"g"}""", SignalKind.Group)]
    [InlineData("/v1/alias", """{"userId":"u","previousId":"a"}""", SignalKind.Alias)]
    [InlineData("/v1/a", """{"userId":"u","previousId":"a"}""", SignalKind.Alias)]
    [InlineData("/v1/events", Cloud, SignalKind.Track)]
    [InlineData("/v1/events", "[" + Cloud + "]", SignalKind.Track)]
    public async Task Post_EveryDoor_TakesItsEvent(string path, string body, SignalKind kind)
    {
        await using var server = await DoorServer.StartAsync();

        using var answer = await server.PostAsync(path, body, server.ServerKey);

        Assert.Equal("""{"success":true}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal(kind, Assert.Single(server.Intake.Taken).Signal.Kind);
    }

    [Theory]
    [InlineData("/batch/")]
    [InlineData("/batch")]
    [InlineData("/e/")]
    [InlineData("/i/v0/e/")]
    [InlineData("/capture/")]
    public async Task Post_PostHog_KeyInTheBodyIsEnoughAndNeverStored(string path)
    {
        await using var server = await DoorServer.StartAsync();
        var body = $$"""{"api_key":"{{server.BrowserKey}}","batch":[{"event":"E","uuid":"1","properties":{"$device_id":"d","token":"{{server.BrowserKey}}"} }]}""";

        using var answer = await server.PostAsync(path, body, null, DoorServer.Origin);

        Assert.Equal("""{"status":"Ok"}""", await answer.Content.ReadAsStringAsync());
        Assert.DoesNotContain(server.BrowserKey, Assert.Single(server.Intake.Taken).Raw, StringComparison.Ordinal);
        using var elsewhere = await server.PostAsync(path, body, null, "https://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
        using var nobody = await server.PostAsync(path, """{"api_key":"phc_guess","batch":[]}""", null);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Fact]
    public async Task Post_PostHogPackedInAForm_IsRead()
    {
        await using var server = await DoorServer.StartAsync();
        var json = $$"""{"token":"{{server.ServerKey}}","event":"E","distinct_id":"anna"}""";

        using var answer = await server.PostAsync("/e/", "data=" + Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes(json))), null);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(Assert.Single(server.Intake.Taken).Signal.Has(SignalFlags.Verified));
    }

    // posthog-js gives up whatever is answered with a 4xx and tries 5xx again; the others know 429.
    [Theory]
    [InlineData("/batch/", """{"event":"E","distinct_id":"a"}""", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/v1/events", Cloud, HttpStatusCode.TooManyRequests)]
    [InlineData("/v1/group", """{"userId":"a"}""", HttpStatusCode.TooManyRequests)]
    public async Task Post_Overloaded_IsSaidInTheSendersWords(string path, string body, HttpStatusCode status)
    {
        await using var server = await DoorServer.StartAsync();
        server.Intake.Answer = PostResult.Overloaded;

        using var answer = await server.PostAsync(path, body, server.ServerKey);

        Assert.Equal(status, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Post_CloudEventInHeaders_IsTheSameAsInJson()
    {
        await using var server = await DoorServer.StartAsync();

        using var answer = await server.PostAsync("/v1/events", """{"amount":41}"""u8.ToArray(), server.ServerKey, with: request =>
        {
            request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            foreach (var (name, value) in new[] { ("ce-specversion", "1.0"), ("CE-ID", "1"), ("ce-source", "/s"), ("ce-type", "Payment%20Declined"), ("ce-subject", "anna") })
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        });
        using var structured = await server.PostAsync("/v1/events", Cloud, server.ServerKey);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (answer.StatusCode, structured.StatusCode));
        var taken = server.Intake.Taken.ToList();
        Assert.Equal((taken[1].Signal.Message, taken[1].Signal.Visitor), (taken[0].Signal.Message, taken[0].Signal.Visitor));
        Assert.Contains("\"event\":\"Payment Declined\"", taken[0].Raw, StringComparison.Ordinal);
        Assert.Contains("\"properties\":{\"amount\":41}", taken[0].Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_CloudEventWithABearerKey_IsTaken()
    {
        await using var server = await DoorServer.StartAsync();

        using var answer = await server.PostAsync("/v1/events", Encoding.UTF8.GetBytes(Cloud), null, with: request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.ServerKey));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Options_WebhookSenderThatAsks_IsAllowed()
    {
        await using var server = await DoorServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/events");
        request.Headers.Add("WebHook-Request-Origin", "events.example.com");

        using var answer = await server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("events.example.com", answer.Headers.GetValues("WebHook-Allowed-Origin").Single());
        Assert.Contains("POST", answer.Content.Headers.Allow);
    }

    [Fact]
    [Proves("R-73")]
    public async Task Post_BrowserKey_SpeaksForNoCustomerAtAnyDoor()
    {
        await using var server = await DoorServer.StartAsync();

        using var cloud = await server.PostAsync("/v1/events", Cloud, server.BrowserKey, DoorServer.Origin);
        using var alias = await server.PostAsync("/v1/alias", """{"userId":"anna","previousId":"mallory"}""", server.BrowserKey, DoorServer.Origin);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (cloud.StatusCode, alias.StatusCode));

        // PostHog's distinct id is taken as a browser's, whatever it says, and an alias with an anonymousId is a signal that proves nothing.
        using var posthog = await server.PostAsync("/e/", """{"event":"$identify","distinct_id":"anna","$set":{"name":"Mallory"}}""", server.BrowserKey, DoorServer.Origin);
        using var own = await server.PostAsync("/v1/alias", """{"anonymousId":"mallory","userId":"anna","previousId":"mallory"}""", server.BrowserKey, DoorServer.Origin);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (posthog.StatusCode, own.StatusCode));
        var hash = server.Intake.Parser.Hash;
        var customer = hash.Of(MicroIntervention.Engine.Primitives.HashDomain.Visitor, "u:anna");
        Assert.Equal(2, server.Intake.Taken.Count);
        Assert.All(server.Intake.Taken, taken => Assert.True(taken.Signal.Visitor.Value != customer && !taken.Signal.Has(SignalFlags.Verified)));
    }

    [Fact]
    public async Task Post_WhatIsNoEventOfItsForm_IsKeptWithItsReason()
    {
        await using var server = await DoorServer.StartAsync();

        using var batch = await server.PostAsync("/v1/events", $$"""[{{Cloud}},{"specversion":"1.0","id":"2","type":"E","note":"{{server.ServerKey}}"}]""", server.ServerKey);
        using var single = await server.PostAsync("/v1/events", """{"specversion":"1.0","id":"2","type":"E"}""", server.ServerKey);
        using var posthog = await server.PostAsync("/batch/", """{"batch":[3]}""", server.ServerKey);

        Assert.Equal("""{"success":true,"rejected":1}""", await batch.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, single.StatusCode);
        Assert.Contains("source", await single.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("""{"status":"Ok","rejected":1}""", await posthog.Content.ReadAsStringAsync());
        var rows = await RejectedRows.ReadAsync(server.Services, 3);
        Assert.Equal(["not-a-cloud-event", "not-a-cloud-event", "not-an-object"], rows.Select(row => row.Reason));
        Assert.DoesNotContain(server.ServerKey, Encoding.UTF8.GetString(rows[0].Payload), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Settings_LeadTheSdksHere()
    {
        await using var server = await DoorServer.StartAsync();

        using var segment = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/v1/projects/KEY/settings", UriKind.Relative)));
        var io = segment.RootElement.GetProperty("integrations").GetProperty("Segment.io");
        Assert.Equal(("KEY", server.Url.Authority + "/v1", "http"), (io.GetProperty("apiKey").GetString(), io.GetProperty("apiHost").GetString(), io.GetProperty("protocol").GetString()));
        using var posthog = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/array/KEY/config", UriKind.Relative)));
        Assert.Contains("gzip-js", posthog.RootElement.GetProperty("supportedCompression").EnumerateArray().Select(c => c.GetString()));
        using var flags = await server.PostAsync("/flags/?v=2", $$"""{"token":"{{server.ServerKey}}","distinct_id":"a"}""", null);
        using var body = JsonDocument.Parse(await flags.Content.ReadAsStringAsync());
        Assert.Empty(body.RootElement.GetProperty("flags").EnumerateObject());
        using var unknown = await server.PostAsync("/flags/?v=2", """{"token":"phc_guess"}""", null);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        using var wrong = await server.PostAsync("/sourceConfig/", "{}", null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, wrong.StatusCode);
    }
}
