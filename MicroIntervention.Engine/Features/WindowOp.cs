namespace MicroIntervention.Engine.Features;

/// <summary>One feature compiled: where its slots lie in the block and how they are read.</summary>
/// <param name="Kind">How it is computed.</param>
/// <param name="Feature">Its index in the row.</param>
/// <param name="Value">Index of the number it uses; −1 for none.</param>
/// <param name="Group">Index of the bucket group; −1 for a value over the whole session.</param>
/// <param name="Current">Byte offset of the group's current bucket.</param>
/// <param name="Slot">Byte offset of its slots.</param>
/// <param name="Ring">Byte offset of its exact ring (next 2, filled 2, then moments) or, for distinct, of its known values; −1 for none.</param>
/// <param name="Exact">Entries of the ring.</param>
/// <param name="WindowMs">Window in ms; for decayed the half-life.</param>
/// <param name="WhenMissing">Value before the first matching signal.</param>
internal readonly record struct WindowOp(
    FeatureKind Kind,
    int Feature,
    int Value,
    int Group,
    int Current,
    int Slot,
    int Ring,
    int Exact,
    uint WindowMs,
    double WhenMissing);

/// <summary>Windows that share a bucket length advance together.</summary>
/// <param name="BucketMs">Bucket length in ms.</param>
/// <param name="Current">Byte offset of the current bucket's number.</param>
/// <param name="Ops">Windows of this bucket length.</param>
internal readonly record struct WindowGroup(uint BucketMs, int Current, WindowOp[] Ops);
