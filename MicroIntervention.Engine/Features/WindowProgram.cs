using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Features;

/// <summary>All windows of one scope, compiled to offsets in one fixed block of bytes.</summary>
/// <remarks>
/// The caller owns the block (<see cref="BlockSize"/> bytes, zeroed by <see cref="Start"/>) and is its only user. No allocation.
/// Counts are 16-bit per bucket and stop at 65,535; sums and maxima are kept in single precision per bucket (relative error ≤ 6e−8).
/// </remarks>
internal sealed class WindowProgram
{
    private readonly WindowOp[] _ops;
    private readonly WindowGroup[] _groups;
    private readonly int[] _matcherStart;
    private readonly int[] _byMatcher;
    private readonly int[] _everySignal;
    private readonly int[][] _groupOps;

    /// <param name="features">The plan's features with their index in the row; those of this scope only.</param>
    public WindowProgram(ImmutableArray<(int Index, FeatureDefinition Feature)> features)
    {
        var offset = WindowLayout.Head;
        var groups = new List<WindowGroup>();
        var ops = new List<WindowOp>();
        foreach (var (index, feature) in features)
        {
            var windowed = feature.Window > TimeSpan.Zero && feature.Kind is FeatureKind.Count or FeatureKind.Sum or FeatureKind.Max;
            windowed = windowed && feature.Window > TimeSpan.Zero;
            var group = windowed ? GroupOf(groups, (uint)(feature.Window.TotalMilliseconds / WindowLayout.Buckets), ref offset) : -1;
            var slot = offset;
            offset += SlotSize(feature.Kind, windowed);
            var ring = -1;
            if (windowed && feature.Kind == FeatureKind.Count && feature.ExactUpTo > 0)
            {
                ring = offset;
                offset += 4 * (1 + feature.ExactUpTo);
            }

            ops.Add(new WindowOp(
                feature.Kind,
                index,
                feature.NumericProperty,
                group,
                slot,
                ring,
                feature.ExactUpTo,
                (uint)feature.Window.TotalMilliseconds,
                feature.WhenMissing));
        }

        _ops = [.. ops];
        _groups = [.. groups];
        _groupOps = [.. Enumerable.Range(0, groups.Count).Select(g => Enumerable.Range(0, _ops.Length).Where(i => _ops[i].Group == g).ToArray())];
        var changing = Enumerable.Range(0, _ops.Length).Where(i => _ops[i].Kind is not (FeatureKind.Gap or FeatureKind.Age)).ToArray();
        _everySignal = [.. changing.Where(i => features[i].Feature.Matcher == FeatureDefinition.EverySignal)];
        var byMatcher = new List<int>();
        _matcherStart = new int[SignalSchema.MaxMatchers + 1];
        for (var m = 0; m < SignalSchema.MaxMatchers; m++)
        {
            _matcherStart[m] = byMatcher.Count;
            byMatcher.AddRange(changing.Where(i => features[i].Feature.Matcher == m));
            Uses |= byMatcher.Count > _matcherStart[m] ? 1UL << m : 0;
        }

        _matcherStart[SignalSchema.MaxMatchers] = byMatcher.Count;
        _byMatcher = [.. byMatcher];
        BlockSize = offset + 3 & ~3;
    }

    /// <summary>Bytes of one block.</summary>
    public int BlockSize { get; }

    public bool IsEmpty => _ops.Length == 0;

    /// <summary>Matchers that change a window.</summary>
    private ulong Uses { get; }

    /// <summary>Makes the block that of a session whose first signal comes at <paramref name="at"/>.</summary>
    public void Start(Span<byte> block, Moment at)
    {
        block = block[..BlockSize];
        block.Clear();
        ref var b = ref MemoryMarshal.GetReference(block);
        Write(ref b, WindowLayout.FirstAt, at.Milliseconds);
        Write(ref b, WindowLayout.LatestMs, WindowLayout.Never);
        Write(ref b, WindowLayout.PreviousMs, WindowLayout.Never);
        foreach (ref readonly var op in _ops.AsSpan())
        {
            if (op.Kind is FeatureKind.TimeSince or FeatureKind.Last)
            {
                Write(ref b, op.Slot, WindowLayout.Never);
            }
            else if (op.Kind == FeatureKind.Max)
            {
                block.Slice(op.Slot, SlotSize(op.Kind, op.Group >= 0)).Fill(0xFF);
            }
        }
    }

