using System.Collections.Immutable;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ownership;

/// <summary>What is measured of one kind of signal: written by the doors, read by the watch and by pages.</summary>
/// <remarks>Thread-safe. Every signal costs two interlocked writes; at most <see cref="LooksPerSecond"/> a second are looked into, so a flood of one kind costs no more.</remarks>
internal sealed class KindMeasure(string name)
{
    /// <summary>Events a second whose shape is checked and which are remembered; beyond that the share and the list are of a sample.</summary>
    public const int LooksPerSecond = 200;

    /// <summary>How many of the latest events a page shows.</summary>
    public const int Remembered = 100;

    private readonly Lock _gate = new();
    private readonly RecentSignal[] _recent = new RecentSignal[Remembered];
    private ShapeWatch _shape = new(1);
    private volatile CheckedContract? _contract;
    private long _count;
    private long _lastMs;
    private long _firstMs;
    private long _remembered;
    private long _second;
    private int _looks;
    private long _sampledSecond;

    public string Name { get; } = name;

    /// <summary>Signals since the start, retries included; what a former life counted is added.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Unix milliseconds; 0 while none came.</summary>
    public long LastMs => Interlocked.Read(ref _lastMs);

    /// <summary>Unix milliseconds; 0 while none came.</summary>
    public long FirstMs => Interlocked.Read(ref _firstMs);

    /// <summary>The contract that its shape is checked against; null for none.</summary>
    public CheckedContract? Contract => _contract;

    /// <summary>How many of how many checked events break the shape, and whether that is too many.</summary>
    public (int Bad, int Checked, bool IsInvalid) Shape
    {
        get
        {
            lock (_gate)
            {
                return (_shape.Bad, _shape.Checked, _shape.IsInvalid);
            }
        }
    }

    /// <summary>The latest events, newest first.</summary>
    public ImmutableArray<RecentSignal> Recent
    {
        get
        {
            lock (_gate)
            {
                var all = ImmutableArray.CreateBuilder<RecentSignal>((int)Math.Min(_remembered, Remembered));
                for (var i = _remembered - 1; i >= 0 && i >= _remembered - Remembered; i--)
                {
                    all.Add(_recent[i % Remembered]);
                }

                return all.ToImmutable();
            }
        }
    }

    /// <summary>Checks the shape against another contract from here on; the share begins anew.</summary>
    /// <param name="isInvalid">It was invalid already in a former life.</param>
    public void Check(CheckedContract? contract, bool isInvalid)
    {
        lock (_gate)
        {
            _contract = contract;
            _shape = new ShapeWatch(contract?.Terms.InvalidShare ?? 1, isInvalid);
        }
    }

    /// <summary>Takes over what a former life measured.</summary>
    public void Restore(long firstMs, long lastMs, long count)
    {
        Interlocked.CompareExchange(ref _firstMs, firstMs, 0);
        Interlocked.CompareExchange(ref _lastMs, lastMs, 0);
        Interlocked.Add(ref _count, count);
    }

    /// <summary>Counts one event. Any thread.</summary>
    /// <returns>What broke its contract, when that is worth keeping as a sample; empty otherwise.</returns>
    public ImmutableArray<FieldFault> Note(in Signal signal, ReadOnlySpan<byte> raw)
    {
        var at = signal.ReceivedAt.Milliseconds;
        Interlocked.Increment(ref _count);
        Interlocked.CompareExchange(ref _firstMs, at, 0);
        if (Interlocked.Read(ref _lastMs) < at)
        {
            // Two doors at once may leave the earlier of two milliseconds; nothing is measured that finely.
            Interlocked.Exchange(ref _lastMs, at);
        }

        return MayLook(at / 1000) ? Look(in signal, raw, at / 1000) : [];
    }

    private bool MayLook(long second)
    {
        if (Interlocked.Exchange(ref _second, second) != second)
        {
            Volatile.Write(ref _looks, 0);
        }

        return Interlocked.Increment(ref _looks) <= LooksPerSecond;
    }

    private ImmutableArray<FieldFault> Look(in Signal signal, ReadOnlySpan<byte> raw, long second)
    {
        var contract = _contract;
        var faults = contract?.Terms.Check(raw) ?? [];
        lock (_gate)
        {
            if (contract is not null && ReferenceEquals(contract, _contract))
            {
                _shape.Add(!faults.IsEmpty);
            }

            _recent[_remembered++ % Remembered] = new RecentSignal(
                signal.ReceivedAt, signal.SourceTime, signal.Visitor, signal.Message, signal.Source, signal.Kind, signal.Flags, signal.Matches, signal.SchemaVersion,
                faults.IsEmpty ? null : string.Join("; ", faults));

            // One sample a second says what is wrong; more would only fill the disk.
            if (faults.IsEmpty || _sampledSecond == second)
            {
                return [];
            }

            _sampledSecond = second;
            return faults;
        }
    }
}

/// <summary>The contract that events are checked against.</summary>
/// <param name="IsAgreed">Its faults make scenarios abstain; otherwise they are only shown.</param>
internal sealed record CheckedContract(SignalContract Terms, int Version, bool IsAgreed);
