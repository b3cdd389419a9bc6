using System.Threading.Channels;

namespace MicroIntervention.Web.Live;

/// <summary>Folds any number of nudges into refreshes that never overlap and come at most once an interval.</summary>
/// <remarks>The first nudge refreshes at once, a burst ends in one trailing refresh, an error goes to <c>onError</c> and the pump goes on.</remarks>
public sealed class RefreshPump : IAsyncDisposable
{
    private readonly Channel<byte> _nudges = Channel.CreateBounded<byte>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    /// <param name="interval">Least time between the end of one refresh and the start of the next; 100 to 250 ms for live pages.</param>
    public RefreshPump(Func<Task> refresh, Func<Exception, Task> onError, TimeSpan interval, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(refresh);
        ArgumentNullException.ThrowIfNull(onError);
        _loop = Task.Run(() => RunAsync(refresh, onError, interval, time, _stopping.Token));
    }

    /// <summary>Asks for a refresh. Any thread; never waits or throws, not even after disposal.</summary>
    public void Nudge() => _nudges.Writer.TryWrite(0);

    public async ValueTask DisposeAsync()
    {
        _nudges.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task RunAsync(Func<Task> refresh, Func<Exception, Task> onError, TimeSpan interval, TimeProvider time, CancellationToken stopping)
    {
        try
        {
            await foreach (var _ in _nudges.Reader.ReadAllAsync(stopping))
            {
                try
                {
                    await refresh();
                }
                catch (Exception problem) when (problem is not OperationCanceledException)
                {
                    await onError(problem);
                }

                await Task.Delay(interval, time, stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposal; cancellation is not a fault.
        }
    }
}
