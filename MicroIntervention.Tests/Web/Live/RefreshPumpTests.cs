using MicroIntervention.Web.Live;

namespace MicroIntervention.Tests.Web.Live;

public sealed class RefreshPumpTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Nudge_Burst_FoldsIntoOneTrailingRefresh()
    {
        var time = new ManualTime();
        var refreshed = new SemaphoreSlim(0);
        await using var pump = new RefreshPump(
            () =>
            {
                refreshed.Release();
                return Task.CompletedTask;
            },
            _ => Task.CompletedTask,
            Interval,
            time);

        pump.Nudge();
        Assert.True(await refreshed.WaitAsync(Bound));
        await UntilAsleepAsync(time);
        for (var i = 0; i < 1000; i++)
        {
            pump.Nudge();
        }

        Assert.Equal(0, refreshed.CurrentCount);
        time.Advance(Interval);
        Assert.True(await refreshed.WaitAsync(Bound));
        await UntilAsleepAsync(time);
        time.Advance(Interval);
        Assert.Equal(0, refreshed.CurrentCount);
    }

    [Fact]
    public async Task Refresh_Throws_ErrorIsToldAndThePumpGoesOn()
    {
        var time = new ManualTime();
        var refreshed = new SemaphoreSlim(0);
        var errors = new List<string>();
        var first = true;
        await using var pump = new RefreshPump(
            () =>
            {
                if (first)
                {
                    first = false;
                    throw new InvalidOperationException("broken once");
                }

                refreshed.Release();
                return Task.CompletedTask;
            },
            problem =>
            {
                errors.Add(problem.Message);
                return Task.CompletedTask;
            },
            Interval,
            time);

        pump.Nudge();
        await UntilAsleepAsync(time);
        pump.Nudge();
        time.Advance(Interval);

        Assert.True(await refreshed.WaitAsync(Bound));
        Assert.Equal(["broken once"], errors);
    }

    [Fact]
    public async Task Nudge_AfterDisposal_DoesNothing()
    {
        var pump = new RefreshPump(() => Task.CompletedTask, _ => Task.CompletedTask, Interval, new ManualTime());
        await pump.DisposeAsync();

        pump.Nudge();
    }

    private static async Task UntilAsleepAsync(ManualTime time)
    {
        var until = Environment.TickCount64 + (long)Bound.TotalMilliseconds;
        while (time.ArmedTimers == 0)
        {
            Assert.True(Environment.TickCount64 < until, "the pump never went to sleep");
            await Task.Yield();
        }
    }
}
