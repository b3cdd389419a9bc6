using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <content>The partition as bytes of a checkpoint, and back.</content>
internal sealed partial class PartitionState
{
    private const int TimerBytes = 44;

    /// <summary>Visitors whose name must be read from the log again, by the offset that said it. Empty but for a restored partition.</summary>
    public Dictionary<long, VisitorState> Unnamed { get; } = [];

    /// <summary>Writes everything the log determines. On the owner's thread, between two records.</summary>
    /// <param name="to">Gets the bytes.</param>
    /// <param name="controls">The checkpoint's control records; those of this partition's plan are added where they are not in it yet.</param>
    public void Write(CheckpointBuffer to, List<byte[]> controls)
    {
        to.Int(Index);
        to.Long(NextOffset);
        to.At(LastAt);
        to.At(Newest.At);
        to.Hash(Newest.Message.Value);
        to.Int(Trail.Length);
        foreach (var control in Trail)
        {
            to.Int(IndexOf(controls, control));
        }

        to.Hash(Plan.Fingerprint);
        to.Int(Plan.Schema.Version);
        to.Int(_sessions.BlockSize);
        to.Int(_visitorWindows?.BlockSize ?? 0);
        to.Int(Plan.TimerCount);
        to.Int(_visitors.Count);
        for (var slot = 0; slot < _visitors.Capacity; slot++)
        {
            if (_visitors.At(slot) is { } visitor)
            {
                VisitorCodec.Write(to, visitor);
            }
        }

        WriteCustomers(to);

        // Timers that were started anew have left their former entries in the queue. They fire nothing, but they make a tick, so they are part of the state.
        to.Int(_timers.Count);
        foreach (var (timer, key) in _timers.UnorderedItems)
        {
            to.Long(key.Due);
            to.Hash(key.Session);
            to.Int(key.Timer);
            to.Hash(timer.Visitor.Id.Value);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote into this partition, which must be new.</summary>
    /// <param name="bytes">One partition's section.</param>
    /// <param name="controls">The checkpoint's control records.</param>
    /// <param name="reader">Builds the plan from them.</param>
    /// <exception cref="InvalidDataException">It belongs to another partition, or this version makes another plan of the same records.</exception>
    public void Restore(ReadOnlySpan<byte> bytes, IReadOnlyList<byte[]> controls, IControlReader reader)
    {
        var from = new CheckpointCursor(bytes);
        if (from.Int() != Index)
        {
            throw new InvalidDataException("Its partitions are in disorder.");
        }

        NextOffset = from.Long();
        LastAt = from.At();
        Newest = (from.At(), new MessageKey(from.Hash()));
        for (var left = from.Count(sizeof(int)); left > 0; left--)
        {
            Control(reader, controls[from.Int()]);
        }

        if (from.Hash() != Plan.Fingerprint || from.Int() != Plan.Schema.Version || from.Int() != _sessions.BlockSize ||
            from.Int() != (_visitorWindows?.BlockSize ?? 0) || from.Int() != Plan.TimerCount)
        {
            throw new InvalidDataException("This version of the program keeps other windows for the same scenarios.");
        }

        for (var left = from.Count(Hash128.Size); left > 0; left--)
        {
            var visitor = VisitorCodec.Read(ref from, _sessions, _visitorWindows);
            _visitors.Add(visitor);
            if (visitor.NamedAt != VisitorState.NoName)
            {
                Unnamed[visitor.NamedAt] = visitor;
            }

            if (visitor.Link is { FactsAt: not VisitorState.NoName } link)
            {
                Undescribed[link.FactsAt] = link;
            }
        }

        RestoreCustomers(ref from);

        for (var left = from.Count(TimerBytes); left > 0; left--)
        {
            var due = from.Long();
            var session = from.Hash();
            var timer = from.Int();
            var id = new VisitorId(from.Hash());
            _timers.Enqueue(new DueTimer(_visitors.Find(id) ?? new VisitorState(id, _sessions, _visitorWindows), new Moment(due)), (due, session, timer));
        }

        if (!from.IsAtEnd)
        {
            throw new InvalidDataException("A partition is longer than it says.");
        }
    }

    private static int IndexOf(List<byte[]> controls, byte[] control)
    {
        for (var i = 0; i < controls.Count; i++)
        {
            if (ReferenceEquals(controls[i], control) || controls[i].AsSpan().SequenceEqual(control))
            {
                return i;
            }
        }

        controls.Add(control);
        return controls.Count - 1;
    }
}
