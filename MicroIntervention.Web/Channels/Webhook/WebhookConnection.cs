using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>One kept HTTP/1.1 connection to an allowed address, used by one sender thread with blocking calls.</summary>
/// <remarks>
/// Blocking on purpose: a read that waits in the kernel wakes its own thread, without a detour over the thread pool.
/// The one thing another thread may do is <see cref="AbortIfOverdue"/>, which bounds connecting, handshake, writing and reading together.
/// </remarks>
internal sealed class WebhookConnection(WebhookTarget target, HostResolver resolve, bool allowLoopback, RemoteCertificateValidationCallback? validate) : IDisposable
{
    // Long enough to spare handshakes, short enough to follow a receiver that moves.
    private const long MaxAgeMs = 5 * 60_000;

    private readonly HttpResponseReader _reader = new();
    private Socket? _socket;
    private Stream? _stream;
    private long _openedAtMs;
    private long _deadlineMs;

    /// <summary>True when the connection has carried a request before, so that a failure may only mean that the receiver has closed it meanwhile.</summary>
    public bool IsReused { get; private set; }

    public HttpResponseReader Response => _reader;

    /// <summary>True when the deadline passed and the connection was cut.</summary>
    public bool IsOverdue => Volatile.Read(ref _deadlineMs) < 0;

    /// <summary>Starts the clock of one attempt.</summary>
    /// <param name="deadlineMs">On <see cref="Environment.TickCount64"/>; above 0.</param>
    public void Arm(long deadlineMs) => Volatile.Write(ref _deadlineMs, deadlineMs);

    public void Disarm() => Volatile.Write(ref _deadlineMs, 0);

    /// <summary>Any thread: cuts the connection when the attempt's deadline has passed.</summary>
    public void AbortIfOverdue(long nowMs)
    {
        var deadline = Volatile.Read(ref _deadlineMs);
        // The exchange fails when the attempt ended in between: then there is nothing to cut.
        if (deadline > 0 && nowMs >= deadline && Interlocked.CompareExchange(ref _deadlineMs, -1, deadline) == deadline)
        {
            Volatile.Read(ref _socket)?.Dispose();
        }
    }

    /// <summary>Makes sure of a connection: the kept one when it still lives, else a new one to an address checked after resolution.</summary>
    /// <returns>False when the name resolves to an address that is not allowed; nothing was dialled then.</returns>
    /// <exception cref="SocketException">The name is unknown or nobody answers.</exception>
    /// <exception cref="IOException">The handshake failed.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The receiver's certificate is not trusted.</exception>
    public bool Open(long nowMs)
    {
        if (_socket is { } kept)
        {
            // Readable while nobody asked anything: closed by the receiver, or garbage.
            if (nowMs - _openedAtMs < MaxAgeMs && !kept.Poll(0, SelectMode.SelectRead))
            {
                return true;
            }

            Close();
        }

        var addresses = resolve(target.Address.IdnHost.Trim('[', ']'));
        foreach (var address in addresses)
        {
            // One forbidden address among allowed ones is an attack, not a mistake: the whole name is refused.
            if (!OutboundAddress.IsAllowed(address, allowLoopback))
            {
                return false;
            }
        }

        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        Dial(addresses);
        _reader.Reset();
        _openedAtMs = nowMs;
        IsReused = false;
        return true;
    }

    /// <exception cref="IOException">The connection broke.</exception>
    public void Write(ReadOnlySpan<byte> request) => (_stream ?? throw new IOException("not open")).Write(request);

    /// <exception cref="IOException">The connection broke, or what came is not HTTP.</exception>
    public void Read()
    {
        _reader.Read(_stream ?? throw new IOException("not open"));
        IsReused = true;
        if (!_reader.CanReuse)
        {
            Close();
        }
    }

    public void Close()
    {
        _stream?.Dispose();
        _socket?.Dispose();
        _stream = null;
        _socket = null;
        IsReused = false;
    }

    public void Dispose() => Close();

    private void Dial(IPAddress[] addresses)
    {
        for (var i = 0; ; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            Volatile.Write(ref _socket, socket);
            try
            {
                if (IsOverdue)
                {
                    throw new SocketException((int)SocketError.TimedOut);
                }

                // The checked address itself, not the name: a second resolution could answer differently.
                socket.Connect(addresses[i], target.Address.Port);
                break;
            }
            catch (SocketException) when (i + 1 < addresses.Length && !IsOverdue)
            {
                socket.Dispose();
            }
        }

        Stream stream = new NetworkStream(_socket!, ownsSocket: true);
        if (target.IsSecure)
        {
            var secure = new SslStream(stream, leaveInnerStreamOpen: false, validate);
            stream = secure;
            secure.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = target.Address.IdnHost });
        }

        _stream = stream;
    }
}
