using System.Buffers.Binary;
using System.Net;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Streams;

/// <summary>How often one address may say hello, and one visitor open streams and answer. Fixed memory.</summary>
internal sealed class StreamLimits(TimeProvider time)
{
    // A shop's office or a mobile network hides many browsers behind one address, each saying hello once an hour.
    private readonly BucketTable _hellos = new(8192, perSecond: 50, burst: 300, time);
    private readonly BucketTable _visitors = new(65_536, perSecond: 10, burst: 60, time);

    public bool TryHello(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        var length = 0;
        (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.TryWriteBytes(bytes, out length);
        // An IPv6 customer has a whole /64 to send from.
        return _hellos.TryTake(length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    public bool TryVisitor(VisitorId visitor) => _visitors.TryTake(visitor.Value.High);
}
