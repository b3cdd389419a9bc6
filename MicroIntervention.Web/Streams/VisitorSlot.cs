using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Streams;

/// <summary>What is known about one visitor who is on a page or between two: the stream, and the prompts not yet expired.</summary>
/// <remarks>Thread-safe. Lock order: slot, then connection.</remarks>
internal sealed class VisitorSlot(int keptPrompts, Moment seenAt)
{
    private readonly Lock _gate = new();
    private readonly List<HeldPrompt> _kept = [];
    private StreamConnection? _connection;
    private Moment _seenAt = seenAt;
    private bool _isRemoved;

    /// <summary>Makes the connection this visitor's stream, after writing what the browser has not seen. False when the slot was removed meanwhile.</summary>
    /// <param name="after">The last event the browser has seen; null when it says nothing, or nothing we keep: then it gets all.</param>
    /// <param name="previous">The stream that was replaced; the caller ends it.</param>
    public bool TryOpen(StreamConnection connection, DecisionId? after, out StreamConnection? previous)
    {
        lock (_gate)
        {
            previous = _connection;
            if (_isRemoved)
            {
                return false;
            }

            _connection = connection;
            var seen = after is { } id ? _kept.FindIndex(prompt => prompt.Request.Id == id) : -1;
            for (var i = seen + 1; i < _kept.Count; i++)
            {
                connection.TryWrite(StreamFrame.Prompt(_kept[i]));
            }

            return true;
        }
    }

    /// <summary>The connection is over. Does nothing when a newer one has taken its place.</summary>
    public void Close(StreamConnection connection, Moment now)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_connection, connection))
            {
                _connection = null;
                _seenAt = now;
            }
        }
    }

    /// <summary>Writes the prompt, or keeps it for the page that is loading. False when the slot was removed meanwhile.</summary>
    public bool TrySend(HeldPrompt prompt, Moment now)
    {
        lock (_gate)
        {
            if (_isRemoved)
            {
                return false;
            }

            // The same decision again, after a restart or a retry: it takes its old place's turn.
            _kept.RemoveAll(kept => kept.Request.Id == prompt.Request.Id && kept.IsTold);
            if (_kept.Count == keptPrompts)
            {
                _kept[0].Tell(DeliveryResult.NoReceiver, now);
                _kept.RemoveAt(0);
            }

            _kept.Add(prompt);
            _connection?.TryWrite(StreamFrame.Prompt(prompt));
            return true;
        }
    }

    /// <summary>The visitor has answered the prompt: a stream that resumes need not show it again.</summary>
    public void Forget(DecisionId id)
    {
        lock (_gate)
        {
            _kept.RemoveAll(prompt => prompt.Request.Id == id && prompt.IsTold);
        }
    }

    /// <summary>The visitor has said hello: a stream will follow.</summary>
    public void Expect(Moment now)
    {
        lock (_gate)
        {
            _seenAt = now;
        }
    }

    /// <summary>Takes prompts back: those not yet written end as withdrawn, those on the page are taken off it.</summary>
    /// <param name="which">Null: every one, and the page is told so in one event.</param>
    public void Withdraw(Func<DeliveryRequest, bool>? which, Moment now)
    {
        lock (_gate)
        {
            for (var i = _kept.Count - 1; i >= 0; i--)
            {
                var prompt = _kept[i];
                if (which is not null && !which(prompt.Request))
                {
                    continue;
                }

                _kept.RemoveAt(i);
                if (which is not null)
                {
                    _connection?.TryWrite(StreamFrame.Withdraw(prompt.Request.Id));
                }

                prompt.Tell(DeliveryResult.Withdrawn, now);
            }

            if (which is null)
            {
                _connection?.TryWrite(StreamFrame.WithdrawAll);
            }
        }
    }

    /// <summary>Forgets what has expired; true when nothing is left and the visitor has gone, so that the slot can be removed.</summary>
    /// <param name="pageChange">How long a visitor between two pages counts as there.</param>
    public bool Sweep(Moment now, TimeSpan pageChange)
    {
        lock (_gate)
        {
            var isGone = _connection is null && now - _seenAt >= pageChange;
            for (var i = _kept.Count - 1; i >= 0; i--)
            {
                var prompt = _kept[i];
                if (prompt.Request.ExpiresAt <= now)
                {
                    prompt.Tell(DeliveryResult.Expired, now);
                    _kept.RemoveAt(i);
                }
                else if (isGone && !prompt.IsTold)
                {
                    prompt.Tell(DeliveryResult.NoReceiver, now);
                    _kept.RemoveAt(i);
                }
            }

            _isRemoved = isGone && _kept.Count == 0;
            return _isRemoved;
        }
    }

    /// <summary>Says something, and ends the stream when its token is void.</summary>
    public void Ping(Moment now)
    {
        lock (_gate)
        {
            if (_connection is { } connection)
            {
                if (connection.ExpiresAt <= now)
                {
                    connection.End();
                }
                else
                {
                    connection.TryWrite(StreamFrame.Ping);
                }
            }
        }
    }

    public void EndStream()
    {
        lock (_gate)
        {
            _connection?.End();
        }
    }
}
