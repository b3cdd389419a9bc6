namespace MicroIntervention.Engine.Features;

/// <summary>Shape of a session's window block, fixed when a plan is compiled.</summary>
internal static class WindowLayout
{
    /// <summary>Buckets of a window. A value covers between 7/8 and 8/8 of its window: off by at most one bucket, never counting anything older.</summary>
    public const int Buckets = 8;

    public const int BucketMask = Buckets - 1;

    /// <summary>Head of a block: first moment (8), latest and previous signal (2 × 4, ms since the first).</summary>
    public const int FirstAt = 0;
    public const int LatestMs = 8;
    public const int PreviousMs = 12;
    public const int Head = 16;

    /// <summary>"Never" in a slot of milliseconds since the first moment.</summary>
    public const uint Never = uint.MaxValue;
}
