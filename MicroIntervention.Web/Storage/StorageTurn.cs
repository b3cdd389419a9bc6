namespace MicroIntervention.Web.Storage;

/// <summary>Backup, erasure and retention take turns: an erasure that ran beside a backup would miss it.</summary>
public sealed class StorageTurn : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Waits for the turn; dispose the answer to end it.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        return new Ending(_turn);
    }

    public void Dispose() => _turn.Dispose();

    private sealed class Ending(SemaphoreSlim turn) : IDisposable
    {
        private SemaphoreSlim? _turn = turn;

        public void Dispose() => Interlocked.Exchange(ref _turn, null)?.Release();
    }
}
