using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Streams;

/// <summary>Issues and reads the tokens that open a visitor's stream: authenticated ciphertext under the installation's key ring, nothing stored.</summary>
/// <remarks>Thread-safe. The expiry lies inside the token and is checked against the given clock.</remarks>
internal sealed class StreamTokens(IDataProtectionProvider protection, TimeProvider time, StreamOptions options)
{
    // version, workspace, visitor, source, expiry
    private const int Size = 1 + 1 + Hash128.Size + 2 + 8;
    private const byte Version = 1;

    // A protected token is about 180 characters; anything much longer is not ours.
    private const int MaxLength = 512;

    private readonly IDataProtector _protector = protection.CreateProtector("MicroIntervention.Stream.Token.v1");

    public string Issue(VisitorId visitor, SourceId source)
    {
        var plain = new byte[Size];
        plain[0] = Version;
        plain[1] = StreamToken.LiveWorkspace;
        visitor.Value.Write(plain.AsSpan(2));
        BinaryPrimitives.WriteUInt16LittleEndian(plain.AsSpan(2 + Hash128.Size), source.Value);
        BinaryPrimitives.WriteInt64LittleEndian(plain.AsSpan(4 + Hash128.Size), (Moment.From(time.GetUtcNow()) + options.TokenLife).Milliseconds);
        return Base64Url.EncodeToString(_protector.Protect(plain));
    }

    /// <summary>Reads an Authorization header; false for anything but a genuine token in its time and workspace.</summary>
    public bool TryRead(string? authorization, out StreamToken token)
    {
        token = default;
        const string scheme = "Bearer ";
        if (authorization is null || authorization.Length > MaxLength || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        byte[] plain;
        try
        {
            plain = _protector.Unprotect(Base64Url.DecodeFromChars(authorization.AsSpan(scheme.Length).Trim()));
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException)
        {
            return false;
        }

        if (plain.Length != Size || plain[0] != Version)
        {
            return false;
        }

        token = new StreamToken(
            plain[1],
            new VisitorId(Hash128.Read(plain.AsSpan(2))),
            new SourceId(BinaryPrimitives.ReadUInt16LittleEndian(plain.AsSpan(2 + Hash128.Size))),
            new Moment(BinaryPrimitives.ReadInt64LittleEndian(plain.AsSpan(4 + Hash128.Size))));
        return token.Workspace == StreamToken.LiveWorkspace && Moment.From(time.GetUtcNow()) < token.ExpiresAt;
    }
}
