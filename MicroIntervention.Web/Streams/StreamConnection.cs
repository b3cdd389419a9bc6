using System.Buffers;
using System.IO.Pipelines;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Streams;

/// <summary>One open stream: written to directly by whichever thread has something to say, never waiting for the reader.</summary>
/// <remarks>
/// Thread-safe. A frame goes straight into the response's pipe; while the pipe pushes back, frames wait here up to a limit, past which
/// the reader is too slow and the stream is cut. Nothing is written after <see cref="End"/>.
/// </remarks>
internal sealed class StreamConnection(PipeWriter writer, Moment expiresAt, TimeProvider time, int maxWaitingBytes, StreamCounts counts, Action cut)
{
    private readonly Lock _gate = new();
    private readonly Queue<StreamFrame> _waiting = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _flushing = Task.CompletedTask;
    private int _waitingBytes;
    private bool _isEnded;

    /// <summary>Completes when the stream is over, for whatever reason.</summary>
    public Task Ended => _ended.Task;

    /// <summary>When the token that opened it is void.</summary>
    public Moment ExpiresAt => expiresAt;

    /// <summary>Writes a frame, or lets it wait behind others. False when the stream is over: the frame was not taken.</summary>
    public bool TryWrite(in StreamFrame frame)
    {
        lock (_gate)
        {
            if (_isEnded)
            {
                return false;
            }

            if (!_flushing.IsCompleted)
            {
                // A ping says nothing that the bytes under way do not say.
                if (frame == StreamFrame.Ping)
                {
                    return true;
                }

                if (_waitingBytes + frame.Bytes.Length > maxWaitingBytes)
                {
                    counts.AddSlow();
                    End_NeedsLock();
                    cut();
                    return false;
                }

                _waiting.Enqueue(frame);
                _waitingBytes += frame.Bytes.Length;
                return true;
            }

            Write_NeedsLock(frame);
            return true;
        }
    }

    /// <summary>Nothing more is written. Prompts still waiting stay with the visitor's slot, for the next stream.</summary>
    public void End()
    {
        lock (_gate)
        {
            End_NeedsLock();
        }
    }

    /// <summary>The response may be completed when this is: no flush is under way any more.</summary>
    public Task DrainedAsync()
    {
        lock (_gate)
        {
            return _flushing;
        }
    }

    private void Write_NeedsLock(StreamFrame frame)
    {
        var now = Moment.From(time.GetUtcNow());
        // Looked at under the lock: a withdraw that follows the closing of the gate must come behind this prompt, not before it.
        if (frame.Delivery?.Obstacle(now) is { } obstacle)
        {
            frame.Delivery.Tell(obstacle, now);
            return;
        }

        ValueTask<FlushResult> flush;
        try
        {
            writer.Write(frame.Bytes.Span);
            flush = writer.FlushAsync();
            if (flush.IsCompletedSuccessfully)
            {
                Flushed_NeedsLock(flush.Result, frame);
                return;
            }
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            End_NeedsLock();
            return;
        }

        _flushing = FinishAsync(flush, frame);
    }

    private async Task FinishAsync(ValueTask<FlushResult> flush, StreamFrame frame)
    {
        FlushResult result;
        try
        {
            result = await flush;
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            result = new FlushResult(isCanceled: true, isCompleted: true);
        }

        lock (_gate)
        {
            _flushing = Task.CompletedTask;
            Flushed_NeedsLock(result, frame);
            while (!_isEnded && _flushing.IsCompleted && _waiting.TryDequeue(out var next))
            {
                _waitingBytes -= next.Bytes.Length;
                Write_NeedsLock(next);
            }
        }
    }

    private void Flushed_NeedsLock(FlushResult result, in StreamFrame frame)
    {
        if (result.IsCompleted || result.IsCanceled)
        {
            End_NeedsLock();
            return;
        }

        frame.Delivery?.Tell(DeliveryResult.Sent, Moment.From(time.GetUtcNow()));
    }

    private void End_NeedsLock()
    {
        if (_isEnded)
        {
            return;
        }

        _isEnded = true;
        _waiting.Clear();
        _waitingBytes = 0;
        _ended.TrySetResult();
    }
}
