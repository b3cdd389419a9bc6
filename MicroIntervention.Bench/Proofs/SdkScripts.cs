namespace MicroIntervention.Bench.Proofs;

/// <summary>How each vendor's own library is told to send numbered events; a reader may take these as the way to set it up.</summary>
internal static class SdkScripts
{
    /// <summary>Prints <c>delivered N</c> when every event was acknowledged, or what came of them after a minute.</summary>
    public const string RudderStackNode = """
        import RudderAnalytics from '@rudderstack/rudder-sdk-node';
        const [host, writeKey, count] = process.argv.slice(2);
        const client = new RudderAnalytics(writeKey, { dataPlaneUrl: host, flushAt: 20, flushInterval: 200 });
        let delivered = 0, failed = 0;
        for (let i = 1; i <= Number(count); i++) {
          client.track({ anonymousId: 'rudder-' + (i % 20), event: 'Payment Declined', properties: { sdk: 'rudderstack-node', number: i, amount: 20 } }, error => { if (error) failed++; else delivered++; });
          if (i % 25 === 0) await new Promise(resolve => setTimeout(resolve, 10));
        }
        for (let waited = 0; delivered + failed < Number(count) && waited < 600; waited++) await new Promise(resolve => setTimeout(resolve, 100));
        console.log('delivered ' + delivered);
        process.exit(0);
        """;

    /// <summary>The same; the library counts no deliveries, so it tells the errors and that its queue is empty.</summary>
    public const string PostHogNode = """
        import { PostHog } from 'posthog-node';
        const [host, apiKey, count] = process.argv.slice(2);
        const client = new PostHog(apiKey, { host, flushAt: 20, flushInterval: 200 });
        let errors = 0;
        client.on('error', () => errors++);
        for (let i = 1; i <= Number(count); i++) {
          client.capture({ distinctId: 'posthog-' + (i % 20), event: 'Payment Declined', properties: { sdk: 'posthog-node', number: i, amount: 20 } });
          if (i % 25 === 0) await new Promise(resolve => setTimeout(resolve, 10));
        }
        const flags = await client.getAllFlags('posthog-1');
        await client.shutdown(60000);
        console.log('flags ' + Object.keys(flags).length);
        console.log('delivered ' + (errors === 0 ? count : 'with ' + errors + ' errors'));
        process.exit(0);
        """;

    /// <summary>The page; the settings come from the server as they would from Segment's CDN.</summary>
    /// <param name="host">The server, scheme and port.</param>
    /// <param name="writeKey">A browser key for the page's origin.</param>
    public static string SegmentPage(string host, string writeKey) => $$"""
        <!doctype html><html><head><title>Checkout</title><script src="/index.js"></script><script>
        const analytics = AnalyticsNext.AnalyticsBrowser.load({ writeKey: '{{writeKey}}', cdnURL: '{{host}}' });
        async function send(from, to) {
          let delivered = 0;
          for (let i = from; i <= to; i++) {
            await analytics.track('Payment Declined', { sdk: 'segment-browser', number: i, amount: 20 });
            delivered++;
          }
          return delivered;
        }
        </script></head><body>Checkout</body></html>
        """;
}
