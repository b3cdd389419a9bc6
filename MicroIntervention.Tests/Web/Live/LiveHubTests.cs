using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Tests.Web.Live;

public sealed class LiveHubTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private readonly LiveFeed _feed = new();

    [Fact]
    public async Task Follow_ReconnectWithASequence_FillsTheGap()
    {
        _feed.OnDecision(LiveStage.Decide(1, Now));
        var first = await FirstAsync("", 0);
        _feed.OnDecision(LiveStage.Decide(2, Now));
        _feed.OnDecision(LiveStage.Decide(3, Now));

        var again = await FirstAsync(first.Epoch, first.Sequence);

        Assert.False(again.Reset);
        Assert.Equal([2L, 3L], again.Decisions.Select(decision => decision.Sequence));
    }

    [Fact]
    public async Task Follow_AfterARestart_SaysResetAndStartsAnew()
    {
        _feed.OnDecision(LiveStage.Decide(1, Now));

        var batch = await FirstAsync("an older run", 900);

        Assert.True(batch.Reset);
        Assert.Single(batch.Decisions);
    }

    private async Task<HubBatch> FirstAsync(string epoch, long after)
    {
        using var hub = new LiveHub(_feed, new HubEpoch("this run"), new ManualTime());
        await foreach (var batch in hub.Follow(epoch, after, CancellationToken.None))
        {
            return batch;
        }

        throw new InvalidOperationException("The stream ended before its first batch.");
    }
}
