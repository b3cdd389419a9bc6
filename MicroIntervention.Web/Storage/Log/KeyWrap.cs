using System.Security.Cryptography;
using System.Text;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Wraps short secrets under a key derived from the master key for one purpose and one salt (AES-256-GCM, random nonce).</summary>
/// <remarks>
/// A wrapped secret is nonce (12) ‖ ciphertext ‖ tag (16). Each segment has its own derived key, so the number of random nonces under one key stays
/// in the millions. Not thread-safe.
/// </remarks>
internal sealed class KeyWrap : IDisposable
{
    public const int NonceSize = 12;
    public const int TagSize = 16;
    public const int Overhead = NonceSize + TagSize;

    private readonly AesGcm _cipher;

    public KeyWrap(ReadOnlySpan<byte> masterKey, string purpose, ReadOnlySpan<byte> salt)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, masterKey, key, salt, Encoding.UTF8.GetBytes("microintervention " + purpose));
        _cipher = new AesGcm(key, TagSize);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <param name="nonce">12 random bytes, never used before.</param>
    /// <param name="secret">What to wrap.</param>
    /// <param name="wrapped"><see cref="Overhead"/> bytes longer than the secret.</param>
    public void Wrap(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> secret, Span<byte> wrapped)
    {
        nonce.CopyTo(wrapped);
        _cipher.Encrypt(nonce, secret, wrapped.Slice(NonceSize, secret.Length), wrapped[(NonceSize + secret.Length)..]);
    }

    public byte[] Wrap(ReadOnlySpan<byte> secret)
    {
        var wrapped = new byte[secret.Length + Overhead];
        Span<byte> nonce = stackalloc byte[NonceSize];
        RandomNumberGenerator.Fill(nonce);
        Wrap(nonce, secret, wrapped);
        return wrapped;
    }

    /// <summary>False when it was wrapped under another key or changed.</summary>
    public bool TryUnwrap(ReadOnlySpan<byte> wrapped, Span<byte> secret)
    {
        if (wrapped.Length != secret.Length + Overhead)
        {
            return false;
        }

        try
        {
            _cipher.Decrypt(wrapped[..NonceSize], wrapped.Slice(NonceSize, secret.Length), wrapped[(NonceSize + secret.Length)..], secret);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _cipher.Dispose();
}
