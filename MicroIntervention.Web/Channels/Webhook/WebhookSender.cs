using System.Buffers.Text;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>Carries out single attempts for one thread: connects, signs, looks at gate and clock, writes, reads the answer.</summary>
/// <remarks>One sender, one thread, one connection; its buffer grows to the largest request. Allocates nothing per attempt on a kept connection.</remarks>
internal sealed class WebhookSender : IDisposable
{
    // A prompt is about 1 KB, a context bundle a few; anything near this is a fault upstream.
    internal const int MaxBodyBytes = 256 * 1024;

    private readonly WebhookEndpoint _endpoint;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly WebhookConnection _connection;
    private readonly byte[] _head;
    private byte[] _request = new byte[4096];
    private int _isStarting;

    public WebhookSender(WebhookEndpoint endpoint, WebhookOptions options, TimeProvider time, WebhookWiring wiring)
    {
        _endpoint = endpoint;
        _options = options;
        _time = time;
        _connection = new WebhookConnection(endpoint.Target, wiring.Resolve, options.AllowLoopback, wiring.ValidateCertificate);
        var address = endpoint.Target.Address;
        var host = address.IsDefaultPort ? address.IdnHost : $"{address.IdnHost}:{address.Port}";
        _head = Encoding.ASCII.GetBytes(
            $"POST {address.PathAndQuery} HTTP/1.1\r\nhost: {host}\r\nuser-agent: {wiring.UserAgent}\r\ncontent-type: application/json\r\nwebhook-id: ");
    }

    /// <summary>True from just before the gate is looked at until the request is with the socket.</summary>
    public bool IsStarting => Volatile.Read(ref _isStarting) != 0;

    public void AbortIfOverdue(long nowMs) => _connection.AbortIfOverdue(nowMs);

    public void Dispose() => _connection.Dispose();

    public Attempt Try(WebhookJob job)
    {
        try
        {
            _connection.Arm(Math.Max(1, Environment.TickCount64 + (long)_options.Timeout.TotalMilliseconds));
            return Exchange(job);
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException or AuthenticationException or InvalidOperationException)
        {
            _connection.Close();
            return new Attempt(_connection.IsOverdue ? AttemptEnd.TimedOut : AttemptEnd.Unreachable);
        }
        finally
        {
            Volatile.Write(ref _isStarting, 0);
            _connection.Disarm();
        }
    }

    private Attempt Exchange(WebhookJob job)
    {
        while (true)
        {
            if (!_connection.Open(Environment.TickCount64))
            {
                return new Attempt(AttemptEnd.AddressRefused);
            }

            var isReused = _connection.IsReused;
            try
            {
                if (!TryWrite(job, out var refused))
                {
                    return refused;
                }

                _connection.Read();
            }
            catch (IOException) when (isReused && !_connection.IsOverdue && _connection.Response.SawNothing)
            {
                // The receiver closed the kept connection as we wrote. Once more on a fresh one; receivers drop repeats by webhook-id.
                _connection.Close();
                continue;
            }

            var response = _connection.Response;
            return Attempt.FromResponse(response.Status, RetryDelay.Parse(response.RetryAfter, _time.GetUtcNow()));
        }
    }

    /// <summary>The moment of sending. Nothing that can take long stands between the look at the gate and the write.</summary>
    private bool TryWrite(WebhookJob job, out Attempt refused)
    {
        var now = _time.GetUtcNow();
        var length = Prepare(job, now.ToUnixTimeSeconds());
        Volatile.Write(ref _isStarting, 1);
        // Whoever closes the gate and then sees IsStarting false is sure that no send follows: both sides need the full fence.
        Interlocked.MemoryBarrier();
        if (!job.MayGo)
        {
            refused = new Attempt(AttemptEnd.GateClosed);
            return false;
        }

        if (job.IsPrompt && Moment.From(now) >= job.Request.ExpiresAt)
        {
            refused = new Attempt(AttemptEnd.Late);
            return false;
        }

        _connection.Response.Expect();
        _connection.Write(_request.AsSpan(0, length));
        Volatile.Write(ref _isStarting, 0);
        refused = default;
        return true;
    }

    private int Prepare(WebhookJob job, long timestampSeconds)
    {
        var body = job.Request.Body.Span;
        var most = _head.Length + body.Length + 256;
        if (_request.Length < most)
        {
            _request = new byte[most];
        }

        var at = Append(0, _head);
        var idStart = at;
        at += Encoding.ASCII.GetBytes(job.MessageId, _request.AsSpan(at));
        var idLength = at - idStart;
        at = Append(at, "\r\nwebhook-timestamp: "u8);
        Utf8Formatter.TryFormat(timestampSeconds, _request.AsSpan(at), out var count);
        at = Append(at + count, "\r\nwebhook-signature: "u8);
        WebhookSignature.Sign(_endpoint.Secret, _request.AsSpan(idStart, idLength), timestampSeconds, body, _request.AsSpan(at));
        at = Append(at + WebhookSignature.Size, "\r\ncontent-length: "u8);
        Utf8Formatter.TryFormat(body.Length, _request.AsSpan(at), out count);
        at = Append(at + count, "\r\n\r\n"u8);
        return Append(at, body);
    }

    private int Append(int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_request.AsSpan(at));
        return at + bytes.Length;
    }
}
