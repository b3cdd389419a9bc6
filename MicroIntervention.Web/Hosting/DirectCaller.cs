using System.Net;

namespace MicroIntervention.Web.Hosting;

/// <summary>Who calls from this very machine, and not through something on it.</summary>
internal static class DirectCaller
{
    // Whatever a proxy, tunnel or load balancer may add. Their content is not believed, only that they are there.
    private static readonly string[] AddedOnTheWay =
    [
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Real-IP", "X-Client-IP",
        "X-Original-Host", "X-Original-For", "X-Cluster-Client-IP", "True-Client-IP", "CF-Connecting-IP", "Fastly-Client-IP", "Via",
    ];

    /// <summary>True for a loopback address and no header that a proxy adds. A proxy that adds none cannot be told apart: it must refuse such paths itself.</summary>
    public static bool IsOnThisMachine(this HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote))
        {
            return false;
        }

        foreach (var header in AddedOnTheWay)
        {
            if (context.Request.Headers.ContainsKey(header))
            {
                return false;
            }
        }

        return true;
    }
}
