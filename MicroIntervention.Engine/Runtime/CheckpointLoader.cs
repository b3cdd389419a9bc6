namespace MicroIntervention.Engine.Runtime;

/// <summary>Reads a checkpoint into new partitions and key tables, or says why it cannot be used.</summary>
internal sealed class CheckpointLoader(EngineHost host, ICheckpointStore store)
{
    /// <summary>Partitions and tables are new ones; nothing of the engine is touched.</summary>
    /// <exception cref="InvalidDataException">Damaged, cut off, foreign, of another shape, or ahead of the log.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Load(string name, PartitionState[] partitions, DedupeTable[] dedupes)
    {
        using var source = store.Open(name) ?? throw new InvalidDataException("It is gone.");
        try
        {
            var sections = new SectionReader(source);
            sections.Read(sections.Find(SectionKind.Head, 0), (bytes, length) => CheckHead(bytes.AsSpan(0, length), dedupes.Length));
            var controls = new List<byte[]>();
            sections.Read(sections.Find(SectionKind.Controls, 0), (bytes, length) => ReadControls(bytes.AsSpan(0, length), controls));
            var jobs = partitions.Select(p => (Action)(() => Restore(sections, p, controls))).Concat(dedupes.Select((d, shard) => (Action)(() => Restore(sections, d, shard))));
            Parallel.ForEach(jobs, job => job());
        }
        catch (AggregateException several)
        {
            throw Unusable(several.InnerExceptions[0]);
        }
        catch (Exception wrong) when (wrong is ArgumentException or IOException or OverflowException)
        {
            throw Unusable(wrong);
        }
    }

    private static InvalidDataException Unusable(Exception cause) => cause is InvalidDataException
        ? (InvalidDataException)cause
        : new InvalidDataException(cause is IOException and not EndOfStreamException ? cause.Message : "Its structure is damaged.", cause);

    private void CheckHead(ReadOnlySpan<byte> bytes, int shards)
    {
        var from = new CheckpointCursor(bytes);
        if (from.Hash() != CheckpointNames.Owner(host.Reader.Hash))
        {
            throw new InvalidDataException("It belongs to another installation.");
        }

        var (partitions, had, clock, little) = (from.Int(), from.Int(), from.Byte(), from.Byte());
        if (partitions != host.Options.Partitions || had != shards || clock != (byte)host.Options.Clock || little != (BitConverter.IsLittleEndian ? 1 : 0))
        {
            throw new InvalidDataException($"It was made with {partitions} partitions and {had} shards; the engine now has {host.Options.Partitions} and {shards}.");
        }
    }

    private static void ReadControls(ReadOnlySpan<byte> bytes, List<byte[]> controls)
    {
        var from = new CheckpointCursor(bytes);
        for (var left = from.Count(sizeof(int)); left > 0; left--)
        {
            controls.Add(from.Block().ToArray());
        }
    }

    private void Restore(SectionReader sections, PartitionState partition, List<byte[]> controls) => sections.Read(
        sections.Find(SectionKind.Partition, partition.Index),
        (bytes, length) =>
        {
            partition.Restore(bytes.AsSpan(0, length), controls, host.Controls);
            if (partition.NextOffset > host.Log.NextOffset(partition.Index))
            {
                throw new InvalidDataException("It is ahead of the log.");
            }
        });

    private void Restore(SectionReader sections, DedupeTable dedupe, int shard)
    {
        var names = new List<string>();
        sections.Read(sections.Find(SectionKind.FullTables, shard), (bytes, length) => ReadNames(bytes.AsSpan(0, length), shard, names));
        foreach (var name in names)
        {
            using var source = store.Open(name) ?? throw new InvalidDataException($"Its key table {name} is missing.");
            var table = new SectionReader(source);
            table.Read(table.Find(SectionKind.Table, shard), (bytes, length) => dedupe.Restore(bytes.AsSpan(0, length)));
        }

        foreach (var current in sections.Sections.Where(s => s.Kind == SectionKind.Table && s.Index == shard))
        {
            sections.Read(in current, (bytes, length) => dedupe.Restore(bytes.AsSpan(0, length)));
        }
    }

    private static void ReadNames(ReadOnlySpan<byte> bytes, int shard, List<string> names)
    {
        var from = new CheckpointCursor(bytes);
        for (var left = from.Count(sizeof(long)); left > 0; left--)
        {
            names.Add(CheckpointNames.Table(shard, from.Long()));
        }
    }
}
