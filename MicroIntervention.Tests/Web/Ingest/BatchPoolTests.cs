using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Ingest;

namespace MicroIntervention.Tests.Web.Ingest;

public sealed class BatchPoolTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(50_000L)]
    [InlineData(400_000L)]
    [Proves("R-05")]
    public void Grow_LargeBodyAfterLargeBody_UsesTheSameBufferWhateverWasAnnounced(long? announced)
    {
        var pool = new BatchPool();
        var seen = new HashSet<byte[]>();
        for (var i = 0; i < 20; i++)
        {
            var batch = pool.Rent(announced);
            while (batch.Buffer.Length < SignalParser.MaxBodyBytes)
            {
                pool.Grow(batch, batch.Buffer.Length, batch.Buffer.Length + 1);
            }

            seen.Add(batch.Buffer);
            pool.Return(batch);
        }

        Assert.Single(seen);
    }

    [Fact]
    public void Grow_WithBytes_KeepsThem()
    {
        var pool = new BatchPool();
        var batch = pool.Rent(null);
        var bytes = Enumerable.Range(0, batch.Buffer.Length).Select(i => (byte)i).ToArray();
        bytes.CopyTo(batch.Buffer, 0);

        pool.Grow(batch, bytes.Length, 300_000);

        Assert.Equal(bytes, batch.Buffer[..bytes.Length]);
    }

    [Fact]
    [Proves("R-05")]
    public void Return_ManySignalsForgotten_DoesNotGrowTheSmallBatches()
    {
        var pool = new BatchPool();
        var rooms = new HashSet<int>();
        for (var i = 0; i < 5; i++)
        {
            var batch = pool.Rent(2_000);
            for (var n = 0; n <= 300; n++)
            {
                batch.Add(default);
            }

            batch.Discard();
            pool.Return(batch);
            var next = pool.Rent(2_000);
            rooms.Add(next.Capacity);
            pool.Return(next);
        }

        Assert.All(rooms, room => Assert.True(room <= 256, $"room for {room} signals"));
    }
}
