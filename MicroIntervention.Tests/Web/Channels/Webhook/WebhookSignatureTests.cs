using System.Text;
using System.Text.Json;
using MicroIntervention.Web.Channels.Webhook;

namespace MicroIntervention.Tests.Web.Channels.Webhook;

public sealed class WebhookSignatureTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const long Stamp = 1614265330;
    private static readonly byte[] Body = "{\"test\": 2432232314}"u8.ToArray();

    // Known answer of the Standard Webhooks libraries' own test suites; recomputed with openssl dgst -sha256 -mac HMAC.
    [Fact]
    public void Sign_KnownMessage_GivesThePublishedSignature() =>
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookSignature.Sign(Secret(Text), Id, Stamp, Body));

    [Theory]
    [InlineData(-300, WebhookVerdict.Valid)]
    [InlineData(300, WebhookVerdict.Valid)]
    [InlineData(301, WebhookVerdict.TooOld)]
    [InlineData(-301, WebhookVerdict.TooNew)]
    public void Verify_ClockApart_KeepsTheTolerance(int secondsLater, WebhookVerdict expected)
    {
        var secret = Secret(Text);
        Assert.Equal(expected, WebhookSignature.Verify(
            [secret], Id, "1614265330", WebhookSignature.Sign(secret, Id, Stamp, Body), Body, DateTimeOffset.FromUnixTimeSeconds(Stamp + secondsLater)));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("+1614265330")]
    [InlineData(" 1614265330")]
    [InlineData("1614265330.5")]
    [InlineData("99999999999999999999999")]
    public void Verify_TimestampIsNoPlainNumber_SaysSo(string stamp) =>
        Assert.Equal(WebhookVerdict.BadTimestamp, WebhookSignature.Verify([Secret(Text)], Id, stamp, "v1,AAAA", Body, DateTimeOffset.FromUnixTimeSeconds(Stamp)));

    [Theory]
    [InlineData(null, "1614265330", "v1,AAAA")]
    [InlineData(Id, null, "v1,AAAA")]
    [InlineData(Id, "1614265330", null)]
    [InlineData("", "1614265330", "v1,AAAA")]
    public void Verify_HeaderAbsent_SaysSo(string? id, string? stamp, string? signature) =>
        Assert.Equal(WebhookVerdict.MissingHeader, WebhookSignature.Verify([Secret(Text)], id, stamp, signature, Body, DateTimeOffset.FromUnixTimeSeconds(Stamp)));

    [Fact]
    public void Verify_OneOfTwoSecrets_Suffices()
    {
        var old = Secret(Text);
        var signature = WebhookSignature.Sign(old, Id, Stamp, Body);
        Assert.Equal(WebhookVerdict.Valid, WebhookSignature.Verify(
            [WebhookSecret.Create(), old], Id, "1614265330", signature, Body, DateTimeOffset.FromUnixTimeSeconds(Stamp)));
    }

    [Fact]
    public void Verify_AnyByteChanged_Fails()
    {
        var secret = WebhookSecret.Create();
        var signature = WebhookSignature.Sign(secret, Id, Stamp, Body);
        var now = DateTimeOffset.FromUnixTimeSeconds(Stamp);
        for (var i = 0; i < Body.Length; i++)
        {
            var changed = (byte[])Body.Clone();
            changed[i] ^= 1;
            Assert.Equal(WebhookVerdict.NoMatchingSignature, WebhookSignature.Verify([secret], Id, "1614265330", signature, changed, now));
        }

        Assert.Equal(WebhookVerdict.NoMatchingSignature, WebhookSignature.Verify([secret], Id + "x", "1614265330", signature, Body, now));
        Assert.Equal(WebhookVerdict.NoMatchingSignature, WebhookSignature.Verify([secret], Id, "1614265331", signature, Body, now));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_not base64 at all, and long enough to be one")]
    public void TryParse_NoSecret_IsRefused(string? text) => Assert.False(WebhookSecret.TryParse(text, out _));

    [Fact]
    public void Create_RevealedAndRead_IsTheSame()
    {
        var secret = WebhookSecret.Create();
        Assert.Equal(secret, Secret(secret.Reveal()));
        Assert.DoesNotContain(secret.Reveal()[6..], secret.ToString(), StringComparison.Ordinal);
    }

    [SharedFact]
    public void SharedVectors_EveryCase_GivesItsVerdict()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("contracts", "standard-webhooks", "test-vectors.json")));
        var cases = 0;
        foreach (var vector in file.RootElement.GetProperty("vectors").EnumerateArray())
        {
            var name = Read(vector, "name")!;
            var isMissing = name.StartsWith("missing ", StringComparison.Ordinal) ? name["missing ".Length..] : null;
            var stamp = Read(vector, "timestamp") ?? "1614265330";
            var signature = Read(vector, "signature") ?? "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
            var body = Encoding.UTF8.GetBytes(Read(vector, "payload") ?? "{\"test\": 2432232314}");
            var secret = Secret(Read(vector, "secret") ?? Text);
            var now = DateTimeOffset.FromUnixTimeSeconds(vector.TryGetProperty("now", out var at) ? at.GetInt64() : Stamp);
            var verdict = WebhookSignature.Verify(
                [secret],
                isMissing == "webhook-id" ? null : Read(vector, "id") ?? Id,
                isMissing == "webhook-timestamp" ? null : stamp,
                signature,
                body,
                now);
            var isValid = !vector.TryGetProperty("valid", out var valid) || valid.GetBoolean();
            Assert.True(isValid == (verdict == WebhookVerdict.Valid), $"{name}: {verdict}");
            if (vector.TryGetProperty("recomputed_matches", out _))
            {
                Assert.Equal(signature, WebhookSignature.Sign(secret, Id, Stamp, body));
            }

            cases++;
        }

        Assert.Equal(11, cases);
    }

    private static string? Read(JsonElement vector, string name) =>
        vector.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static WebhookSecret Secret(string text) =>
        WebhookSecret.TryParse(text, out var secret) ? secret : throw new ArgumentException("not a secret", nameof(text));
}
