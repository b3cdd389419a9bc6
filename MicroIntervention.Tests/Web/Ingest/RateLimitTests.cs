using MicroIntervention.Web.Ingest;

namespace MicroIntervention.Tests.Web.Ingest;

public sealed class RateLimitTests
{
    [Fact]
    public void TryTake_BurstThenRate_AsStated()
    {
        var time = new ManualTime();
        var limit = new RateLimit(time, 10, 5);

        Assert.Equal(5, Enumerable.Range(0, 20).Count(i => limit.TryTake(out var unused)));
        Assert.False(limit.TryTake(out var wait));
        Assert.InRange(wait.TotalSeconds, 0.00000001, 0.11);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, Enumerable.Range(0, 20).Count(i => limit.TryTake(out var unused)));
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.True(limit.TryTake(out _));
        }
    }

    [Fact]
    public void Charge_MoreThanThereIs_MustBeWaitedOut()
    {
        var time = new ManualTime();
        var limit = new RateLimit(time, 100, 100);

        limit.Charge(1_000);

        Assert.False(limit.HasRoom(out var wait));
        Assert.InRange(wait.TotalSeconds, 8.9, 9.1);
        time.Advance(TimeSpan.FromSeconds(9.1));
        Assert.True(limit.HasRoom(out _));
    }

    [Fact]
    public void TryTake_NoLimit_NeverRefuses()
    {
        var limit = new RateLimit(new ManualTime(), double.PositiveInfinity, double.PositiveInfinity);
        limit.Charge(int.MaxValue);

        Assert.True(limit.TryTake(out _));
    }
}
