using System.Text;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Web.Storage.Log;

/// <summary>A record and its payload, comparable by value (where the payload lay does not count).</summary>
internal readonly record struct LoggedRecord(RecordHeader Header, string Payload)
{
    public static LoggedRecord Of(in RecordHeader header, string payload)
    {
        var bare = header;
        bare.PayloadStart = 0;
        bare.PayloadLength = Encoding.UTF8.GetByteCount(payload);
        return new LoggedRecord(bare, payload);
    }
}

/// <summary>Keeps what it is given.</summary>
internal sealed class RecordCollector : ILogReader
{
    public List<LoggedRecord> Records { get; } = [];

    public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload) => Records.Add(LoggedRecord.Of(header, Encoding.UTF8.GetString(payload)));
}
