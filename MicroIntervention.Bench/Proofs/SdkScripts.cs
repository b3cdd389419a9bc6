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

    /// <summary>Where the library's page finds it below node_modules.</summary>
    private const string SegmentLibrary = "@segment/analytics-next/dist/umd/index.js";
    private const string RudderStackLibrary = "@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js";
    private const string PostHogLibrary = "posthog-js/dist/array.no-external.js";

    /// <summary>The settings come from the server as they would from Segment's CDN.</summary>
    /// <param name="host">The server, scheme and port.</param>
    /// <param name="writeKey">A browser key for the page's origin.</param>
    public static string SegmentPage(string host, string writeKey) => Page(SegmentLibrary, $$"""
        const analytics = AnalyticsNext.AnalyticsBrowser.load({ writeKey: '{{writeKey}}', cdnURL: '{{host}}' });
        async function send(from, to) {
          for (let i = from; i <= to; i++) await analytics.track('Payment Declined', { sdk: 'segment-browser', number: i, amount: 20 });
          return to - from + 1;
        }
        """);

    /// <inheritdoc cref="SegmentPage"/>
    /// <remarks>Its queue keeps 100 events and drops the oldest, whatever the server does; here it has room for all that a page sends at once.</remarks>
    public static string RudderStackPage(string host, string writeKey) => Page(RudderStackLibrary, $$"""
        const analytics = new rudderanalytics.RudderAnalytics();
        analytics.load('{{writeKey}}', '{{host}}', { configUrl: '{{host}}', queueOptions: { maxItems: 10000 } });
        async function send(from, to) {
          await new Promise(resolve => analytics.ready(resolve));
          for (let i = from; i <= to; i++) await new Promise(resolve => analytics.track('Payment Declined', { sdk: 'rudderstack-browser', number: i, amount: 20 }, resolve));
          return await settled(to - from + 1, '/v1/track');
        }
        """);

    /// <inheritdoc cref="SegmentPage"/>
    /// <remarks>Its own limits (ten events a second, no headless browsers) are lifted.</remarks>
    public static string PostHogPage(string host, string writeKey) => Page(PostHogLibrary, $$"""
        posthog.init('{{writeKey}}', {
          api_host: '{{host}}', autocapture: false, capture_pageview: false, capture_pageleave: false, opt_out_useragent_filter: true,
          rate_limiting: { events_per_second: 1000, events_burst_limit: 10000 } });
        async function send(from, to) {
          for (let i = from; i <= to; i++) posthog.capture('Payment Declined', { sdk: 'posthog-browser', number: i, amount: 20 }, { send_instantly: true });
          return await settled(to - from + 1, '/e/');
        }
        """);

    // These two tell no deliveries: the page counts the requests that were answered.
    private static string Page(string library, string script) => $$"""
        <!doctype html><html><head><title>Checkout</title><link rel="icon" href="data:,"><script>
        const answered = {}, ask = window.fetch, open = XMLHttpRequest.prototype.open;
        const count = (url, ok) => { const path = new URL(url, location).pathname; answered[path] = (answered[path] ?? 0) + (ok ? 1 : 0); };
        window.fetch = async (...call) => { const answer = await ask(...call); count(call[0].url ?? call[0], answer.ok); return answer; };
        XMLHttpRequest.prototype.open = function (method, url, ...rest) { this.addEventListener('load', () => count(url, this.status === 200)); return open.call(this, method, url, ...rest); };
        async function settled(wanted, path) {
          for (let waited = 0; (answered[path] ?? 0) < wanted && waited < 600; waited++) await new Promise(resolve => setTimeout(resolve, 100));
          return answered[path] ?? 0;
        }
        </script><script src="/lib/{{library}}"></script><script>
        {{script}}
        </script></head><body>Checkout</body></html>
        """;
}
