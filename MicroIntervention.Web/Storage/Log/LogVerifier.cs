using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Walks all segments: file structure, checksums, authentication, offsets without gaps, time never falling, decisions that point at records.</summary>
/// <remarks>Reads everything once; may run beside the writer (each segment as of one moment). Memory: one number per partition, and 16 bytes per decision of a segment.</remarks>
public sealed class LogVerifier(Installation installation)
{
    // Past this many the log is not damaged here and there but as a whole.
    private const int MostFindings = 1000;

    private readonly List<LogFinding> _findings = [];

    /// <summary>Checks the whole log.</summary>
    /// <param name="cancellation">Stops between blobs.</param>
    /// <param name="progress">Told before each segment where there are several: its place from 1, and how many there are.</param>
    public LogReport Verify(CancellationToken cancellation, Action<int, int>? progress = null)
    {
        var place = 0;
        _findings.Clear();
        var walk = new Walk(this, installation.Partitions);
        var segments = LogSegment.List(installation.LogFolder);
        foreach (var segment in segments)
        {
            walk.Segment = segment.Number;
            place++;
            if (segments.Count > 1)
            {
                progress?.Invoke(place, segments.Count);
            }

            try
            {
                using var reader = SegmentReader.TryOpen(segment, installation);
                if (reader is null)
                {
                    Add(segment.Number, "is incomplete: it holds no records");
                    continue;
                }

                // One read transaction: decisions and records of the same moment.
                reader.File.Execute("BEGIN");
                CheckStructure(reader, segment.Number);
                CheckBlobs(reader, walk, cancellation);
                CheckDecisions(reader, walk, cancellation);
            }
            catch (Exception wrong) when (wrong is IOException or InstallationException or MasterKeyException)
            {
                Add(segment.Number, wrong.Message);
            }
        }

        return new LogReport(segments.Count, walk.Blobs, walk.Records, walk.Decisions, walk.Erased, [.. _findings]);
    }

    private void Add(long segment, string sentence)
    {
        if (_findings.Count < MostFindings)
        {
            _findings.Add(new LogFinding(segment, sentence));
        }
    }

    private void CheckStructure(SegmentReader reader, long segment)
    {
        using var check = reader.File.Prepare("PRAGMA quick_check(10)");
        while (check.Step())
        {
            if (check.Text(0) is var words && words != "ok")
            {
                Add(segment, $"SQLite finds: {words}");
            }
        }
    }

    private void CheckBlobs(SegmentReader reader, Walk walk, CancellationToken cancellation)
    {
        walk.StartSegment(reader.Meta.FirstOffsets);
        using var blobs = reader.File.Prepare("SELECT id, first_at, last_at, partitions, sessions, data FROM blob ORDER BY id");
        while (blobs.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            walk.StartBlob(blobs.Long(0));
            try
            {
                reader.DecodeAll(blobs.Long(0), blobs.Bytes(5), walk);
                if (walk.FirstAt != blobs.Long(1) || walk.LastAt != blobs.Long(2) || walk.PartitionBits != blobs.Long(3))
                {
                    walk.Find("its columns do not describe its records");
                }
            }
            catch (LogCorruptionException wrong)
            {
                Add(walk.Segment, wrong.Message);
                walk.AllowGap();
            }
        }
    }

    private void CheckDecisions(SegmentReader reader, Walk walk, CancellationToken cancellation)
    {
        using var rows = reader.File.Prepare("SELECT row, id, partition, \"offset\", at, visitor, session, scenario, verdict, reason, score, body FROM decision ORDER BY row");
        var seen = new Dictionary<DecisionId, DecisionEntry>();
        while (rows.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            walk.Decisions++;
            var entry = DecisionLog.Entry(rows);
            if (entry.Position.Partition >= installation.Partitions || entry.Position.Offset < 0 || entry.Position.Offset >= walk.Next(entry.Position.Partition))
            {
                Add(walk.Segment, $"decision {entry.Id} points at record {entry.Position}, which is not there");
            }

            if (seen.TryGetValue(entry.Id, out var first))
            {
                if (first with { Body = entry.Body } != entry || !first.Body.AsSpan().SequenceEqual(entry.Body))
                {
                    Add(walk.Segment, $"decision {entry.Id} is recorded twice, and differently");
                }
            }
            else
            {
                seen.Add(entry.Id, entry);
            }
        }
    }

    private sealed class Walk(LogVerifier owner, int partitions) : ILogReader
    {
        private readonly long[] _next = new long[partitions];
        private readonly long[] _at = new long[partitions];
        private readonly bool[] _unsure = new bool[partitions];
        private long _blob;
        private bool _started;

        public long Segment { get; set; }

        public long Blobs { get; private set; }

        public long Records { get; private set; }

        public long Decisions { get; set; }

        public long Erased { get; private set; }

        public long FirstAt { get; private set; }

        public long LastAt { get; private set; }

        public long PartitionBits { get; private set; }

        public long Next(int partition) => _next[partition];

        public void StartSegment(long[] first)
        {
            for (var p = 0; p < partitions; p++)
            {
                // The oldest segment may begin anywhere: retention deleted those before it.
                if (_started && !_unsure[p] && first[p] != _next[p])
                {
                    owner.Add(Segment, $"partition {p} begins at offset {first[p]}, but the segment before ends at {_next[p]}");
                }

                _next[p] = first[p];
                _unsure[p] = false;
            }

            _started = true;
        }

        public void StartBlob(long blob)
        {
            Blobs++;
            _blob = blob;
            (FirstAt, LastAt, PartitionBits) = (long.MaxValue, long.MinValue, 0);
        }

        /// <summary>A damaged blob was reported; the gap it leaves is not a second finding.</summary>
        public void AllowGap() => Array.Fill(_unsure, true);

        public void Find(string what) => owner.Add(Segment, $"blob {_blob}: {what}");

        public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            Records++;
            var at = header.At.Milliseconds;
            FirstAt = Math.Min(FirstAt, at);
            LastAt = Math.Max(LastAt, at);
            PartitionBits |= 1L << (header.Partition & 63);
            if (payload.IsEmpty && (header.Kind is RecordKind.Signal or RecordKind.Internal))
            {
                Erased++;
            }

            var p = header.Partition;
            if (header.Offset != _next[p] && !(_unsure[p] && header.Offset > _next[p]))
            {
                Find($"record {p}:{header.Offset} stands where {p}:{_next[p]} is due");
            }

            // A replay's clock runs per visitor, so only wall-clock records are compared.
            if (at < _at[p] && (header.Flags & SignalFlags.EventClock) == 0)
            {
                Find($"record {p}:{header.Offset} is earlier than the one before it in its partition");
            }

            _next[p] = header.Offset + 1;
            _unsure[p] = false;
            _at[p] = Math.Max(_at[p], at);
        }
    }
}
