using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MicroIntervention.Bench.Delivery;

/// <summary>A receiver in this process: one blocking thread a connection, answers 200 at once, notes when each body was complete.</summary>
/// <remarks>A body starts with the call's number as 8 hexadecimal digits after <c>{"n":"</c>.</remarks>
internal sealed class WebhookSink : IDisposable
{
    private static readonly byte[] Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly long[] _arrivedAt;
    private int _arrived;

    public WebhookSink(int calls)
    {
        _arrivedAt = new long[calls];
        _listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hook");

    public int Arrived => Volatile.Read(ref _arrived);

    /// <summary>When the call's body was complete, in Stopwatch ticks; 0 when it never came.</summary>
    public long ArrivedAt(int call) => _arrivedAt[call];

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = _listener.AcceptSocket();
                socket.NoDelay = true;
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // The sink was closed.
        }
        catch (ObjectDisposedException)
        {
            // As above.
        }
    }

    private void Serve(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var end = 0;
        try
        {
            while (socket.Receive(buffer, end, buffer.Length - end, SocketFlags.None) is var count and > 0)
            {
                end += count;
                while (Complete(buffer.AsSpan(0, end), out var head, out var length))
                {
                    var now = Stopwatch.GetTimestamp();
                    var call = int.Parse(Encoding.ASCII.GetString(buffer, head + 6, 8), System.Globalization.NumberStyles.HexNumber, null);
                    _arrivedAt[call] = now;
                    Interlocked.Increment(ref _arrived);
                    socket.Send(Ok);
                    buffer.AsSpan(head + length, end - head - length).CopyTo(buffer);
                    end -= head + length;
                }
            }
        }
        catch (SocketException)
        {
            // The sender went away.
        }
    }

    private static bool Complete(ReadOnlySpan<byte> bytes, out int head, out int length)
    {
        head = bytes.IndexOf("\r\n\r\n"u8) + 4;
        length = 0;
        if (head < 4)
        {
            return false;
        }

        var text = Encoding.ASCII.GetString(bytes[..head]);
        var at = text.IndexOf("content-length:", StringComparison.OrdinalIgnoreCase) + 15;
        length = int.Parse(text.AsSpan(at, text.IndexOf('\r', at) - at), System.Globalization.NumberStyles.AllowLeadingWhite, null);
        return bytes.Length >= head + length;
    }
}
