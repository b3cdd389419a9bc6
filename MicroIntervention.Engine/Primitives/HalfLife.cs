namespace MicroIntervention.Engine.Primitives;

/// <summary>What is left of something that halves with every half-life: 2 to the power of −elapsed / half-life.</summary>
/// <remarks>Only additions, multiplications and divisions of IEEE doubles in one order: the same bits on every machine, which no library's exponential promises. Relative error below 1e−15.</remarks>
public static class HalfLife
{
    private const double Ln2 = 0.6931471805599453;

    /// <summary>1/n! for n from 0: the series of exp(x). For |x| ≤ ln 2 / 2 the term after the last is below 1e−17.</summary>
    private static readonly double[] Coefficients = Factorials();

    /// <param name="elapsedMs">0 and up.</param>
    /// <param name="halfLifeMs">Above 0.</param>
    /// <returns>1 down to 0.</returns>
    public static double Left(long elapsedMs, long halfLifeMs)
    {
        var (whole, rest) = Math.DivRem(elapsedMs, halfLifeMs);
        if (whole > 1000)
        {
            return 0;
        }

        // exp(−x) for x in [0, ln 2), taken around the middle, where the series is shortest.
        var share = (double)rest / halfLifeMs;
        var scale = whole;
        if (share > 0.5)
        {
            share -= 1;
            scale++;
        }

        var x = -share * Ln2;
        var sum = 0.0;
        for (var n = Coefficients.Length - 1; n >= 0; n--)
        {
            sum = (sum * x) + Coefficients[n];
        }

        return Math.ScaleB(sum, (int)-scale);
    }

    private static double[] Factorials()
    {
        const int Terms = 14;
        var coefficients = new double[Terms];
        var factorial = 1L;
        for (var n = 0; n < Terms; n++)
        {
            factorial *= Math.Max(1, n);
            coefficients[n] = 1.0 / factorial;
        }

        return coefficients;
    }
}
