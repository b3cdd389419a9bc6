using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MicroIntervention.Bench.Proofs;

/// <summary>Connections that hold on without sending what they should: silent ones, headers and bodies a byte a second.</summary>
internal sealed class SlowClients(int port)
{
    private static readonly byte[] Headers = Encoding.ASCII.GetBytes("POST /v1/track HTTP/1.1\r\nhost: x\r\nx-slow: ");
    private static readonly byte[] Body = Encoding.ASCII.GetBytes("POST /v1/track HTTP/1.1\r\nhost: x\r\ncontent-length: 4000\r\n\r\n{\"anonymousId\":");
    private int _opened;
    private int _cut;

    /// <summary>Connections made, those after a cut included.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>Connections that the server ended.</summary>
    public int Cut => Volatile.Read(ref _cut);

    /// <summary>Holds on to three times as many connections until told to stop.</summary>
    public Task RunAsync(int each, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, each).SelectMany(_ => new[] { HoldAsync([], stop), HoldAsync(Headers, stop), HoldAsync(Body, stop) }));

    private async Task HoldAsync(byte[] beginning, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port, stop);
                Interlocked.Increment(ref _opened);
                await socket.SendAsync(beginning, stop);
                var answer = ReadAsync(socket, stop);
                while (!answer.IsCompleted)
                {
                    await Task.WhenAny(answer, Task.Delay(1_000, stop));
                    stop.ThrowIfCancellationRequested();
                    if (beginning.Length > 0)
                    {
                        await socket.SendAsync("a"u8.ToArray(), stop);
                    }
                }

                Interlocked.Increment(ref _cut);
            }
            catch (SocketException)
            {
                Interlocked.Increment(ref _cut);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static async Task ReadAsync(Socket socket, CancellationToken stop)
    {
        var buffer = new byte[1_024];
        while (await socket.ReceiveAsync(buffer, stop) > 0)
        {
            // An answer before the end is welcome.
        }
    }
}