    /// <summary>Adds a signal seen at <paramref name="at"/>, which is never before the latest one.</summary>
    public void Add(Span<byte> block, in Signal signal, Moment at)
    {
        ref var b = ref MemoryMarshal.GetReference(block[..BlockSize]);
        var ms = Since(ref b, at);
        Advance(ref b, ms);
        Write(ref b, WindowLayout.PreviousMs, Read<uint>(ref b, WindowLayout.LatestMs));
        Write(ref b, WindowLayout.LatestMs, ms);
        foreach (var op in _everySignal)
        {
            AddTo(ref b, in _ops[op], in signal, ms);
        }

        var matches = signal.Matches & Uses;
        while (matches != 0)
        {
            var m = BitOperations.TrailingZeroCount(matches);
            matches &= matches - 1;
            for (var i = _matcherStart[m]; i < _matcherStart[m + 1]; i++)
            {
                AddTo(ref b, in _ops[_byMatcher[i]], in signal, ms);
            }
        }
    }

    /// <summary>Writes the values at <paramref name="at"/> into the row. Moves the buckets on, so <paramref name="at"/> never goes back.</summary>
    public void CopyTo(Span<byte> block, Moment at, Span<double> row)
    {
        ref var b = ref MemoryMarshal.GetReference(block[..BlockSize]);
        var ms = Since(ref b, at);
        Advance(ref b, ms);
        foreach (ref readonly var op in _ops.AsSpan())
        {
            row[op.Feature] = op.Kind switch
            {
                FeatureKind.Count => Count(ref b, in op, ms),
                FeatureKind.Sum => op.Group < 0 ? Read<double>(ref b, op.Slot) : SumOf(ref b, op.Slot),
                FeatureKind.Max => MaxOf(ref b, in op),
                FeatureKind.Last => Read<uint>(ref b, op.Slot) == WindowLayout.Never ? op.WhenMissing : Read<double>(ref b, op.Slot + 4),
                FeatureKind.TimeSince => Seconds(Read<uint>(ref b, op.Slot), ms, op.WhenMissing),
                FeatureKind.Gap => Seconds(Read<uint>(ref b, WindowLayout.PreviousMs), Read<uint>(ref b, WindowLayout.LatestMs), op.WhenMissing),
                FeatureKind.Age => ms / 1000.0,
                _ => throw new InvalidOperationException($"No reading for feature kind {op.Kind}."),
            };
        }
    }

    private static double Seconds(uint from, uint to, double whenMissing) =>
        from == WindowLayout.Never || to == WindowLayout.Never ? whenMissing : (to - from) / 1000.0;

    private static double Count(ref byte b, in WindowOp op, uint ms)
    {
        if (op.Group < 0)
        {
            return Read<uint>(ref b, op.Slot);
        }

        var counted = SumOfCounts(ref b, op.Slot);
        if (op.Ring < 0)
        {
            return counted;
        }

        var recent = 0;
        var filled = Math.Min(Read<uint>(ref b, op.Ring), (uint)op.Exact);
        for (var i = 0; i < filled; i++)
        {
            // An event exactly one window old has just left it.
            recent += ms - Read<uint>(ref b, op.Ring + 4 + (4 * i)) < op.WindowMs ? 1 : 0;
        }

        return recent < op.Exact ? recent : Math.Max(recent, counted);
    }

    private static uint SumOfCounts(ref byte b, int slot)
    {
        var v = Unsafe.ReadUnaligned<Vector128<ushort>>(ref Unsafe.AddByteOffset(ref b, slot));
        var (low, high) = Vector128.Widen(v);
        return Vector128.Sum(low + high);
    }

    private static double SumOf(ref byte b, int slot)
    {
        // Fixed order, so that the same signals give the same bits on every machine.
        var sum = 0.0;
        for (var i = 0; i < WindowLayout.Buckets; i++)
        {
            sum += Read<float>(ref b, slot + (4 * i));
        }

        return sum;
    }

    private static double MaxOf(ref byte b, in WindowOp op)
    {
        var slots = op.Group < 0 ? 1 : WindowLayout.Buckets;
        var max = float.NegativeInfinity;
        for (var i = 0; i < slots; i++)
        {
            var value = Read<float>(ref b, op.Slot + (4 * i));
            max = value > max ? value : max; // an empty slot is not a number and never larger
        }

        return float.IsNegativeInfinity(max) ? op.WhenMissing : max;
    }

