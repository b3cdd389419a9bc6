using System.Security.Cryptography;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Random bytes from the system in larger helpings: a call costs the same for 12 bytes as for 2,048.</summary>
internal sealed class RandomBytes
{
    private readonly byte[] _bytes = new byte[2048];
    private int _used = 2048;

    /// <summary>Copies fresh bytes out and forgets them.</summary>
    public void Fill(Span<byte> destination)
    {
        if (_bytes.Length - _used < destination.Length)
        {
            RandomNumberGenerator.Fill(_bytes);
            _used = 0;
        }

        var bytes = _bytes.AsSpan(_used, destination.Length);
        bytes.CopyTo(destination);
        bytes.Clear();
        _used += destination.Length;
    }
}
