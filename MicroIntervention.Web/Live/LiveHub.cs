using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Identity;

namespace MicroIntervention.Web.Live;

/// <summary>Decisions as they happen, for programs: <c>/hubs/live</c>, stream method <c>Follow</c>.</summary>
[Authorize(Policy = ConsoleAction.LiveView)]
internal sealed class LiveHub(LiveFeed feed, HubEpoch epoch, TimeProvider time) : Hub
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Sends what came after <paramref name="after"/>, then every change, at most five batches a second.</summary>
    /// <param name="knownEpoch">The epoch of the latest batch; empty the first time.</param>
    /// <param name="after">Its sequence; 0 the first time.</param>
    /// <param name="cancel">The caller left.</param>
    public async IAsyncEnumerable<HubBatch> Follow(string knownEpoch, long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var nudges = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Nudge() => nudges.Writer.TryWrite(0);
        var reset = knownEpoch != epoch.Value || after > feed.Sequence || after < 0;
        var sent = reset ? 0 : after;
        feed.Changed += Nudge;
        try
        {
            // The first batch goes out at once, even when empty: it tells epoch and sequence.
            yield return BatchAfter(ref sent, reset && knownEpoch.Length > 0);
            while (await nudges.Reader.WaitToReadAsync(cancel))
            {
                nudges.Reader.TryRead(out _);
                if (feed.Sequence > sent)
                {
                    yield return BatchAfter(ref sent, false);
                }

                await Task.Delay(Interval, time, cancel);
            }
        }
        finally
        {
            feed.Changed -= Nudge;
        }
    }

    private HubBatch BatchAfter(ref long sent, bool reset)
    {
        var items = feed.Since(sent);
        sent = items.IsEmpty ? sent : items[^1].Sequence;
        return new HubBatch(epoch.Value, reset, sent, [.. items.Select(HubDecision.Of)]);
    }
}
