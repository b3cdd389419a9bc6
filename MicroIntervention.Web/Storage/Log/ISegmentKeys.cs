using System.Security.Cryptography;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Where the decoder gets keys from.</summary>
internal interface ISegmentKeys
{
    /// <summary>A visitor's key, or null when it was destroyed.</summary>
    byte[]? Find(long keyId);

    /// <summary>The cipher around whole blobs, or null when its key is missing (a backup restored without its keys).</summary>
    AesGcm? FindBlobCipher(long keyId);
}
