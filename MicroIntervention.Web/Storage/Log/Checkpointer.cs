namespace MicroIntervention.Web.Storage.Log;

/// <summary>Copies the write-ahead log into its segment on its own thread, so that no commit waits for it; closes segments the writer has left.</summary>
/// <remarks>
/// Most of the copying runs beside the writer. The last, small rest runs under the log's gate, so that it catches up and SQLite starts the
/// write-ahead log over instead of letting it grow.
/// </remarks>
internal sealed class Checkpointer : IDisposable
{
    // A rest of this many 4-KB frames is copied in about a millisecond.
    private const int SmallRest = 256;
    private const int MostRounds = 4;

    private readonly object _gate;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly object _signal = new();
    private readonly Queue<SegmentWriter> _left = new();
    private LogSegment? _wanted;
    private bool _stopping;

    /// <param name="gate">The log's gate; commits hold it.</param>
    /// <param name="logger">Where failures are told.</param>
    public Checkpointer(object gate, ILogger logger)
    {
        _gate = gate;
        _logger = logger;
        _thread = new Thread(Run) { Name = "log checkpoint", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The segment's write-ahead log has grown enough. Any thread; returns at once.</summary>
    public void Nudge(LogSegment segment)
    {
        lock (_signal)
        {
            _wanted = segment;
            Monitor.Pulse(_signal);
        }
    }

    /// <summary>The writer has gone on to another segment: finish this one and close it.</summary>
    public void Leave(SegmentWriter writer)
    {
        lock (_signal)
        {
            _left.Enqueue(writer);
            Monitor.Pulse(_signal);
        }
    }

    public void Dispose()
    {
        lock (_signal)
        {
            _stopping = true;
            Monitor.Pulse(_signal);
        }

        _thread.Join();
    }

    private void Run()
    {
        while (true)
        {
            SegmentWriter? left = null;
            LogSegment? wanted = null;
            lock (_signal)
            {
                while (_left.Count == 0 && _wanted is null && !_stopping)
                {
                    Monitor.Wait(_signal);
                }

                if (!_left.TryDequeue(out left))
                {
                    if (_stopping)
                    {
                        return;
                    }

                    (wanted, _wanted) = (_wanted, null);
                }
            }

            try
            {
                if (left is not null)
                {
                    Close(left);
                }
                else
                {
                    Copy(wanted!.Value);
                }
            }
            catch (IOException failed)
            {
                // Nothing is lost: the frames stay in the write-ahead log until a later round.
                _logger.CheckpointFailed(failed, left?.Segment.Number ?? wanted!.Value.Number);
            }
        }
    }

    private static void Close(SegmentWriter writer)
    {
        using (writer)
        {
            writer.File.Checkpoint(truncate: true);
        }
    }

    private void Copy(LogSegment segment)
    {
        if (!File.Exists(segment.Path))
        {
            return;
        }

        using var file = SqliteFile.OpenForWriting(segment.Path, create: false);
        // A connection that has read nothing yet does not know of the write-ahead log, and would copy none of it.
        file.Scalar("SELECT count(*) FROM sqlite_schema");
        for (var round = 0; round < MostRounds && file.Checkpoint(truncate: false) > SmallRest; round++)
        {
        }

        lock (_gate)
        {
            file.Checkpoint(truncate: false);
        }
    }
}
