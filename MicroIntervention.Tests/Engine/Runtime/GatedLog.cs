using System.Collections.Concurrent;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Support;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>A log whose shards can be held inside <see cref="Append"/>, so that a test sees what happens before a commit.</summary>
internal sealed class GatedLog(InMemorySignalLog inner) : ISignalLog
{
    private readonly ManualResetEventSlim[] _open = [.. Enumerable.Range(0, 8).Select(_ => new ManualResetEventSlim(true))];
    private readonly ConcurrentDictionary<int, int> _held = new();

    public void Hold(int shard) => _open[shard].Reset();

    public void Let(int shard) => _open[shard].Set();

    /// <summary>Waits until the shard stands at the closed gate.</summary>
    public void AwaitHeld(int shard) => Assert.True(SpinWait.SpinUntil(() => _held.GetValueOrDefault(shard) > 0, TimeSpan.FromSeconds(30)));

    public void Append(LogBatch batch)
    {
        if (!_open[batch.Shard].IsSet)
        {
            _held.AddOrUpdate(batch.Shard, 1, (_, held) => held + 1);
            Assert.True(_open[batch.Shard].Wait(TimeSpan.FromSeconds(60)));
        }

        inner.Append(batch);
    }

    public void Read(ReadOnlySpan<long> fromOffsets, ILogReader reader, CancellationToken cancellation) => inner.Read(fromOffsets, reader, cancellation);

    public void ReadAt(IReadOnlySet<LogPosition> places, ILogReader reader, CancellationToken cancellation) => inner.ReadAt(places, reader, cancellation);

    public long NextOffset(int partition) => inner.NextOffset(partition);
}
