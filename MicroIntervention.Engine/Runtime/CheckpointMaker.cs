using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Writes checkpoints on a thread of its own: copies the partitions one by one on their shards, and publishes when the log holds all that they contain.</summary>
/// <remarks>Keeps the newest two. A shard is held up for one partition at a time; between two it works on.</remarks>
internal sealed class CheckpointMaker
{
    private const int Kept = 2;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Breather = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestFinalWait = TimeSpan.FromSeconds(5);

    private readonly EngineHost _host;
    private readonly Shard[] _shards;
    private readonly ICheckpointStore _store;
    private readonly TimeProvider _time;
    private readonly Thread _thread;

    // Not a Lock: the thread waits on it until it is told to stop.
    private readonly object _gate = new();
    private readonly HashSet<string> _tables = [];
    private HashSet<string>? _tablesBefore;
    private long _recordsAt = -1;
    private long _number;
    private bool _isStopping;

    public CheckpointMaker(EngineHost host, Shard[] shards, ICheckpointStore store, TimeProvider time)
    {
        (_host, _shards, _store, _time) = (host, shards, store, time);
        _thread = new Thread(Loop) { Name = "checkpoint", IsBackground = true };
    }

    /// <summary>Records in the checkpoint that the engine began from; nothing new is written until there are more.</summary>
    public void BeganFrom(string? checkpoint, long records) => _recordsAt = checkpoint is null ? -1 : records;

    public void Start() => _thread.Start();

    /// <summary>Ends the thread; a checkpoint under way is given up.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }

        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    /// <summary>After the shards have ended: writes the last one, when the log holds everything.</summary>
    public void Final() => Make(stopped: true);

    /// <summary>Writes one now. On the maker's thread, or when that does not run.</summary>
    /// <returns>False when it could not be written.</returns>
    public bool Make(bool stopped)
    {
        var records = _host.RecordsTaken;
        if (records == _recordsAt || records == 0)
        {
            return true;
        }

        var at = _host.Now;
        var from = _time.GetTimestamp();
        try
        {
            var copies = new List<TimeSpan>();
            if (Write(at, stopped, copies) is { } bytes)
            {
                _recordsAt = records;
                copies.Sort();
                _host.OnCheckpoint(new CheckpointReport(at, bytes, _time.GetElapsedTime(from), copies[copies.Count / 2], copies[^1], null));
            }
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            _host.OnCheckpoint(new CheckpointReport(at, 0, _time.GetElapsedTime(from), default, default, wrong.Message));
            return false;
        }

        return true;
    }

    private bool StopsWithin(TimeSpan wait)
    {
        lock (_gate)
        {
            if (!_isStopping)
            {
                Monitor.Wait(_gate, wait);
            }

            return _isStopping;
        }
    }

    private void Loop()
    {
        var last = _time.GetTimestamp();
        var worked = true;
        while (!StopsWithin(LookEvery))
        {
            // After a failure only time counts: a disk in trouble is not helped by copying everything again at once.
            if (_time.GetElapsedTime(last) >= _host.Options.CheckpointEvery ||
                (worked && _host.RecordsTaken - Math.Max(0, _recordsAt) >= _host.Options.CheckpointRecords))
            {
                worked = Make(stopped: false);
                last = _time.GetTimestamp();
            }
        }
    }

    /// <returns>Its size; null when it was given up.</returns>
    private long? Write(Moment at, bool stopped, List<TimeSpan> copies)
    {
        var names = _store.List();
        _number = Math.Max(_number, CheckpointNames.Newest(names).Select(CheckpointNames.NumberOf).DefaultIfEmpty(0).Max()) + 1;
        var controls = new List<byte[]>();
        using var buffer = new CheckpointBuffer();
        using var file = _store.Create(CheckpointNames.Checkpoint(_number));
        var sections = new SectionWriter(file);
        WriteHead(buffer, at);
        Flush(sections, SectionKind.Head, 0, buffer);
        foreach (var shard in _shards)
        {
            foreach (var partition in shard.Partitions)
            {
                if (Ask(shard, partition, buffer, controls, stopped) is not { } copy)
                {
                    return null;
                }

                copies.Add(copy.Took);
                Flush(sections, SectionKind.Partition, partition.Index, buffer);
                if (!stopped && StopsWithin(Breather))
                {
                    return null;
                }
            }
        }

        var tables = new HashSet<string>();
        foreach (var shard in _shards)
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
        var marks = Array.ConvertAll(_shards, shard => Ask(shard, null, buffer, controls, stopped)?.Batches ?? long.MaxValue);
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
        buffer.Hash(CheckpointNames.Owner(_host.Reader.Hash));
        buffer.Int(_host.Options.Partitions);
        buffer.Int(_shards.Length);
        buffer.Byte((byte)_host.Options.Clock);
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
        using var file = _store.Create(name);
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

        if (work.Wait(() => !stopped && StopsWithin(TimeSpan.Zero)))
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
            if (_shards[s].Committed >= marks[s])
            {
                s++;
            }
            else if (stopped ? _host.IsStalled || waited > LongestFinalWait : StopsWithin(Tick))
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
        foreach (var old in CheckpointNames.Newest(_store.List()).Skip(Kept))
        {
            _store.Delete(old);
        }

        // What the checkpoint of a former life leans on is not known here: tables are dropped once two of this life stand.
        if (_tablesBefore is { } before)
        {
            foreach (var name in _store.List().Where(n => CheckpointNames.IsTable(n) && !tables.Contains(n) && !before.Contains(n)))
            {
                _store.Delete(name);
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
