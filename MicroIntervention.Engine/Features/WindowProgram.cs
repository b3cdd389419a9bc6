using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Features;

/// <summary>All windows of one scope, compiled to offsets in one fixed block of bytes.</summary>
/// <remarks>
/// The caller owns the block (<see cref="BlockSize"/> bytes, set up by <see cref="Start"/>) and is its only user. No allocation.
/// Counts are 16-bit per bucket and stop at 65,535; sums and maxima are kept in single precision per bucket (relative error ≤ 6e−8).
/// Operations of one kind lie together, so that reading them is a straight loop.
/// </remarks>
internal sealed class WindowProgram
{
    /// <summary>Far beyond any amount, and eight of them still add up to a finite single.</summary>
    private const float LargestValue = 1e37f;

    private readonly WindowOp[] _ops;
    private readonly WindowGroup[] _groups;
    private readonly int[] _matcherStart;
    private readonly WindowOp[] _byMatcher;
    private readonly WindowOp[] _everySignal;
    private readonly WindowReads _reads;

    /// <param name="features">The plan's features with their index in the row; those of this scope only.</param>
    public WindowProgram(ImmutableArray<(int Index, FeatureDefinition Feature)> features)
    {
        var layout = new WindowLayout();
        _ops = [.. features.Select(f => layout.Place(f.Index, f.Feature))];
        _groups = layout.Groups(_ops);
        _reads = new WindowReads(_ops);
        var changing = features.Select((f, i) => (f.Feature.Matcher, Op: _ops[i])).Where(c => c.Op.Kind is not (FeatureKind.Gap or FeatureKind.Age)).ToArray();
        _everySignal = [.. changing.Where(c => c.Matcher == FeatureDefinition.EverySignal).Select(c => c.Op)];
        var byMatcher = new List<WindowOp>();
        _matcherStart = new int[SignalSchema.MaxMatchers + 1];
        for (var m = 0; m < SignalSchema.MaxMatchers; m++)
        {
            _matcherStart[m] = byMatcher.Count;
            byMatcher.AddRange(changing.Where(c => c.Matcher == m).Select(c => c.Op));
            Uses |= byMatcher.Count > _matcherStart[m] ? 1UL << m : 0;
        }

        _matcherStart[SignalSchema.MaxMatchers] = byMatcher.Count;
        _byMatcher = [.. byMatcher];
        BlockSize = layout.Length;
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
        Slots.Write(ref b, WindowLayout.FirstAt, at.Milliseconds);
        Slots.Write(ref b, WindowLayout.LatestMs, WindowLayout.Never);
        Slots.Write(ref b, WindowLayout.PreviousMs, WindowLayout.Never);
        foreach (ref readonly var op in _ops.AsSpan())
        {
            if (op.Kind is FeatureKind.TimeSince or FeatureKind.Last)
            {
                Slots.Write(ref b, op.Slot, WindowLayout.Never);
            }
            else if (op.Kind == FeatureKind.Max)
            {
                MemoryMarshal.Cast<byte, float>(block.Slice(op.Slot, WindowLayout.SlotSize(op.Kind, op.Group >= 0))).Fill(float.NegativeInfinity);
            }
        }
    }

    /// <summary>Adds a signal seen at <paramref name="at"/>, which is never before the latest one.</summary>
    public void Add(Span<byte> block, in Signal signal, Moment at)
    {
        ref var b = ref MemoryMarshal.GetReference(block[..BlockSize]);
        var ms = Since(ref b, at);
        Advance(ref b, ms);
        Slots.Write(ref b, WindowLayout.PreviousMs, Slots.Read<uint>(ref b, WindowLayout.LatestMs));
        Slots.Write(ref b, WindowLayout.LatestMs, ms);
        foreach (ref readonly var op in _everySignal.AsSpan())
        {
            AddTo(ref b, in op, in signal, ms);
        }

        var matches = signal.Matches & Uses;
        while (matches != 0)
        {
            var m = BitOperations.TrailingZeroCount(matches);
            matches &= matches - 1;
            foreach (ref readonly var op in _byMatcher.AsSpan(_matcherStart[m], _matcherStart[m + 1] - _matcherStart[m]))
            {
                AddTo(ref b, in op, in signal, ms);
            }
        }
    }

    /// <summary>Writes the values at <paramref name="at"/> into the row. Moves the buckets on, so <paramref name="at"/> never goes back.</summary>
    public void CopyTo(Span<byte> block, Moment at, Span<double> row)
    {
        ref var b = ref MemoryMarshal.GetReference(block[..BlockSize]);
        var ms = Since(ref b, at);
        Advance(ref b, ms);
        _reads.CopyTo(ref b, ms, row);
    }

