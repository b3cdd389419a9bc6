using System.Security.Cryptography;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Where the decoder gets visitors' keys from: a segment's own table, or a test's.</summary>
internal interface ISegmentKeys
{
    /// <summary>The cipher of a key, or null when it was destroyed.</summary>
    AesGcm? Find(long keyId);
}
