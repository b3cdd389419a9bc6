using System.Text;
using System.Text.Json;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

/// <summary>What real SDKs send is read: every captured request to a door of ours.</summary>
[Proves("R-04")]
public sealed class SegmentCaptureTests
{
    private static readonly Dictionary<string, SignalRoute> Routes = new(StringComparer.Ordinal)
    {
        ["/v1/batch"] = SignalRoute.Batch,
        ["/v1/b"] = SignalRoute.Batch,
        ["/v1/track"] = SignalRoute.Track,
        ["/v1/t"] = SignalRoute.Track,
        ["/v1/identify"] = SignalRoute.Identify,
        ["/v1/i"] = SignalRoute.Identify,
        ["/v1/page"] = SignalRoute.Page,
        ["/v1/p"] = SignalRoute.Page,
        ["/v1/g"] = SignalRoute.Group,
    };

    [SharedFact]
    public void ParseRequest_CapturedRequests_AreAllRead()
    {
        int requests = 0, signals = 0;
        foreach (var file in Directory.GetFiles(SharedData.PathOf("contracts", "ingest-captures"), "*.json").Order(StringComparer.Ordinal))
        {
            using var captures = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var capture in captures.RootElement.EnumerateArray())
            {
                if (capture.GetProperty("method").GetString() != "POST" || !Routes.TryGetValue(capture.GetProperty("path").GetString()!, out var route))
                {
                    continue;
                }

                requests++;
                var body = capture.GetProperty("body");
                var fixture = new ParserFixture();
                Assert.Equal(RejectionReason.None, fixture.Parse(route, Encoding.UTF8.GetBytes(body.GetRawText())).Reason);
                signals += fixture.Batch.Count;

                Assert.Empty(fixture.Batch.Rejections);
                Assert.Equal(route == SignalRoute.Batch ? body.GetProperty("batch").GetArrayLength() : 1, fixture.Batch.Count);
                foreach (ref readonly var signal in fixture.Batch.Signals)
                {
                    // The captures were sent within the minutes before the test's receive time, or long after it; never at the epoch.
                    Assert.InRange(signal.SourceTime.Milliseconds, ParserFixture.ReceivedMs - 3_600_000, ParserFixture.ReceivedMs + 3_600_000);
                }
            }
        }

        Assert.InRange(requests, 20, 10_000);
        Assert.InRange(signals, 60, 100_000);
    }
}
