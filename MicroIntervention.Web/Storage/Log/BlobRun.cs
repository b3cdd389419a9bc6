namespace MicroIntervention.Web.Storage.Log;

/// <summary>What a stretch of consecutive blobs covers: the summary that lets readers skip it.</summary>
internal struct BlobRun
{
    public int Blobs;
    public long Bytes;
    public long FirstAt;
    public long LastAt;
    public long Partitions;

    public static BlobRun Empty => new() { FirstAt = long.MaxValue, LastAt = long.MinValue };

    public void Add(long firstAt, long lastAt, long partitions, long bytes)
    {
        Blobs++;
        Bytes += bytes;
        FirstAt = Math.Min(FirstAt, firstAt);
        LastAt = Math.Max(LastAt, lastAt);
        Partitions |= partitions;
    }

    public void Add(in BlobRun other)
    {
        Blobs += other.Blobs;
        Bytes += other.Bytes;
        FirstAt = Math.Min(FirstAt, other.FirstAt);
        LastAt = Math.Max(LastAt, other.LastAt);
        Partitions |= other.Partitions;
    }
}
