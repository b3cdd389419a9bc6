using System.Runtime.Intrinsics;

namespace MicroIntervention.Engine.Features;

/// <summary>The reading half of a window program: operations sorted by kind, one straight loop each.</summary>
internal sealed class WindowReads(WindowOp[] ops)
{
    private readonly WindowOp[] _counts = Of(ops, FeatureKind.Count, op => op.Ring < 0);
    private readonly WindowOp[] _exactCounts = Of(ops, FeatureKind.Count, op => op.Ring >= 0);
    private readonly WindowOp[] _sums = Of(ops, FeatureKind.Sum, op => op.Group >= 0);
    private readonly WindowOp[] _totals = Of(ops, FeatureKind.Sum, op => op.Group < 0);
    private readonly WindowOp[] _maxima = Of(ops, FeatureKind.Max, op => op.Group >= 0);
    private readonly WindowOp[] _peaks = Of(ops, FeatureKind.Max, op => op.Group < 0);
    private readonly WindowOp[] _lasts = Of(ops, FeatureKind.Last, _ => true);
    private readonly WindowOp[] _since = Of(ops, FeatureKind.TimeSince, _ => true);
    private readonly WindowOp[] _gaps = Of(ops, FeatureKind.Gap, _ => true);
    private readonly WindowOp[] _ages = Of(ops, FeatureKind.Age, _ => true);
    private readonly WindowOp[] _wide = [.. ops.Where(op => WideWindows.Reads(op.Kind))];

    /// <param name="b">The block, its buckets standing at <paramref name="ms"/>.</param>
    /// <param name="ms">Now, in ms since the block's first moment.</param>
    /// <param name="row">Gets every feature's value.</param>
    public void CopyTo(ref byte b, uint ms, Span<double> row)
    {
        // Windowed or not, a count's slot begins with its total.
        foreach (ref readonly var op in _counts.AsSpan())
        {
            row[op.Feature] = Slots.Read<uint>(ref b, op.Slot);
        }

        foreach (ref readonly var op in _exactCounts.AsSpan())
        {
            row[op.Feature] = ExactCount(ref b, in op, ms);
        }

        foreach (ref readonly var op in _sums.AsSpan())
        {
            row[op.Feature] = SumOf(ref b, op.Slot);
        }

        foreach (ref readonly var op in _totals.AsSpan())
        {
            row[op.Feature] = Slots.Read<double>(ref b, op.Slot);
        }

        foreach (ref readonly var op in _maxima.AsSpan())
        {
            row[op.Feature] = OrMissing(MaxOf(ref b, op.Slot), in op);
        }

        foreach (ref readonly var op in _peaks.AsSpan())
        {
            row[op.Feature] = OrMissing(Slots.Read<float>(ref b, op.Slot), in op);
        }

        foreach (ref readonly var op in _lasts.AsSpan())
        {
            row[op.Feature] = Slots.Read<uint>(ref b, op.Slot) == WindowLayout.Never ? op.WhenMissing : Slots.Read<double>(ref b, op.Slot + 4);
        }

        foreach (ref readonly var op in _since.AsSpan())
        {
            row[op.Feature] = Seconds(Slots.Read<uint>(ref b, op.Slot), ms, op.WhenMissing);
        }

        foreach (ref readonly var op in _gaps.AsSpan())
        {
            row[op.Feature] = Seconds(Slots.Read<uint>(ref b, WindowLayout.PreviousMs), Slots.Read<uint>(ref b, WindowLayout.LatestMs), op.WhenMissing);
        }

        foreach (ref readonly var op in _ages.AsSpan())
        {
            row[op.Feature] = ms / 1000.0;
        }

        foreach (ref readonly var op in _wide.AsSpan())
        {
            row[op.Feature] = WideWindows.Read(ref b, in op, ms);
        }
    }

    private static double Seconds(uint from, uint to, double whenMissing) =>
        from == WindowLayout.Never || to == WindowLayout.Never ? whenMissing : (to - from) / 1000.0;

    private static double ExactCount(ref byte b, in WindowOp op, uint ms)
    {
        var recent = 0;
        int filled = Slots.Read<ushort>(ref b, op.Ring + 2);
        for (var i = 0; i < filled; i++)
        {
            // A signal exactly one window old has just left it.
            recent += ms - Slots.Read<uint>(ref b, op.Ring + 4 + (4 * i)) < op.WindowMs ? 1 : 0;
        }

        return recent < op.Exact ? recent : Math.Max(recent, Slots.Read<uint>(ref b, op.Slot));
    }

    /// <summary>Adds in one fixed order, so that the same signals give the same bits on every machine.</summary>
    internal static double SumOf(ref byte b, int slot)
    {
        var four = Slots.Read<Vector128<float>>(ref b, slot) + Slots.Read<Vector128<float>>(ref b, slot + 16);
        return (double)four[0] + four[1] + ((double)four[2] + four[3]);
    }

    private static float MaxOf(ref byte b, int slot)
    {
        var four = Vector128.Max(Slots.Read<Vector128<float>>(ref b, slot), Slots.Read<Vector128<float>>(ref b, slot + 16));
        return Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3]));
    }

    private static double OrMissing(float value, in WindowOp op) => float.IsNegativeInfinity(value) ? op.WhenMissing : value;

    private static WindowOp[] Of(WindowOp[] ops, FeatureKind kind, Func<WindowOp, bool> which) => [.. ops.Where(op => op.Kind == kind && which(op))];
}
