namespace MicroIntervention.Engine.Features;

/// <summary>Shape of a session's window block: gives each feature its place while a plan is compiled.</summary>
internal sealed class WindowLayout
{
    /// <summary>Buckets of a window. A value covers between 7/8 and 8/8 of its window: off by at most one bucket, never counting anything older.</summary>
    public const int Buckets = 8;

    public const int BucketMask = Buckets - 1;

    /// <summary>Head of a block: first moment (8), latest and previous signal and the moment the buckets stand at (3 × 4, ms since the first).</summary>
    public const int FirstAt = 0;
    public const int LatestMs = 8;
    public const int PreviousMs = 12;
    public const int AdvancedMs = 16;

    /// <summary>A windowed count begins with the total of its buckets.</summary>
    public const int TotalSize = 4;

    /// <summary>A mean's sums come first (single precision per bucket, double over the session), then its counts (16 and 32 bit).</summary>
    public const int BucketSums = 4 * Buckets;
    public const int SessionSum = 8;

    /// <summary>A delta's slot ends with its latest value (double) and when it came (4).</summary>
    public const int LatestSize = 12;

    /// <summary>One value that an exact distinct count knows: its hash (0 for none) and when it was last seen.</summary>
    public const int DistinctEntry = 8;

    /// <summary>"Never" in a slot of milliseconds since the first moment.</summary>
    public const uint Never = uint.MaxValue;

    private const int Head = 20;

    private readonly List<(uint BucketMs, int Current)> _groups = [];
    private int _length = Head;

    /// <summary>Bytes so far, a multiple of 4.</summary>
    public int Length => _length;

    public WindowOp Place(int index, FeatureDefinition feature)
    {
        var windowed = feature.Kind is FeatureKind.Count or FeatureKind.Sum or FeatureKind.Max or FeatureKind.Mean or FeatureKind.Distinct or FeatureKind.Delta && feature.Window > TimeSpan.Zero;
        var group = windowed ? GroupOf((uint)(feature.Window.TotalMilliseconds / Buckets)) : -1;
        var slot = Take(SlotSize(feature.Kind, windowed));
        var exact = windowed && feature.Kind is FeatureKind.Count or FeatureKind.Distinct ? feature.ExactUpTo : 0;
        return new WindowOp(
            feature.Kind,
            index,
            feature.NumericProperty,
            group,
            group < 0 ? 0 : _groups[group].Current,
            slot,
            exact > 0 ? Take(feature.Kind == FeatureKind.Distinct ? DistinctEntry * exact : 4 * (1 + exact)) : -1,
            exact,
            (uint)feature.Window.TotalMilliseconds,
            feature.WhenMissing);
    }

    public WindowGroup[] Groups(WindowOp[] ops) =>
        [.. _groups.Select((g, i) => new WindowGroup(g.BucketMs, g.Current, [.. ops.Where(op => op.Group == i)]))];

    public static int SlotSize(FeatureKind kind, bool windowed) => kind switch
    {
        FeatureKind.Count => windowed ? TotalSize + (2 * Buckets) : 4,
        FeatureKind.Sum => windowed ? 4 * Buckets : 8,
        FeatureKind.Max => windowed ? 4 * Buckets : 4,
        FeatureKind.Last => 12,
        FeatureKind.TimeSince => 4,
        FeatureKind.Gap or FeatureKind.Age => 0,
        FeatureKind.Mean => MeanSize(windowed),
        FeatureKind.Delta => MeanSize(windowed) + LatestSize,
        FeatureKind.Distinct => windowed ? 8 * Buckets : 8,
        FeatureKind.Decayed => 12,
        _ => throw new InvalidOperationException($"No slots for feature kind {kind}."),
    };

    public static int MeanSize(bool windowed) => windowed ? BucketSums + (2 * Buckets) : SessionSum + 4;

    private int GroupOf(uint bucketMs)
    {
        var found = _groups.FindIndex(g => g.BucketMs == bucketMs);
        if (found < 0)
        {
            _groups.Add((bucketMs, Take(4)));
            found = _groups.Count - 1;
        }

        return found;
    }

    private int Take(int bytes)
    {
        var at = _length;
        _length += bytes;
        return at;
    }
}
