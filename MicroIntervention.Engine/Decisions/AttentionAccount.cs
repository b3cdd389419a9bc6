using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>What one person's attention was spent on lately, as one number that halves with time. Exact but for rounding; the same on every machine.</summary>
/// <param name="Spent">Units at <paramref name="At"/>.</param>
/// <param name="At">When it was last added to.</param>
internal readonly record struct AttentionAccount(double Spent, Moment At)
{
    /// <summary>After so many half-lives nothing is left: a millionth, and by then the engine may have forgotten the visitor.</summary>
    private const int HalfLives = 20;

    private static readonly long HalfLifeMs = (long)AttentionPrices.HalfLife.TotalMilliseconds;

    public double SpentAt(Moment at)
    {
        var elapsedMs = Math.Max(0, at.Milliseconds - At.Milliseconds);
        return Spent == 0 || elapsedMs >= HalfLives * HalfLifeMs ? 0 : Spent * HalfLife.Left(elapsedMs, HalfLifeMs);
    }

    public AttentionAccount Add(double price, Moment at) => new(SpentAt(at) + price, at);
}
