using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>Which addresses the server may connect out to on somebody's behalf. Asked after name resolution, about the address that is then dialled.</summary>
/// <remarks>
/// Source: IANA special-purpose address registries for IPv4 and IPv6. An IPv6 address that carries an IPv4 one (mapped, compatible, NAT64, 6to4)
/// is judged by the one it carries where that is a plain translation, and refused where it is a tunnel.
/// </remarks>
public static class OutboundAddress
{
    /// <summary>True for a public unicast address; loopback only when asked for.</summary>
    public static bool IsAllowed(IPAddress address, bool allowLoopback)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var count);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return IsAllowedV4(BinaryPrimitives.ReadUInt32BigEndian(bytes), allowLoopback);
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6 || count != 16)
        {
            return false;
        }

        var high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var low = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        if (high == 0)
        {
            return (low >> 32) switch
            {
                0xffff => IsAllowedV4((uint)low, allowLoopback), // ::ffff:a.b.c.d
                0 when low == 1 => allowLoopback,
                _ => false, // ::, IPv4-compatible, and the rest of the reserved block
            };
        }

        // NAT64's well-known prefix: the translator dials the IPv4 address inside. Loopback never makes sense through it.
        if (high == 0x0064_ff9b_0000_0000 && low >> 32 == 0)
        {
            return IsAllowedV4((uint)low, allowLoopback: false);
        }

        // Only 2000::/3 is global unicast; that already refuses fc00::/7, fe80::/10, fec0::/10, ff00::/8, 100::/64, 64:ff9b:1::/48, 5f00::/16.
        return high >> 61 == 0b001 &&
            high >> 41 != 0x2001_0000_0000_0000UL >> 41 && // 2001::/23 protocol assignments: Teredo, ORCHID, benchmarking
            high >> 32 != 0x2001_0db8 &&                    // documentation
            high >> 48 != 0x2002 &&                         // 6to4
            high >> 44 != 0x3fff_0;                         // documentation
    }

    private static bool IsAllowedV4(uint address, bool allowLoopback)
    {
        if (In(address, 127, 0, 0, 0, 8))
        {
            return allowLoopback;
        }

        return !(In(address, 0, 0, 0, 0, 8) ||       // this network
            In(address, 10, 0, 0, 0, 8) ||            // private
            In(address, 100, 64, 0, 0, 10) ||         // shared (carrier NAT; one cloud's metadata)
            In(address, 169, 254, 0, 0, 16) ||        // link-local, metadata services
            In(address, 172, 16, 0, 0, 12) ||         // private
            In(address, 192, 0, 0, 0, 24) ||          // protocol assignments
            In(address, 192, 0, 2, 0, 24) ||          // documentation
            In(address, 192, 88, 99, 0, 24) ||        // 6to4 relay
            In(address, 192, 168, 0, 0, 16) ||        // private
            In(address, 198, 18, 0, 0, 15) ||         // benchmarking
            In(address, 198, 51, 100, 0, 24) ||       // documentation
            In(address, 203, 0, 113, 0, 24) ||        // documentation
            In(address, 168, 63, 129, 16, 32) ||      // a cloud's host agent on a public number
            In(address, 224, 0, 0, 0, 3));            // multicast, reserved, broadcast
    }

    private static bool In(uint address, byte a, byte b, byte c, byte d, int prefixBits)
    {
        var network = ((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d;
        return (address ^ network) >> (32 - prefixBits) == 0;
    }
}
