using System.ComponentModel.DataAnnotations;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>How webhooks are sent.</summary>
public sealed class WebhookOptions
{
    /// <summary>Allows http and loopback addresses. Only set by <c>--bench</c> and <c>--demo</c>. Default false.</summary>
    public bool AllowLoopback { get; init; }

    /// <summary>Most prompts of one address in hand, waiting for a retry included; the next is answered Overloaded. Default 10,000; 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int PromptCapacity { get; init; } = 10_000;

    /// <summary>Most handoffs of one address in hand. Default 1,000; 1 to 100,000. They live in memory: a restart forgets those not yet delivered.</summary>
    [Range(1, 100_000)]
    public int HandoffCapacity { get; init; } = 1_000;

    /// <summary>Prompt senders an address always has. Default 2; 1 to 16.</summary>
    [Range(1, 16)]
    public int MinSenders { get; init; } = 2;

    /// <summary>Prompt senders an address may grow to while prompts wait. Default 16; 1 to 64.</summary>
    [Range(1, 64)]
    public int MaxSenders { get; init; } = 16;

    /// <summary>How long one attempt may take, connecting included. Default 2 s; 50 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Wait before a prompt's second attempt; doubles each time, up to <see cref="MaxPromptRetryDelay"/>. Default 100 ms; 1 ms to 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan PromptRetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait between two attempts of a prompt. Default 2 s; 1 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan MaxPromptRetryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Wait before a handoff's second attempt; doubles each time, up to <see cref="MaxHandoffRetryDelay"/>. Default 1 s; 1 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan HandoffRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between two attempts of a handoff. Default 5 min; 1 ms to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan MaxHandoffRetryDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long nothing is sent after half the attempts of 10 s (at least 10) failed. Default 5 s; 500 ms to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:10:00")]
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(5);
}
