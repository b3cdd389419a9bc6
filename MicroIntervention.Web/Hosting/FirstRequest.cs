using System.Net.Sockets;
using System.Text;

namespace MicroIntervention.Web.Hosting;

/// <summary>The server's first requests, made by itself: the way through sockets, routing and doors is then compiled when a customer comes.</summary>
internal static class FirstRequest
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>Asks for the health page and for a door's permission (neither writes or counts anything). Only over plain HTTP on this machine; a failure changes nothing.</summary>
    public static async Task MakeAsync(WebApplication app)
    {
        if (!Uri.TryCreate(StartMessage.Openable(app), UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp)
        {
            return;
        }

        using var patience = new CancellationTokenSource(Longest);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(url.Host, url.Port, patience.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"GET /healthz HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n" +
                    $"OPTIONS /v1/track HTTP/1.1\r\nHost: {url.Authority}\r\nOrigin: http://{url.Authority}\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n"),
                patience.Token);
            var answer = new byte[4096];
            while (await stream.ReadAsync(answer, patience.Token) > 0)
            {
            }
        }
        catch (Exception problem) when (problem is SocketException or IOException or OperationCanceledException)
        {
            // Nothing depends on it.
        }
    }
}
