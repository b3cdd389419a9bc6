using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Ingest;
using MicroIntervention.Web.Operations;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Ingest;

/// <summary>Every request that the SDKs were seen to send, sent to the real program: answered as each SDK expects, and each event once in the log.</summary>
[Proves("R-04")]
[Proves("R-05")]
public sealed class CaptureReplayTests
{
    // What the SDK met when it was captured: so many 429, then so many 500. It sent again what was not taken.
    [SharedTheory]
    [InlineData("segment-analytics-node.json", 0, 0)]
    [InlineData("segment-analytics-node-400.json", 0, 0)]
    [InlineData("segment-analytics-node-429x2.json", 2, 0)]
    [InlineData("segment-analytics-node-500x3.json", 0, 3)]
    [InlineData("segment-analytics-next-browser.json", 0, 0)]
    [InlineData("segment-analytics-next-browser-batching.json", 0, 0)]
    [InlineData("segment-analytics-next-browser-500x3.json", 0, 3)]
    [InlineData("rudder-sdk-node-gzip.json", 0, 0)]
    [InlineData("rudder-sdk-node-nogzip.json", 0, 0)]
    [InlineData("rudder-sdk-node-400.json", 0, 0)]
    [InlineData("rudder-sdk-node-429x2.json", 2, 0)]
    [InlineData("rudder-sdk-node-500x3.json", 0, 3)]
    [InlineData("rudder-analytics-js-browser.json", 0, 0)]
    [InlineData("rudder-analytics-js-browser-batch.json", 0, 0)]
    [InlineData("posthog-node.json", 0, 0)]
    [InlineData("posthog-node-500.json", 0, 2)]
    [InlineData("posthog-js-browser.json", 0, 0)]
    public async Task Replay_CapturedFile_IsAnsweredAsItsSdkExpectsAndArrivesOnce(string file, int overloads, int failures)
    {
        var requests = CapturedRequest.Read(SharedData.PathOf("contracts", "ingest-captures", file));
        await using var server = await ConsoleServer.StartAsync(configure: services =>
        {
            services.AddSingleton(provider => new FailingIntake(provider.GetRequiredService<EngineIntake>()));
            services.AddSingleton<ISignalIntake>(provider => provider.GetRequiredService<FailingIntake>());
        });
        server.Services.GetRequiredService<FailingIntake>().Fail(overloads, failures);
        var origin = requests.Select(request => request.Origin).FirstOrDefault(from => from is not null);
        var kind = origin is null ? SourceKind.Server : SourceKind.Browser;
        var key = (await server.Services.GetRequiredService<SourceStore>().CreateAsync(new NewSource(file, kind, origin is null ? [] : [AllowedOrigin.FromStore(origin)]))).Key;
        using var client = server.NewClient();

        var sent = 0;
        foreach (var captured in requests)
        {
            using var request = captured.With(key);
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if (captured.Method == "OPTIONS")
            {
                AssertPreflight(captured, answer);
            }
            else if (captured.Path == "/sourceConfig/")
            {
                AssertConfiguration(answer, text, key);
            }
            else if (captured.Path == "/flags/")
            {
                AssertNoFlags(answer, text);
            }
            else
            {
                AssertSignals(captured, answer, text, sent++, overloads, failures);
            }

            Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        }

        var expected = requests.Where(request => request.IsSignals).SelectMany(request => request.MessageIds()).Distinct().Order(StringComparer.Ordinal).ToList();
        var logged = LoggedSignals.Read(server);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, logged.Select(record => SignalText.Read(record.Raw, "messageId")).Order(StringComparer.Ordinal));
        Assert.All(logged, record => Assert.Equal(kind == SourceKind.Server, (record.Header.Flags & SignalFlags.Verified) != 0));
        Assert.All(logged, record => Assert.DoesNotContain(key, System.Text.Encoding.UTF8.GetString(record.Raw), StringComparison.Ordinal));
    }

    [SharedFact]
    public async Task Replay_Mixpanel_IsToldWhatToUseInstead()
    {
        await using var server = await ConsoleServer.StartAsync();
        using var client = server.NewClient();
        foreach (var captured in CapturedRequest.Read(SharedData.PathOf("contracts", "ingest-captures", "mixpanel-node.json")))
        {
            using var request = captured.With("x");
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Contains("/v1/track", body.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        }
    }

    [SharedFact]
    public void Captures_EveryFile_IsReplayedHere()
    {
        var replayed = typeof(CaptureReplayTests).GetMethod(nameof(Replay_CapturedFile_IsAnsweredAsItsSdkExpectsAndArrivesOnce))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().Select(data => (string)data.GetData(null!).Single()[0]!);
        var files = Directory.GetFiles(SharedData.PathOf("contracts", "ingest-captures"), "*.json").Select(Path.GetFileName);
        Assert.Equal(files.Order(StringComparer.Ordinal), replayed.Append("mixpanel-node.json").Order(StringComparer.Ordinal));
    }

    // A browser asks for each header it wants to send; one that is not allowed stops the SDK for good.
    private static void AssertPreflight(CapturedRequest captured, HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var allowed = answer.Headers.GetValues("Access-Control-Allow-Headers").Single().Split(", ");
        Assert.All(captured.Header("access-control-request-headers")!.Split(", "), name => Assert.Contains(name, allowed, StringComparer.OrdinalIgnoreCase));
        Assert.Contains(captured.Header("access-control-request-method")!, answer.Headers.GetValues("Access-Control-Allow-Methods").Single().Split(", "));
    }

    private static void AssertConfiguration(HttpResponseMessage answer, string text, string key)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var body = JsonDocument.Parse(text);
        var source = body.RootElement.GetProperty("source");
        Assert.NotEqual("", source.GetProperty("id").GetString());
        Assert.Equal(key, source.GetProperty("writeKey").GetString());
        Assert.True(source.GetProperty("enabled").GetBoolean());
        Assert.Equal(JsonValueKind.Object, source.GetProperty("config").ValueKind);
        Assert.Equal(0, source.GetProperty("destinations").GetArrayLength());
    }

    private static void AssertNoFlags(HttpResponseMessage answer, string text)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var body = JsonDocument.Parse(text);
        Assert.Empty(body.RootElement.GetProperty("flags").EnumerateObject());
        Assert.False(body.RootElement.GetProperty("errorsWhileComputingFlags").GetBoolean());
    }

    private static void AssertSignals(CapturedRequest captured, HttpResponseMessage answer, string text, int sent, int overloads, int failures)
    {
        if (sent < overloads)
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.True(answer.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        }
        else if (sent < overloads + failures)
        {
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        }
        else
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(captured.Path.StartsWith("/v1/", StringComparison.Ordinal) ? """{"success":true}""" : """{"status":"Ok"}""", text);
        }
    }
}
