using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>An address that passed the checks which need no name resolution. What the name resolves to is checked again at every connect.</summary>
public sealed record WebhookTarget
{
    private const int MaxLength = 2048;

    private WebhookTarget(Uri address) => Address = address;

    public Uri Address { get; }

    public bool IsSecure => Address.Scheme == Uri.UriSchemeHttps;

    /// <summary>Reads an address as an admin typed it.</summary>
    /// <param name="allowLoopback">Only in bench and demo mode: http and loopback are then allowed, together.</param>
    /// <param name="fault">When false: a sentence for the admin.</param>
    public static bool TryCreate(string? text, bool allowLoopback, [NotNullWhen(true)] out WebhookTarget? target, [NotNullWhen(false)] out string? fault)
    {
        target = null;
        if (text is null || text.Length > MaxLength || !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Host.Length == 0)
        {
            fault = "Give the whole address, for example https://hooks.example.com/prompts, of at most 2,048 characters.";
            return false;
        }

        var literal = address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 ? IPAddress.Parse(address.IdnHost.Trim('[', ']')) : null;
        var isLoopback = literal is not null ? IPAddress.IsLoopback(literal) : address.IsLoopback;
        if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && isLoopback && allowLoopback))
        {
            fault = "The address must start with https://.";
            return false;
        }

        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0)
        {
            fault = "The address must hold no user name, password or # part; the receiver knows us by the signature.";
            return false;
        }

        if ((isLoopback && !allowLoopback) || (literal is not null && !OutboundAddress.IsAllowed(literal, allowLoopback)))
        {
            fault = "The address lies in a private or reserved network; webhooks go to public addresses only.";
            return false;
        }

        target = new WebhookTarget(address);
        fault = null;
        return true;
    }
}
