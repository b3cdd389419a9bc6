namespace MicroIntervention.Tests;

public sealed class ManualTimeTests
{
    [Fact]
    public void Advance_PeriodicTimer_FiresAtEachDueTime()
    {
        var time = new ManualTime();
        var start = time.GetUtcNow();
        var fired = new List<TimeSpan>();
        using var timer = time.CreateTimer(_ => fired.Add(time.GetUtcNow() - start), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5)], fired);
        Assert.Equal(start + TimeSpan.FromSeconds(6), time.GetUtcNow());
    }

    [Fact]
    public async Task Advance_TaskDelayOnThisClock_Completes()
    {
        var time = new ManualTime();
        var delay = Task.Delay(TimeSpan.FromMinutes(5), time);
        Assert.Equal(1, time.ArmedTimers);

        time.Advance(TimeSpan.FromMinutes(4));
        Assert.False(delay.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(1));

        await delay.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Dispose_ArmedTimer_NeverFires()
    {
        var time = new ManualTime();
        var fired = 0;
        var timer = time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();

        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, fired);
    }
}
