using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroIntervention.Engine.Prediction;

/// <summary>Which bin a value falls into: the number of cuts ≤ value, found by comparing four cuts at a time in two levels.</summary>
/// <remarks>
/// Layout of one term: the first cut of every block of <see cref="Block"/> ("coarse", padded with +∞ to whole vectors), then the blocks
/// (padded with +∞). For up to 64 cuts that is four comparisons of four; no branch depends on the value.
/// </remarks>
internal static class BinSearch
{
    /// <summary>Cuts in a block.</summary>
    public const int Block = 8;

    private const int Lanes = 4;

    /// <summary>Numbers that the coarse level of this many cuts takes.</summary>
    public static int CoarseLength(int cuts) => (((cuts + Block - 1) / Block) + Lanes - 1) / Lanes * Lanes;

    /// <summary>Appends a term's cuts in the layout; the first cut must be ≤ every value that is not "missing".</summary>
    public static void Append(List<double> layout, ReadOnlySpan<double> cuts)
    {
        var coarse = CoarseLength(cuts.Length);
        for (var c = 0; c < coarse; c++)
        {
            layout.Add(c * Block < cuts.Length ? cuts[c * Block] : double.PositiveInfinity);
        }

        for (var i = 0; i < (cuts.Length + Block - 1) / Block * Block; i++)
        {
            layout.Add(i < cuts.Length ? cuts[i] : double.PositiveInfinity);
        }
    }

    /// <param name="layout">Start of the term's layout.</param>
    /// <param name="coarseLength"><see cref="CoarseLength"/> of its cuts.</param>
    /// <param name="value">Not NaN.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Find(ref double layout, int coarseLength, double value)
    {
        var wanted = Vector256.Create(value);
        var blocks = 0;
        for (var c = 0; c < coarseLength; c += Lanes)
        {
            blocks += CountAtMost(ref Unsafe.Add(ref layout, c), wanted);
        }

        // No block starts at or below "missing": bin 0, which the first block gives as well.
        var block = Math.Max(blocks - 1, 0);
        ref var fine = ref Unsafe.Add(ref layout, coarseLength + (block * Block));
        return (block * Block) + CountAtMost(ref fine, wanted) + CountAtMost(ref Unsafe.Add(ref fine, Lanes), wanted);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountAtMost(ref double four, Vector256<double> value) =>
        BitOperations.PopCount(Vector256.LessThanOrEqual(Unsafe.ReadUnaligned<Vector256<double>>(ref Unsafe.As<double, byte>(ref four)), value).ExtractMostSignificantBits());
}
