using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Writes a checkpoint: copies the partitions one by one on their shards, and publishes when the log holds all that they contain.</summary>
/// <remarks>Keeps the newest two. A shard is held up for one partition at a time; between two it works on. One thread at a time.</remarks>
/// <param name="host">Whose state.</param>
/// <param name="shards">All of them.</param>
/// <param name="store">Where to.</param>
/// <param name="stopsWithin">Waits so long; true when the engine is stopping.</param>
internal sealed class CheckpointWriter(EngineHost host, Shard[] shards, ICheckpointStore store, Func<TimeSpan, bool> stopsWithin)
{
    private const int Kept = 2;
    private static readonly TimeSpan Breather = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestFinalWait = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> _tables = [];
    private HashSet<string>? _tablesBefore;
    private long _number;

    /// <summary>Writes one.</summary>
    /// <param name="at">Its moment.</param>
    /// <param name="stopped">The shards have ended: they are copied here, and nothing but the log is waited for.</param>
    /// <param name="copies">Gets how long each partition's copy held its shard up.</param>
    /// <returns>Its size; null when it was given up.</returns>
    public long? Write(Moment at, bool stopped, List<TimeSpan> copies)
    {
        var names = store.List();
        _number = Math.Max(_number, CheckpointNames.Newest(names).Select(CheckpointNames.NumberOf).DefaultIfEmpty(0).Max()) + 1;
        var controls = new List<byte[]>();
        using var buffer = new CheckpointBuffer();
        using var file = store.Create(CheckpointNames.Checkpoint(_number));
        var sections = new SectionWriter(file);
        WriteHead(buffer, at);
        Flush(sections, SectionKind.Head, 0, buffer);
        foreach (var shard in shards)
        {
            foreach (var partition in shard.Partitions)
            {
                if (Ask(shard, partition, buffer, controls, stopped) is not { } copy)
                {
                    return null;
                }

                copies.Add(copy.Took);
                Flush(sections, SectionKind.Partition, partition.Index, buffer);
                if (!stopped && stopsWithin(Breather))
                {
                    return null;
                }
            }
        }

        var tables = new HashSet<string>();
        foreach (var shard in shards)
        {
            if (!WriteTables(shard, sections, buffer, tables, stopped))
            {
                return null;
            }
        }

        buffer.Int(controls.Count);
        controls.ForEach(control => buffer.Block(control));
        Flush(sections, SectionKind.Controls, 0, buffer);
        sections.End();

        // Never ahead of the log: keys and partitions hold what had been handed over by now.
        var marks = Array.ConvertAll(shards, shard => Ask(shard, null, buffer, controls, stopped)?.Batches ?? long.MaxValue);
        if (Array.IndexOf(marks, long.MaxValue) >= 0 || !AwaitDurable(marks, stopped))
        {
            return null;
        }

        file.Publish();
        DropOld(tables);
        return sections.Length;
    }

    private void WriteHead(CheckpointBuffer buffer, Moment at)
    {
        buffer.Hash(CheckpointNames.Owner(host.Reader.Hash));
        buffer.Int(host.Options.Partitions);
        buffer.Int(shards.Length);
        buffer.Byte((byte)host.Options.Clock);
        buffer.Byte((byte)(BitConverter.IsLittleEndian ? 1 : 0));
        buffer.At(at);
    }

    /// <summary>Full tables go into files of their own, once; the one in use goes into the checkpoint.</summary>
    private bool WriteTables(Shard shard, SectionWriter sections, CheckpointBuffer buffer, HashSet<string> tables, bool stopped)
    {
        if (Ask(shard, null, buffer, [], stopped)?.Tables is not { } views)
        {
            return false;
        }

        foreach (var view in views.Where(v => !v.IsCurrent))
        {
            var name = CheckpointNames.Table(shard.Index, view.Generation);
            tables.Add(name);
            if (_tables.Add(name) && !WriteTable(name, shard.Index, view, buffer))
            {
                _tables.Remove(name);
                return false;
            }
        }

        buffer.Int(views.Count(v => !v.IsCurrent));
        foreach (var view in views.Where(v => !v.IsCurrent))
        {
            buffer.Long(view.Generation);
        }

        Flush(sections, SectionKind.FullTables, shard.Index, buffer);
        foreach (var view in views.Where(v => v.IsCurrent))
        {
            if (!DedupeTable.Write(in view, buffer))
            {
                return false;
            }

            Flush(sections, SectionKind.Table, shard.Index, buffer);
        }

        return true;
    }

    private bool WriteTable(string name, int shard, DedupeTable.View view, CheckpointBuffer buffer)
    {
        using var file = store.Create(name);
        var sections = new SectionWriter(file);
        var whole = DedupeTable.Write(in view, buffer);
        Flush(sections, SectionKind.Table, shard, buffer);
        if (whole)
        {
            sections.End();
            file.Publish();
        }

        return whole;
    }

    /// <returns>Null when the maker is stopping and the shard has not come to it: it may be waiting for a log that cannot be written.</returns>
    private CopyWork? Ask(Shard shard, PartitionState? partition, CheckpointBuffer buffer, List<byte[]> controls, bool stopped)
    {
        var work = new CopyWork(partition, buffer, controls);
        if (stopped)
        {
            shard.Copy(work);
        }
        else
        {
            shard.Queue.Enqueue(new ShardWork(null, 0, null, work));
        }

        if (work.Wait(() => !stopped && stopsWithin(TimeSpan.Zero)))
        {
            return work;
        }

        buffer.Abandon();
        return null;
    }

    private bool AwaitDurable(long[] marks, bool stopped)
    {
        var waited = TimeSpan.Zero;
        for (var s = 0; s < marks.Length;)
        {
            if (shards[s].Committed >= marks[s])
            {
                s++;
            }
            else if (stopped ? host.IsStalled || waited > LongestFinalWait : stopsWithin(Tick))
            {
                return false;
            }
            else if (stopped)
            {
                Thread.Sleep(Tick);
                waited += Tick;
            }
        }

        return true;
    }

    private void DropOld(HashSet<string> tables)
    {
        foreach (var old in CheckpointNames.Newest(store.List()).Skip(Kept))
        {
            store.Delete(old);
        }

        // What the checkpoint of a former life leans on is not known here: tables are dropped once two of this life stand.
        if (_tablesBefore is { } before)
        {
            foreach (var name in store.List().Where(n => CheckpointNames.IsTable(n) && !tables.Contains(n) && !before.Contains(n)))
            {
                store.Delete(name);
                _tables.Remove(name);
            }
        }

        _tablesBefore = tables;
    }

    private static void Flush(SectionWriter sections, SectionKind kind, int index, CheckpointBuffer buffer)
    {
        sections.Add(kind, index, buffer.Written);
        buffer.Clear();
    }
}
