using System.Buffers.Binary;
using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Ingest;

/// <summary>Each browser source's identity secret: with it the customer's own server proves whose a browser is (<c>userHash</c>).</summary>
/// <remarks>Derived from the master key and the source's number, so it is stored nowhere; it ends with the source. Thread-safe.</remarks>
public sealed class IdentitySecrets(Installation installation)
{
    /// <summary>Text to hand to the site's server: <c>mi_u_</c> and 64 hexadecimal digits.</summary>
    public string Of(SourceId source)
    {
        Span<byte> salt = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(salt, source.Value);
        return "mi_u_" + Convert.ToHexStringLower(installation.Derive("identity of source", salt));
    }

    internal byte[] BytesOf(SourceId source) => Encoding.UTF8.GetBytes(Of(source));
}
