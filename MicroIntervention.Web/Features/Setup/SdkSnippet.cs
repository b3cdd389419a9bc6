using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Setup;

/// <summary>How one vendor's SDK is pointed at this server: code to copy.</summary>
/// <param name="Name">The SDK as its vendor calls it; not translated.</param>
internal sealed record SdkSnippet(string Name, string Text)
{
    /// <summary>Those that make sense with a key of this kind.</summary>
    /// <param name="host">This server: scheme, host and port.</param>
    public static IReadOnlyList<SdkSnippet> For(SourceKind kind, string host, string key) => kind switch
    {
        SourceKind.Browser =>
        [
            new("@segment/analytics-next", $$"""
                import { AnalyticsBrowser } from '@segment/analytics-next';
                const analytics = AnalyticsBrowser.load({ writeKey: '{{key}}', cdnURL: '{{host}}' });
                """),
            new("@rudderstack/analytics-js", $$"""
                import { RudderAnalytics } from '@rudderstack/analytics-js';
                const analytics = new RudderAnalytics();
                analytics.load('{{key}}', '{{host}}', { configUrl: '{{host}}' });
                """),
            new("posthog-js", $$"""
                import posthog from 'posthog-js';
                posthog.init('{{key}}', { api_host: '{{host}}' });
                """),
        ],
        SourceKind.Server =>
        [
            new("@segment/analytics-node", $$"""
                import { Analytics } from '@segment/analytics-node';
                const analytics = new Analytics({ writeKey: '{{key}}', host: '{{host}}' });
                """),
            new("@rudderstack/rudder-sdk-node", $$"""
                import RudderAnalytics from '@rudderstack/rudder-sdk-node';
                const analytics = new RudderAnalytics('{{key}}', { dataPlaneUrl: '{{host}}' });
                """),
            new("posthog-node", $$"""
                import { PostHog } from 'posthog-node';
                const posthog = new PostHog('{{key}}', { host: '{{host}}' });
                """),
            new("CloudEvents 1.0", $$$"""
                curl -H 'Authorization: Bearer {{{key}}}' {{{host}}}/v1/events -d '{"specversion":"1.0","id":"1","source":"/billing","type":"Payment Declined","subject":"customer-1","data":{"amount":49.9}}'
                """),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