    private static void AddTo(ref byte b, in WindowOp op, in Signal signal, uint ms)
    {
        if (op.Value >= 0 && (signal.ValueMask & (1 << op.Value)) == 0)
        {
            return;
        }

        var bucket = op.Group < 0 ? 0 : (int)(Slots.Read<uint>(ref b, op.Current) & WindowLayout.BucketMask);
        switch (op.Kind)
        {
            case FeatureKind.Count:
                AddCount(ref b, in op, bucket, ms);
                break;
            case FeatureKind.Sum when op.Group < 0:
                Slots.Write(ref b, op.Slot, Slots.Read<double>(ref b, op.Slot) + signal.Values[op.Value]);
                break;
            case FeatureKind.Sum:
                var sumAt = op.Slot + (4 * bucket);
                Slots.Write(ref b, sumAt, Finite(Slots.Read<float>(ref b, sumAt) + (float)signal.Values[op.Value]));
                break;
            case FeatureKind.Max:
                var maxAt = op.Slot + (4 * bucket);
                Slots.Write(ref b, maxAt, Math.Max(Slots.Read<float>(ref b, maxAt), Finite((float)signal.Values[op.Value])));
                break;
            case FeatureKind.Last:
                Slots.Write(ref b, op.Slot, ms);
                Slots.Write(ref b, op.Slot + 4, signal.Values[op.Value]);
                break;
            case FeatureKind.TimeSince:
                Slots.Write(ref b, op.Slot, ms);
                break;
            default:
                WideWindows.Add(ref b, in op, in signal, bucket, ms);
                break;
        }
    }

    private static void AddCount(ref byte b, in WindowOp op, int bucket, uint ms)
    {
        if (op.Group < 0)
        {
            Slots.Write(ref b, op.Slot, Slots.Read<uint>(ref b, op.Slot) + 1);
            return;
        }

        var bucketAt = op.Slot + WindowLayout.TotalSize + (2 * bucket);
        var counted = Slots.Read<ushort>(ref b, bucketAt);
        if (counted < ushort.MaxValue)
        {
            Slots.Write(ref b, bucketAt, (ushort)(counted + 1));
            Slots.Write(ref b, op.Slot, Slots.Read<uint>(ref b, op.Slot) + 1);
        }

        if (op.Ring >= 0)
        {
            var next = Slots.Read<ushort>(ref b, op.Ring);
            var filled = Slots.Read<ushort>(ref b, op.Ring + 2);
            Slots.Write(ref b, op.Ring + 4 + (4 * next), ms);
            Slots.Write(ref b, op.Ring, (ushort)(next + 1 == op.Exact ? 0 : next + 1));
            Slots.Write(ref b, op.Ring + 2, (ushort)Math.Min(filled + 1, op.Exact));
        }
    }

    /// <summary>A number as the windows keep it.</summary>
    internal static float Finite(float value) => Math.Clamp(value, -LargestValue, LargestValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Advance(ref byte b, uint ms)
    {
        if (ms == Slots.Read<uint>(ref b, WindowLayout.AdvancedMs))
        {
            return;
        }

        Slots.Write(ref b, WindowLayout.AdvancedMs, ms);
        foreach (ref readonly var group in _groups.AsSpan())
        {
            var now = ms / group.BucketMs;
            var current = Slots.Read<uint>(ref b, group.Current);
            if (now != current)
            {
                Expire(ref b, in group, current, now);
            }
        }
    }

    private static void Expire(ref byte b, in WindowGroup group, uint current, uint now)
    {
        Slots.Write(ref b, group.Current, now);
        var steps = Math.Min(now - current, WindowLayout.Buckets);
        for (uint step = 1; step <= steps; step++)
        {
            var bucket = (int)((current + step) & WindowLayout.BucketMask);
            foreach (ref readonly var op in group.Ops.AsSpan())
            {
                if (op.Kind > FeatureKind.Max)
                {
                    WideWindows.Expire(ref b, in op, bucket);
                }
                else if (op.Kind == FeatureKind.Count)
                {
                    var bucketAt = op.Slot + WindowLayout.TotalSize + (2 * bucket);
                    Slots.Write(ref b, op.Slot, Slots.Read<uint>(ref b, op.Slot) - Slots.Read<ushort>(ref b, bucketAt));
                    Slots.Write(ref b, bucketAt, (ushort)0);
                }
                else
                {
                    Slots.Write(ref b, op.Slot + (4 * bucket), op.Kind == FeatureKind.Max ? float.NegativeInfinity : 0f);
                }
            }
        }
    }

    /// <summary>Milliseconds since the block's first moment; stops one below "never" after 49 days, far beyond the longest session.</summary>
    private static uint Since(ref byte b, Moment at) =>
        (uint)Math.Clamp(at.Milliseconds - Slots.Read<long>(ref b, WindowLayout.FirstAt), 0, WindowLayout.Never - 1L);
}
