using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Channels.Webhook;

namespace MicroIntervention.Tests.Web.Channels.Webhook;

/// <summary>Webhooks over HTTPS: the receiver must show a trusted certificate for its own name.</summary>
[Proves("R-41")]
public sealed class WebhookTlsTests : IDisposable
{
    private const string Host = "hooks.example.com";
    private readonly X509Certificate2 _certificate = SelfSigned(Host);

    [Fact]
    public async Task Send_CertificateNobodyTrusts_IsRefusedAndNothingIsSent()
    {
        await using var server = await HookServer.StartAsync(certificate: _certificate);

        Assert.NotEqual(DeliveryResult.Sent, Send(server, Host, validate: null));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Send_TrustedCertificate_Arrives()
    {
        await using var server = await HookServer.StartAsync(certificate: _certificate);

        Assert.Equal(DeliveryResult.Sent, Send(server, Host, Trusting));
        Assert.True(Assert.Single(server.Requests).Headers.ContainsKey("webhook-signature"));
    }

    [Fact]
    public async Task Send_TrustedCertificateOfAnotherName_IsRefused()
    {
        await using var server = await HookServer.StartAsync(certificate: _certificate);

        Assert.NotEqual(DeliveryResult.Sent, Send(server, "other.example.com", Trusting));
        Assert.Empty(server.Requests);
    }

    public void Dispose() => _certificate.Dispose();

    // As the system's store would if it held this root: the name is the library's own check.
    private bool Trusting(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors faults)
    {
        using var trusted = new X509Chain();
        trusted.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        trusted.ChainPolicy.CustomTrustStore.Add(_certificate);
        trusted.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return (faults & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None && trusted.Build(new X509Certificate2(shown!));
    }

    private static DeliveryResult Send(HookServer server, string host, RemoteCertificateValidationCallback? validate)
    {
        var wiring = new WebhookWiring { Resolve = _ => [IPAddress.Loopback], ValidateCertificate = validate };
        using var channel = new WebhookChannel(
            new WebhookOptions { AllowLoopback = true, PromptRetryDelay = TimeSpan.FromMilliseconds(20) }, TimeProvider.System, NullLogger<WebhookChannel>.Instance, null, wiring);
        Assert.True(WebhookTarget.TryCreate($"https://{host}:{server.Url.Port}/hook", allowLoopback: true, out var target, out var fault), fault);
        channel.Use([new WebhookEndpoint(1, "test", target, WebhookSecret.Create())]);
        var observer = new RecordingObserver();
        var now = Moment.From(TimeProvider.System.GetUtcNow());
        var id = new Hash128(7, 7);
        channel.Send(
            new DeliveryRequest(
                new DecisionId(id), new VisitorId(id), new SessionId(id), new ScenarioKey("checkout-failure"), ChannelKind.Webhook, DeliveryKind.Prompt,
                now, now + TimeSpan.FromSeconds(10), "{}"u8.ToArray(), new SendGate()),
            observer);
        observer.WaitFor(1);
        return observer.Results[0].Result;
    }

    private static X509Certificate2 SelfSigned(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        // Through PFX, or the server would find no private key.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
