using System.Globalization;
using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Web.Storage.Log;

/// <summary>Makes batches of seeded signals whose offsets go on, remembers what it made, and owns the batches.</summary>
internal sealed class SignalSource : ILogBatchOwner
{
    private readonly Lock _gate = new();
    private readonly SeededRandom _random;
    private readonly ulong _seed;
    private readonly int _partitions;
    private readonly int _visitors;
    private readonly long[] _next;
    private long _now = 1_767_225_600_000;

    public SignalSource(int partitions, ulong seed, int visitors = 20, ReadOnlySpan<long> next = default)
    {
        _partitions = partitions;
        _visitors = visitors;
        _random = new SeededRandom(seed);
        _seed = seed;
        _next = next.IsEmpty ? new long[partitions] : next.ToArray();
    }

    /// <summary>All records made, with their payload as text, in order.</summary>
    public List<LoggedRecord> Sent { get; } = [];

    public List<DecisionEntry> Decisions { get; } = [];

    /// <summary>Batches told that they are durable, in that order.</summary>
    public List<LogBatch> Completed { get; } = [];

    public int Stalled { get; private set; }

    public long Now => _now;

    public static VisitorId Visitor(int number) => new(new Hash128((ulong)number * 0x9e3779b97f4a7c15 | 1, (ulong)number));

    public static SessionId Session(int visitor, long hour) => new(new Hash128((ulong)visitor * 0xbf58476d1ce4e5b9 ^ (ulong)hour * 0x94d049bb133111eb | 1, (ulong)visitor));

    /// <summary>A secret that only this visitor's payloads hold.</summary>
    public static string SecretOf(int visitor) => string.Create(CultureInfo.InvariantCulture, $"visitor-{visitor}@example.org");

    public void Advance(TimeSpan by) => _now += (long)by.TotalMilliseconds;

    public LogBatch Batch(int count, int decisionEvery = 0, int? onlyVisitor = null)
    {
        var batch = new LogBatch(this);
        for (var i = 0; i < count; i++)
        {
            _now += _random.Next(20);
            var visitor = onlyVisitor ?? _random.Next(_visitors);
            var header = Header(visitor);
            Add(batch, header, $$"""{"event":"Payment Declined","email":"{{SecretOf(visitor)}}","n":{{Sent.Count}}}""");
            if (decisionEvery > 0 && Sent.Count % decisionEvery == 0)
            {
                var entry = new DecisionEntry(new DecisionId(new Hash128((ulong)Sent.Count * 0x9e3779b97f4a7c15, _seed)), new LogPosition(header.Partition, header.Offset), header.At, header.Visitor, header.Session, visitor % 2 == 0 ? "checkout-failure" : "password-lockout", (byte)(visitor % 3), (byte)(visitor % 5), 80.5 + visitor, [1, 2, (byte)visitor]);
                batch.Decisions.Add(entry);
                Decisions.Add(entry);
            }
        }

        return batch;
    }

    /// <summary>A control record on every partition.</summary>
    public LogBatch Control(string json)
    {
        var batch = new LogBatch(this);
        for (var p = 0; p < _partitions; p++)
        {
            Add(batch, new RecordHeader { Kind = RecordKind.Control, Partition = p, Offset = _next[p]++, At = new Moment(_now), ReceivedAt = new Moment(_now), SourceTime = new Moment(_now), ZoneOffsetMinutes = Signal.UnknownZone }, json);
        }

        return batch;
    }

    public void OnCommitted(LogBatch batch)
    {
        lock (_gate)
        {
            Completed.Add(batch);
        }
    }

    public void OnStalled(LogBatch batch, Exception cause)
    {
        lock (_gate)
        {
            Stalled++;
        }
    }

    /// <summary>Waits, bounded, until so many batches are durable.</summary>
    public void WaitFor(int batches) => Assert.True(
        SpinWait.SpinUntil(() => { lock (_gate) { return Completed.Count >= batches; } }, TimeSpan.FromSeconds(30)),
        $"only {Completed.Count} of {batches} batches became durable");

    private RecordHeader Header(int visitor)
    {
        var id = Visitor(visitor);
        var partition = (int)(id.Value.Low % (ulong)_partitions);
        return new RecordHeader
        {
            Kind = RecordKind.Signal,
            SignalKind = visitor % 7 == 0 ? SignalKind.Page : SignalKind.Track,
            Flags = visitor % 3 == 0 ? SignalFlags.Verified | SignalFlags.PrivacyControl : SignalFlags.None,
            Verdict = visitor % 11 == 0 ? SignalVerdict.Late : SignalVerdict.Taken,
            Partition = partition,
            Offset = _next[partition]++,
            At = new Moment(_now),
            ReceivedAt = new Moment(_now - 3),
            SourceTime = new Moment(_now - 3 + _random.Next(5000) - 4000),
            Visitor = id,
            Session = Session(visitor, _now / 3_600_000),
            ExplicitSession = visitor % 5 == 0 ? new Hash128(5, (ulong)visitor) : default,
            Message = new MessageKey(new Hash128((ulong)Sent.Count + 1, 99)),
            About = visitor % 4 == 0 ? new DecisionId(new Hash128(1, 2)) : default,
            Source = new SourceId((ushort)(visitor * 300)),
            ZoneOffsetMinutes = visitor % 2 == 0 ? Signal.UnknownZone : (short)(visitor * 30 - 300),
        };
    }

    private void Add(LogBatch batch, RecordHeader header, string payload)
    {
        batch.Add(header, Encoding.UTF8.GetBytes(payload));
        Sent.Add(LoggedRecord.Of(header, payload));
    }
}
