namespace MicroIntervention.Engine.Signals;

/// <summary>The share of the latest events that break their contract's shape.</summary>
/// <remarks>Over the latest <see cref="Window"/> events that were checked. Invalid above the allowed share, valid again at half of it, so that it does not waver. Not thread-safe.</remarks>
/// <param name="allowed">0 to 1.</param>
/// <param name="isInvalid">It was so already, in a former life.</param>
public sealed class ShapeWatch(double allowed, bool isInvalid = false)
{
    public const int Window = 50;

    /// <summary>A share of fewer says nothing.</summary>
    public const int Fewest = 10;

    private ulong _bad;

    /// <summary>Events that were checked, at most <see cref="Window"/>.</summary>
    public int Checked { get; private set; }

    /// <summary>Those of them that break the shape.</summary>
    public int Bad => System.Numerics.BitOperations.PopCount(_bad);

    public bool IsInvalid { get; private set; } = isInvalid;

    public void Add(bool isBad)
    {
        _bad = ((_bad << 1) | (isBad ? 1UL : 0)) & ((1UL << Window) - 1);
        Checked = Math.Min(Checked + 1, Window);
        if (Checked >= Fewest)
        {
            IsInvalid = Bad > allowed * Checked || (IsInvalid && Bad > allowed * Checked / 2);
        }
    }
}
