using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>What stands beside the records of a segment: decisions, and what became of them. Inside the segment writer's transaction.</summary>
internal sealed class EntryWriter : IDisposable
{
    private readonly SqliteStatement _insertDecision;
    private readonly SqliteStatement _insertDecisionKey;
    private readonly SqliteStatement _insertNote;
    private readonly Dictionary<string, byte[]> _scenarios = [];
    private long _lastDecision;
    private long _addedDecisions;

    /// <summary>Prepares the tables of a segment; one of an earlier version gets what it lacks.</summary>
    public EntryWriter(SqliteFile file)
    {
        foreach (var part in SegmentMeta.NoteSchema)
        {
            file.Execute(part);
        }

        _insertDecision = file.Prepare("INSERT INTO decision(row, id, partition, \"offset\", at, visitor, session, scenario, verdict, reason, score, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _insertDecisionKey = file.Prepare("INSERT OR IGNORE INTO decision_key(bucket, key, row) VALUES (?, ?, ?)");
        _insertNote = file.Prepare("INSERT INTO note(decision, visitor, kind, at, paint_ms) VALUES (?, ?, ?, ?, nullif(?, -1))");
        _lastDecision = file.Scalar("SELECT max(row) FROM decision") ?? 0;
    }

    /// <summary>A transaction begins.</summary>
    public void Begin() => _addedDecisions = 0;

    /// <summary>It is durable.</summary>
    public void Committed() => _lastDecision += _addedDecisions;

    /// <summary>Stores a decision.</summary>
    /// <returns>About how much larger the file gets.</returns>
    public long Insert(in DecisionEntry decision)
    {
        Span<byte> ids = stackalloc byte[3 * Hash128.Size];
        decision.Id.Value.Write(ids);
        decision.Visitor.Value.Write(ids[Hash128.Size..]);
        decision.Session.Value.Write(ids[(2 * Hash128.Size)..]);
        var row = _lastDecision + ++_addedDecisions;
        _insertDecision.Bind(1, row).Bind(2, ids[..Hash128.Size]).Bind(3, decision.Position.Partition).Bind(4, decision.Position.Offset).Bind(5, decision.At.Milliseconds)
            .Bind(6, ids.Slice(Hash128.Size, Hash128.Size)).Bind(7, ids[(2 * Hash128.Size)..]).BindText(8, Utf8(decision.Scenario))
            .Bind(9, decision.Verdict).Bind(10, decision.Reason).Bind(11, decision.Score).Bind(12, decision.Body).Run();
        var bucket = row >> SegmentMeta.DecisionBucketShift;
        _insertDecisionKey.Bind(1, bucket).Bind(2, (long)decision.Id.Value.High).Bind(3, row).Run();
        _insertDecisionKey.Bind(2, (long)decision.Session.Value.High).Run();
        return 300 + decision.Body.Length;
    }

    /// <summary>Stores what became of a prompt.</summary>
    /// <returns>About how much larger the file gets.</returns>
    public long Insert(in DeliveryNote note)
    {
        Span<byte> ids = stackalloc byte[2 * Hash128.Size];
        note.Decision.Value.Write(ids);
        note.Visitor.Value.Write(ids[Hash128.Size..]);
        _insertNote.Bind(1, ids[..Hash128.Size]).Bind(2, ids[Hash128.Size..]).Bind(3, (long)note.Kind).Bind(4, note.At.Milliseconds).Bind(5, note.SignalToPaintMs ?? -1).Run();
        return 120;
    }

    public void Dispose()
    {
        _insertDecision.Dispose();
        _insertDecisionKey.Dispose();
        _insertNote.Dispose();
    }

    private byte[] Utf8(string scenario)
    {
        if (!_scenarios.TryGetValue(scenario, out var bytes))
        {
            bytes = Encoding.UTF8.GetBytes(scenario);
            _scenarios.Add(scenario, bytes);
        }

        return bytes;
    }
}
