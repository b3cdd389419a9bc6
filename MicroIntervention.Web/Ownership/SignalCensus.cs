using System.Threading.Channels;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Ownership;

/// <summary>Counts every kind of signal where it comes in, by the event's name.</summary>
/// <remarks>
/// Thread-safe; called by the doors after the engine took a batch. Holds <see cref="MostKinds"/> names; events of further names are only counted
/// together, so a sender who makes up names fills no memory. Violations wait in a queue of <see cref="QueueLimit"/>; when it is full they are only counted.
/// </remarks>
internal sealed class SignalCensus
{
    public const int MostKinds = 512;
    public const int QueueLimit = 256;

    private readonly Lock _gate = new();
    private readonly Channel<Violation> _violations = Channel.CreateBounded<Violation>(new BoundedChannelOptions(QueueLimit) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    // Replaced as a whole when a name is new; read without a lock.
    private volatile Dictionary<byte[], KindMeasure> _kinds = new(Utf8Name.Comparer);
    private long _total;
    private long _others;
    private long _lastMs;
    private long _notKept;

    /// <summary>Signals of all kinds since the start.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>When the latest of any kind came, Unix milliseconds; 0 while none came.</summary>
    public long LastMs => Interlocked.Read(ref _lastMs);

    /// <summary>Signals whose name found no room.</summary>
    public long Others => Interlocked.Read(ref _others);

    /// <summary>Violations whose sample was not kept.</summary>
    public long NotKept => Interlocked.Read(ref _notKept);

    public IReadOnlyCollection<KindMeasure> Kinds => _kinds.Values;

    /// <summary>Violations that wait to be written.</summary>
    public ChannelReader<Violation> Violations => _violations.Reader;

    /// <summary>The measure of a name; null when it was never seen nor asked for.</summary>
    public KindMeasure? Find(string name) => _kinds.GetValueOrDefault(System.Text.Encoding.UTF8.GetBytes(name));

    /// <summary>The measure of a name, made when there is room; null when there is none.</summary>
    public KindMeasure? GetOrAdd(string name) => Find(name) ?? Add(System.Text.Encoding.UTF8.GetBytes(name));

    /// <summary>Counts a request's signals. The batch may be with the shards already: nothing in it changes until its door gives it back.</summary>
    public void Note(SignalBatch batch)
    {
        Span<byte> scratch = stackalloc byte[SignalContract.LongestName * 4];
        foreach (ref readonly var signal in batch.Signals)
        {
            if (signal.Kind >= SignalKind.Shown)
            {
                continue;
            }

            var raw = batch.RawOf(in signal);
            var name = signal.NameIn(raw);
            if (name.IsEmpty && SignalText.TryRead(raw, "event", scratch, out var length))
            {
                Note(in signal, raw, scratch[..length]);
            }
            else
            {
                Note(in signal, raw, name);
            }
        }
    }

    private void Note(in Signal signal, ReadOnlySpan<byte> raw, ReadOnlySpan<byte> name)
    {
        Interlocked.Increment(ref _total);
        Interlocked.Exchange(ref _lastMs, signal.ReceivedAt.Milliseconds);
        var kinds = _kinds.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!kinds.TryGetValue(name, out var kind) && (kind = name.IsEmpty ? null : Add(name.ToArray())) is null)
        {
            Interlocked.Increment(ref _others);
            return;
        }

        var faults = kind.Note(in signal, raw);
        if (!faults.IsEmpty && kind.Contract is { } contract)
        {
            var violation = new Violation(
                kind.Name, contract.Version, signal.ReceivedAt.ToDateTimeOffset(), signal.Source.Value, string.Join("; ", faults), SampleMask.Of(raw, contract.Terms));
            if (!_violations.Writer.TryWrite(violation))
            {
                Interlocked.Increment(ref _notKept);
            }
        }
    }

    private KindMeasure? Add(byte[] name)
    {
        lock (_gate)
        {
            if (_kinds.TryGetValue(name, out var there))
            {
                return there;
            }

            if (_kinds.Count >= MostKinds)
            {
                return null;
            }

            var kind = new KindMeasure(System.Text.Encoding.UTF8.GetString(name));
            _kinds = new Dictionary<byte[], KindMeasure>(_kinds, Utf8Name.Comparer) { [name] = kind };
            return kind;
        }
    }
}
