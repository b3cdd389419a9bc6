using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Features;

/// <summary>The kinds of windows that keep more than one number a bucket: mean, delta, distinct; and decayed, which keeps no buckets at all.</summary>
/// <remarks>Apart from <see cref="WindowProgram"/>, so that a plan without them runs none of this. A bucket holds at most 65,535 values; further ones of that bucket are left out of sum and count alike.</remarks>
internal static class WideWindows
{
    /// <summary>Far beyond any amount; no number of signals adds up to infinity.</summary>
    private const double Largest = 1e100;

    public static bool Reads(FeatureKind kind) => kind is FeatureKind.Mean or FeatureKind.Delta or FeatureKind.Distinct or FeatureKind.Decayed;

    /// <param name="b">The block.</param>
    /// <param name="op">Where the window lies.</param>
    /// <param name="signal">It matches, and has the number if one is read.</param>
    /// <param name="bucket">The current bucket; 0 over the whole session.</param>
    /// <param name="ms">Now, in ms since the block's first moment.</param>
    public static void Add(ref byte b, in WindowOp op, in Signal signal, int bucket, uint ms)
    {
        switch (op.Kind)
        {
            case FeatureKind.Mean:
                AddToMean(ref b, in op, signal.Values[op.Value], bucket);
                break;
            case FeatureKind.Delta:
                AddToMean(ref b, in op, signal.Values[op.Value], bucket);
                var latest = op.Slot + WindowLayout.MeanSize(op.Group >= 0);
                Slots.Write(ref b, latest, Kept(in op, signal.Values[op.Value]));
                Slots.Write(ref b, latest + 8, ms);
                break;
            case FeatureKind.Distinct:
                AddToDistinct(ref b, in op, FingerprintOf(signal.Values[op.Value]), bucket, ms);
                break;
            case FeatureKind.Decayed:
                var level = DecayedAt(ref b, in op, ms) + (op.Value < 0 ? 1 : Math.Clamp(signal.Values[op.Value], -Largest, Largest));
                Slots.Write(ref b, op.Slot, level);
                Slots.Write(ref b, op.Slot + 8, ms);
                break;
            default:
                throw new InvalidOperationException($"Feature kind {op.Kind} takes no signals.");
        }
    }

    /// <summary>Empties a bucket that begins again.</summary>
    public static void Expire(ref byte b, in WindowOp op, int bucket)
    {
        if (op.Kind == FeatureKind.Distinct)
        {
            Slots.Write(ref b, op.Slot + (8 * bucket), 0UL);
            return;
        }

        Slots.Write(ref b, op.Slot + (4 * bucket), 0f);
        Slots.Write(ref b, op.Slot + WindowLayout.BucketSums + (2 * bucket), (ushort)0);
    }

    public static double Read(ref byte b, in WindowOp op, uint ms) => op.Kind switch
    {
        FeatureKind.Mean => MeanOf(ref b, in op),
        FeatureKind.Delta => DeltaOf(ref b, in op, ms),
        FeatureKind.Distinct => DistinctOf(ref b, in op, ms),
        FeatureKind.Decayed => DecayedAt(ref b, in op, ms),
        _ => throw new InvalidOperationException($"Feature kind {op.Kind} is read elsewhere."),
    };

    private static void AddToMean(ref byte b, in WindowOp op, double value, int bucket)
    {
        if (op.Group < 0)
        {
            var count = Slots.Read<uint>(ref b, op.Slot + WindowLayout.SessionSum);
            if (count < uint.MaxValue)
            {
                Slots.Write(ref b, op.Slot, Slots.Read<double>(ref b, op.Slot) + value);
                Slots.Write(ref b, op.Slot + WindowLayout.SessionSum, count + 1);
            }

            return;
        }

        var countAt = op.Slot + WindowLayout.BucketSums + (2 * bucket);
        var counted = Slots.Read<ushort>(ref b, countAt);
        if (counted < ushort.MaxValue)
        {
            var sumAt = op.Slot + (4 * bucket);
            Slots.Write(ref b, sumAt, WindowProgram.Finite(Slots.Read<float>(ref b, sumAt) + (float)value));
            Slots.Write(ref b, countAt, (ushort)(counted + 1));
        }
    }

