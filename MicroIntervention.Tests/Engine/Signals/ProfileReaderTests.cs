using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

[Proves("R-06")]
public sealed class ProfileReaderTests
{
    [Theory]
    [InlineData(SignalFlags.Verified, "PreferredName Anna, Tier gold, Locale de-DE, Zone Europe/Berlin")]
    [InlineData(SignalFlags.SignedUser, "PreferredName Anna, Locale de-DE, Zone Europe/Berlin")]
    [InlineData(SignalFlags.None, "")]
    public void Read_Identify_SaysWhatItsSourceMaySay(SignalFlags flags, string expected)
    {
        var facts = Read(SignalKind.Identify, flags, """{"traits":{"firstName":"Anna","tier":"gold","locale":"de-DE"},"context":{"timezone":"Europe/Berlin"}}""");

        Assert.Equal(expected, facts);
    }

    [Theory]
    [InlineData("""{"event":"Order Completed","properties":{"products":[{"name":"Espresso machine"},{"name":"Beans"}],"total":249.9,"currency":"EUR"}}""", "Purchase Espresso machine (249.9 EUR)")]
    [InlineData("""{"event":"Order Completed","properties":{"name":"Beans","amount":12}}""", "Purchase Beans (12)")]
    [InlineData("""{"event":"Order Completed","properties":{"products":[{}]}}""", "")]
    [InlineData("""{"event":"Order Completed","properties":{"products":"x"}}""", "")]
    [InlineData("""{"event":"Something","properties":{"name":"Order Completed"}}""", "")]
    [InlineData("""{"event":"Order Completed","properties":""", "")]
    public void Read_OrderOfAServer_IsAPurchase(string raw, string expected)
    {
        Assert.Equal(expected, Read(SignalKind.Track, SignalFlags.Verified, raw));
        Assert.Equal("", Read(SignalKind.Track, SignalFlags.SignedUser, raw));
        Assert.Equal("", Read(SignalKind.Track, SignalFlags.None, raw));
    }

    [Fact]
    public void Proof_UnderAnotherSecret_IsWorthNothing()
    {
        // HMAC-SHA256 of RFC 4231, test case 2: key "Jefe", data "what do ya want for nothing?".
        var secret = "Jefe"u8;
        const string user = "what do ya want for nothing?";
        Assert.Equal("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", UserProof.Make(secret, user));

        var event1 = Encoding.UTF8.GetBytes($$$"""{"userId":"x","traits":{"userHash":"{{{UserProof.Make(secret, user).ToUpperInvariant()}}}"}}""");
        var event2 = (byte[])event1.Clone();
        Assert.True(UserProof.TakeFrom(secret, event1, Encoding.UTF8.GetBytes(user)));
        Assert.False(UserProof.TakeFrom("Jeff"u8, event2, Encoding.UTF8.GetBytes(user)));
        Assert.Contains("\"userHash\":\"****", Encoding.UTF8.GetString(event1), StringComparison.Ordinal);
        Assert.Equal(event1, event2);
        Assert.False(UserProof.TakeFrom(secret, "{}"u8.ToArray(), Encoding.UTF8.GetBytes(user)));
    }

    private static string Read(SignalKind kind, SignalFlags flags, string raw)
    {
        var signal = new Signal { Kind = kind, Flags = flags, SourceTime = new Moment(5), Source = new SourceId(2) };
        return string.Join(", ", ProfileReader.Read(in signal, Encoding.UTF8.GetBytes(raw)).Select(f => $"{f.Field} {f.Value}" + (f.Note.Length > 0 ? $" ({f.Note})" : "")));
    }
}
