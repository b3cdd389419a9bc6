using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Tests.Web.Ingest;

/// <summary>The signals in a running server's log, with their text.</summary>
internal sealed class LoggedSignals : ILogReader
{
    private readonly List<(RecordHeader Header, byte[] Raw)> _all = [];

    public static List<(RecordHeader Header, byte[] Raw)> Read(ConsoleServer server)
    {
        var reader = new LoggedSignals();
        server.Services.GetRequiredService<SignalLog>().Read(new long[server.Services.GetRequiredService<Installation>().Partitions], reader, CancellationToken.None);
        return reader._all;
    }

    public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind == RecordKind.Signal)
        {
            _all.Add((header, payload.ToArray()));
        }
    }
}
