using System.Collections.Immutable;
using System.Text.Json;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>The latest decisions and what became of them, for pages. Bounded; the log has the rest.</summary>
/// <remarks>Thread-safe. The engine's threads only note and nudge; pages take immutable copies at their own pace.</remarks>
public sealed class LiveFeed(int capacity = 2_000) : IEngineObserver
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DecisionId, FeedItem> _items = [];
    private readonly Queue<DecisionId> _order = new();

    // Sending comes before telling: a channel that answers at once does so before its decision is known here.
    private readonly Dictionary<DecisionId, (FeedState State, Moment At)> _early = [];
    private readonly Queue<DecisionId> _earlyOrder = new();
    private long _sequence;

    /// <summary>Raised on an engine thread after a change: only nudge, never work.</summary>
    public event Action? Changed;

    /// <summary>The latest sequence number given.</summary>
    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>Newest decisions first.</summary>
    public ImmutableArray<FeedItem> Latest(int most)
    {
        lock (_gate)
        {
            return [.. _order.Reverse().Take(most).Select(id => _items[id])];
        }
    }

    /// <summary>Items that are new or changed after <paramref name="sequence"/>, oldest change first; empty when none.</summary>
    public ImmutableArray<FeedItem> Since(long sequence)
    {
        lock (_gate)
        {
            return [.. _items.Values.Where(i => i.Sequence > sequence).OrderBy(i => i.Sequence)];
        }
    }

    public FeedItem? Find(DecisionId id)
    {
        lock (_gate)
        {
            return _items.GetValueOrDefault(id);
        }
    }

    public void OnDecision(Decision decision)
    {
        lock (_gate)
        {
            if (_items.ContainsKey(decision.Id))
            {
                return;
            }

            if (_order.Count == capacity)
            {
                _items.Remove(_order.Dequeue());
            }

            _order.Enqueue(decision.Id);
            var (state, at) = decision is not Decision.Intervene ? (FeedState.Suppressed, decision.Facts.At)
                : _early.Remove(decision.Id, out var early) ? early
                : (FeedState.Deciding, decision.Facts.At);
            _items[decision.Id] = new FeedItem(++_sequence, decision, state, at, null);
        }

        Changed?.Invoke();
    }

    public void OnReport(in RecordHeader report, ReadOnlySpan<byte> payload)
    {
        var state = StateOf(report.SignalKind) ?? FeedState.Deciding;
        Note(report.About, state, report.At, report.SignalKind == SignalKind.Shown ? PaintOf(payload) : null, report.Visitor);
    }

    public void OnDelivered(DeliveryRequest request, DeliveryResult result, Moment at)
    {
        if (request.Kind == DeliveryKind.Prompt)
        {
            Note(request.Id, StateOf(result), at, null, request.Visitor);
        }
    }

    /// <summary>Takes what the log noted in a former life. After the decision that it is about.</summary>
    public void Restore(in DeliveryNote note)
    {
        if (StateOf(note.Kind) is { } state)
        {
            Note(note.Decision, state, note.At, note.SignalToPaintMs, note.Visitor);
        }
    }

    public void OnStalled(Exception? cause) => Changed?.Invoke();

    /// <summary>How far a note says that a prompt came; null for what is about no prompt, or from a newer version.</summary>
    public static FeedState? StateOf(DeliveryNoteKind kind) => kind switch
    {
        DeliveryNoteKind.Sent => FeedState.Sent,
        DeliveryNoteKind.Expired => FeedState.Expired,
        DeliveryNoteKind.Withdrawn => FeedState.Withdrawn,
        DeliveryNoteKind.NoReceiver => FeedState.NoReceiver,
        DeliveryNoteKind.Failed or DeliveryNoteKind.Overloaded => FeedState.Failed,
        DeliveryNoteKind.Shown => FeedState.Shown,
        DeliveryNoteKind.WithheldInBrowser => FeedState.WithheldInBrowser,
        DeliveryNoteKind.Dismissed => FeedState.Dismissed,
        DeliveryNoteKind.Accepted => FeedState.Accepted,
        DeliveryNoteKind.PersonRequested => FeedState.PersonRequested,
        DeliveryNoteKind.Helpful => FeedState.Helpful,
        DeliveryNoteKind.NotHelpful => FeedState.NotHelpful,
        DeliveryNoteKind.HandoffWanted or DeliveryNoteKind.HandoffSent or DeliveryNoteKind.HandoffVoid => null,
        _ => null, // of a newer version
    };

    /// <summary>How far a browser's report says that a prompt came; null for a signal that is no report.</summary>
    public static FeedState? StateOf(SignalKind kind) => kind >= SignalKind.Shown ? StateOf((DeliveryNoteKind)kind) : null;

    private static FeedState StateOf(DeliveryResult result) =>
        StateOf((DeliveryNoteKind)result) ?? throw new ArgumentOutOfRangeException(nameof(result), result, "Not a delivery result.");

    /// <summary>The browser's own measurement; null where the report has none or it is no sensible number.</summary>
    internal static double? PaintOf(ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("signalToPaintMs"u8) &&
                    reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var ms) && ms is >= 0 and < 600_000)
                {
                    return ms;
                }
            }
        }
        catch (JsonException)
        {
            // A report is as untrusted as any signal; without a number it still counts as shown.
        }

        return null;
    }

    private void Note(DecisionId id, FeedState state, Moment at, double? paintMs, VisitorId visitor)
    {
        lock (_gate)
        {
            if (!_items.TryGetValue(id, out var item))
            {
                if (state < FeedState.Shown)
                {
                    NoteEarly_NeedsLock(id, state, at);
                }

                return;
            }

            // A report is any visitor's word: it counts for that visitor's own prompts only, and never for what was not sent.
            if (item.Decision is not Decision.Intervene || item.Decision.Facts.Visitor != visitor)
            {
                return;
            }

            _items[id] = item with
            {
                Sequence = ++_sequence,
                State = state > item.State ? state : item.State,
                StateAt = state > item.State ? at : item.StateAt,
                SignalToPaintMs = paintMs ?? item.SignalToPaintMs,
            };
        }

        Changed?.Invoke();
    }

    private void NoteEarly_NeedsLock(DecisionId id, FeedState state, Moment at)
    {
        // A late result of a decision that has left the feed also lands here and nobody fetches it; hence the bound.
        if (!_early.ContainsKey(id))
        {
            _earlyOrder.Enqueue(id);
            if (_earlyOrder.Count > capacity)
            {
                _early.Remove(_earlyOrder.Dequeue());
            }
        }

        _early[id] = (state, at);
    }
}