    private static (double Sum, long Count) TotalOf(ref byte b, in WindowOp op)
    {
        if (op.Group < 0)
        {
            return (Slots.Read<double>(ref b, op.Slot), Slots.Read<uint>(ref b, op.Slot + WindowLayout.SessionSum));
        }

        var count = 0L;
        for (var bucket = 0; bucket < WindowLayout.Buckets; bucket++)
        {
            count += Slots.Read<ushort>(ref b, op.Slot + WindowLayout.BucketSums + (2 * bucket));
        }

        return (WindowReads.SumOf(ref b, op.Slot), count);
    }

    private static double MeanOf(ref byte b, in WindowOp op)
    {
        var (sum, count) = TotalOf(ref b, in op);
        return count == 0 ? op.WhenMissing : sum / count;
    }

    /// <summary>Missing until there are two values, and again once the latest has left the window.</summary>
    private static double DeltaOf(ref byte b, in WindowOp op, uint ms)
    {
        var (sum, count) = TotalOf(ref b, in op);
        var at = op.Slot + WindowLayout.MeanSize(op.Group >= 0);
        var bucketMs = op.WindowMs / WindowLayout.Buckets;
        if (count < 2 || (op.Group >= 0 && (ms / bucketMs) - (Slots.Read<uint>(ref b, at + 8) / bucketMs) >= WindowLayout.Buckets))
        {
            return op.WhenMissing;
        }

        var latest = Slots.Read<double>(ref b, at);
        return latest - ((sum - latest) / (count - 1));
    }

    private static void AddToDistinct(ref byte b, in WindowOp op, uint fingerprint, int bucket, uint ms)
    {
        var mapAt = op.Slot + (8 * bucket);
        Slots.Write(ref b, mapAt, Slots.Read<ulong>(ref b, mapAt) | DistinctSketch.BitOf(fingerprint));
        if (op.Ring < 0)
        {
            return;
        }

        // The value itself, else a free place, else the one not seen for longest.
        var place = op.Ring;
        var oldest = uint.MaxValue;
        for (var i = 0; i < op.Exact; i++)
        {
            var entry = op.Ring + (WindowLayout.DistinctEntry * i);
            var known = Slots.Read<uint>(ref b, entry);
            if (known == fingerprint || known == 0)
            {
                place = entry;
                break;
            }

            if (Slots.Read<uint>(ref b, entry + 4) < oldest)
            {
                oldest = Slots.Read<uint>(ref b, entry + 4);
                place = entry;
            }
        }

        Slots.Write(ref b, place, fingerprint);
        Slots.Write(ref b, place + 4, ms);
    }

    private static double DistinctOf(ref byte b, in WindowOp op, uint ms)
    {
        var recent = 0;
        for (var i = 0; op.Ring >= 0 && i < op.Exact; i++)
        {
            var entry = op.Ring + (WindowLayout.DistinctEntry * i);
            recent += Slots.Read<uint>(ref b, entry) != 0 && ms - Slots.Read<uint>(ref b, entry + 4) < op.WindowMs ? 1 : 0;
        }

        if (op.Ring >= 0 && recent < op.Exact)
        {
            return recent;
        }

        var map = 0UL;
        for (var bucket = 0; bucket < (op.Group < 0 ? 1 : WindowLayout.Buckets); bucket++)
        {
            map |= Slots.Read<ulong>(ref b, op.Slot + (8 * bucket));
        }

        return Math.Max(recent, DistinctSketch.Estimate(map));
    }

    private static double DecayedAt(ref byte b, in WindowOp op, uint ms)
    {
        var level = Slots.Read<double>(ref b, op.Slot);
        return level == 0 ? 0 : level * HalfLife.Left(ms - Slots.Read<uint>(ref b, op.Slot + 8), op.WindowMs);
    }

    /// <summary>What the latest value adds to the sum: the same rounding, so that taking it away leaves the earlier ones.</summary>
    private static double Kept(in WindowOp op, double value) => op.Group < 0 ? value : WindowProgram.Finite((float)value);

    /// <summary>32 well mixed bits, never 0, of a number or of a text's fingerprint. Source: the finalizer of MurmurHash3 (Appleby).</summary>
    private static uint FingerprintOf(double value)
    {
        var bits = unchecked((ulong)BitConverter.DoubleToInt64Bits(value == 0 ? 0 : value));
        bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccd;
        bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53;
        var mixed = (uint)((bits ^ (bits >> 33)) >> 32);
        return mixed == 0 ? 1 : mixed;
    }
}
