namespace MicroIntervention.Engine.Runtime;

/// <summary>When checkpoints are written: on a thread of its own, by time and by records, and a last one at the end.</summary>
internal sealed class CheckpointMaker
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly EngineHost _host;
    private readonly CheckpointWriter _writer;
    private readonly TimeProvider _time;
    private readonly Thread _thread;

    // Not a Lock: the thread waits on it until it is told to stop.
    private readonly object _gate = new();
    private long _recordsAt = -1;
    private bool _isStopping;

    public CheckpointMaker(EngineHost host, Shard[] shards, ICheckpointStore store, TimeProvider time)
    {
        (_host, _time) = (host, time);
        _writer = new CheckpointWriter(host, shards, store, StopsWithin);
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
            if (_writer.Write(at, stopped, copies) is { } bytes)
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
}
