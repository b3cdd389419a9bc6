using System.Buffers.Binary;
using System.Security.Cryptography;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Tests.Web.Storage.Log;

public sealed class VisitorCipherTests
{
    /// <summary>NIST SP 800-38A, F.5.5 CTR-AES256.Encrypt: its first counter block is f0f1…ff; the first block is checked through the block cipher itself.</summary>
    [Fact]
    public void Apply_NistKeyAndCounter_GivesThePublishedBlock()
    {
        var key = Convert.FromHexString("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        var counter = Convert.FromHexString("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        var data = Convert.FromHexString("6bc1bee22e409f96e93d7e117393172a");
        using var aes = Aes.Create();
        aes.Key = key;
        var stream = aes.EncryptEcb(counter, PaddingMode.None);
        for (var i = 0; i < data.Length; i++)
        {
            data[i] ^= stream[i];
        }

        Assert.Equal("601EC313775789A5B7A7F504BBF3D228", Convert.ToHexString(data));

        // Our counter block is (blob, count): the block with count 0 of blob 7, by the library.
        var own = new byte[16];
        VisitorCipher.Apply(key, 7, own);
        var block = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(block, 7);
        Assert.Equal(aes.EncryptEcb(block, PaddingMode.None), own);
    }

    [Fact]
    public void Apply_EveryLength_EqualsTheLibraryAndUndoesItself()
    {
        var random = new SeededRandom(5);
        for (var length = 0; length < 300; length++)
        {
            var key = new byte[32];
            var data = new byte[length];
            for (var i = 0; i < 32; i++)
            {
                key[i] = (byte)random.Next(256);
            }

            for (var i = 0; i < length; i++)
            {
                data[i] = (byte)random.Next(256);
            }

            var blob = (long)random.NextUInt64();
            var mine = data.ToArray();
            var library = data.ToArray();
            VisitorCipher.Apply(key, blob, mine);
            VisitorCipher.ApplyLibrary(key, blob, library);
            Assert.Equal(library, mine);
            VisitorCipher.Apply(key, blob, mine);
            Assert.Equal(data, mine);
        }
    }
}