    private void AddTo(ref byte b, in WindowOp op, in Signal signal, uint ms)
    {
        if (op.Value >= 0 && (signal.ValueMask & (1 << op.Value)) == 0)
        {
            return;
        }

        var bucket = op.Group < 0 ? 0 : (int)(Read<uint>(ref b, _groups[op.Group].Current) & WindowLayout.BucketMask);
        switch (op.Kind)
        {
            case FeatureKind.Count when op.Group < 0:
                Write(ref b, op.Slot, Read<uint>(ref b, op.Slot) + 1);
                break;
            case FeatureKind.Count:
                var counted = Read<ushort>(ref b, op.Slot + (2 * bucket));
                Write(ref b, op.Slot + (2 * bucket), (ushort)(counted + (counted == ushort.MaxValue ? 0 : 1)));
                if (op.Ring >= 0)
                {
                    var seen = Read<uint>(ref b, op.Ring);
                    Write(ref b, op.Ring + 4 + (4 * (int)(seen % (uint)op.Exact)), ms);
                    // Keeps the remainder while avoiding an overflow after 4 billion events.
                    Write(ref b, op.Ring, seen + 1 == 1_000_000_000u * (uint)op.Exact ? (uint)op.Exact : seen + 1);
                }

                break;
            case FeatureKind.Sum when op.Group < 0:
                Write(ref b, op.Slot, Read<double>(ref b, op.Slot) + signal.Values[op.Value]);
                break;
            case FeatureKind.Sum:
                Write(ref b, op.Slot + (4 * bucket), Finite(Read<float>(ref b, op.Slot + (4 * bucket)) + (float)signal.Values[op.Value]));
                break;
            case FeatureKind.Max:
                var max = Read<float>(ref b, op.Slot + (4 * bucket));
                var value = Finite((float)signal.Values[op.Value]);
                Write(ref b, op.Slot + (4 * bucket), max >= value ? max : value);
                break;
            case FeatureKind.Last:
                Write(ref b, op.Slot, ms);
                Write(ref b, op.Slot + 4, signal.Values[op.Value]);
                break;
            case FeatureKind.TimeSince:
                Write(ref b, op.Slot, ms);
                break;
            default:
                throw new InvalidOperationException($"Feature kind {op.Kind} takes no signals.");
        }
    }

    private static float Finite(float value) => Math.Clamp(value, float.MinValue, float.MaxValue);

    private void Advance(ref byte b, uint ms)
    {
        for (var g = 0; g < _groups.Length; g++)
        {
            ref readonly var group = ref _groups[g];
            var now = ms / group.BucketMs;
            var current = Read<uint>(ref b, group.Current);
            if (now != current)
            {
                Expire(ref b, g, current, now);
            }
        }
    }

    private void Expire(ref byte b, int g, uint current, uint now)
    {
        Write(ref b, _groups[g].Current, now);
        var steps = Math.Min(now - current, WindowLayout.Buckets);
        for (uint step = 1; step <= steps; step++)
        {
            var bucket = (int)((current + step) & WindowLayout.BucketMask);
            if (steps == WindowLayout.Buckets)
            {
                bucket = (int)step - 1;
            }

            foreach (var i in _groupOps[g])
            {
                ref readonly var op = ref _ops[i];
                if (op.Kind == FeatureKind.Count)
                {
                    Write(ref b, op.Slot + (2 * bucket), (ushort)0);
                }
                else
                {
                    Write(ref b, op.Slot + (4 * bucket), op.Kind == FeatureKind.Max ? uint.MaxValue : 0u);
                }
            }
        }
    }

    /// <summary>Milliseconds since the block's first moment; stops one below "never" after 49 days, far beyond the longest session.</summary>
    private static uint Since(ref byte b, Moment at) =>
        (uint)Math.Clamp(at.Milliseconds - Read<long>(ref b, WindowLayout.FirstAt), 0, WindowLayout.Never - 1L);

    private static int SlotSize(FeatureKind kind, bool windowed) => kind switch
    {
        FeatureKind.Count => windowed ? 2 * WindowLayout.Buckets : 4,
        FeatureKind.Sum => windowed ? 4 * WindowLayout.Buckets : 8,
        FeatureKind.Max => windowed ? 4 * WindowLayout.Buckets : 4,
        FeatureKind.Last => 12,
        FeatureKind.TimeSince => 4,
        FeatureKind.Gap or FeatureKind.Age => 0,
        _ => throw new InvalidOperationException($"No slots for feature kind {kind}."),
    };

    private static int GroupOf(List<WindowGroup> groups, uint bucketMs, ref int offset)
    {
        var found = groups.FindIndex(g => g.BucketMs == bucketMs);
        if (found >= 0)
        {
            return found;
        }

        groups.Add(new WindowGroup(bucketMs, offset));
        offset += 4;
        return groups.Count - 1;
    }

    private static T Read<T>(ref byte b, int offset)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref Unsafe.AddByteOffset(ref b, offset));

    private static void Write<T>(ref byte b, int offset, T value)
        where T : unmanaged => Unsafe.WriteUnaligned(ref Unsafe.AddByteOffset(ref b, offset), value);
}
