using System.Security.Cryptography;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>One random key of one visitor in one segment, as the writer holds it.</summary>
internal sealed class VisitorKey(VisitorId visitor, long id, byte[] key)
{
    public VisitorId Visitor { get; } = visitor;

    /// <summary>Row of the wrapped key in this segment.</summary>
    public long Id { get; } = id;

    public byte[] Key { get; } = key;

    /// <summary>Ready to use, or null when it had to make room (it is made again from <see cref="Key"/>).</summary>
    public AesGcm? Cipher { get; set; }
}
