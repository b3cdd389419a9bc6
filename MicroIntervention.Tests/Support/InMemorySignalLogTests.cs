using MicroIntervention.Tests.Web.Storage.Log;

namespace MicroIntervention.Tests.Support;

public sealed class InMemorySignalLogTests
{
    [Fact]
    public void Release_AfterStall_CommitsInOrder()
    {
        var log = new InMemorySignalLog(4);
        var source = new SignalSource(4, seed: 3);
        log.Append(source.Batch(5));
        log.Stall(new IOException("full"));
        log.Append(source.Batch(5));
        log.Append(source.Batch(5));
        Assert.Equal(5, log.Records.Count);
        Assert.Equal(2, source.Stalled);

        log.Release();

        Assert.Equal(15, log.Records.Count);
        Assert.Equal(3, source.Completed.Count);
        var read = new RecordCollector();
        log.Read(new long[4], read, CancellationToken.None);
        Assert.Equal(source.Sent, read.Records);
    }
}
