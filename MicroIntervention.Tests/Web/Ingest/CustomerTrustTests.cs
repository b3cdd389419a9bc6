using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Ingest;
using MicroIntervention.Web.Operations;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Tests.Web.Ingest;

/// <summary>Whose a browser is, over HTTP on the whole program, each browser with its own token and stream: proved by the customer's server, or not at all.</summary>
[Proves("R-06")]
public sealed class CustomerTrustTests : IAsyncLifetime
{
    private readonly List<Browser> _browsers = [];
    private ConsoleServer _server = null!;
    private HttpClient _shop = null!;
    private string _key = "";
    private string _secret = "";
    private int _message;

    public async Task InitializeAsync()
    {
        _server = await ConsoleServer.StartAsync(configure: services => services.AddSingleton(provider => new EngineOptions
        {
            // A machine that is busy with other tests may be slow; lateness is another test's matter.
            Partitions = provider.GetRequiredService<Installation>().Partitions, Shards = 2, PromptBudget = TimeSpan.FromSeconds(60),
        }));
        var made = await Sources.CreateAsync(new NewSource("page", SourceKind.Browser, []));
        _key = made.Key;
        _secret = _server.Services.GetRequiredService<IdentitySecrets>().Of(new SourceId(made.Source.Number));
        _shop = _server.NewClient((await Sources.CreateAsync(new NewSource("shop", SourceKind.Server, []))).Key);
    }

    public async Task DisposeAsync()
    {
        _browsers.ForEach(browser => browser.Dispose());
        _shop.Dispose();
        await _server.DisposeAsync();
    }

    private SourceStore Sources => _server.Services.GetRequiredService<SourceStore>();

    private EngineHost Engine => _server.Services.GetRequiredService<EngineHost>();

    [Theory]
    [InlineData("")]
    [InlineData("\"userHash\":\"0000000000000000000000000000000000000000000000000000000000000000\",")]
    [InlineData("\"userHash\":\"short\",")]
    public async Task Claim_OfAnothersId_SeesNothingSpendsNothingChangesNothing(string proof)
    {
        var (anna, mallory) = (await OpenAsync("anna-phone"), await OpenAsync("mallory"));
        await SignAsync(anna, "u-1");
        await ShopAsync("/v1/identify", """{"userId":"u-1","messageId":"p-1","traits":{"firstName":"Anna","tier":"gold"}}""");

        await PageAsync("/v1/identify", $$$"""{"anonymousId":"mallory","userId":"u-1","messageId":"claim","traits":{{{{proof}}}"tier":"gold"}}""");
        await FailAsync("mallory");
        var said = await mallory.PromptAsync();
        Assert.DoesNotContain("Anna", said.Text, StringComparison.Ordinal);
        await mallory.AnswerAsync(said.Id, "dismissed");

        // Her cap, cool-down and "no" are hers: the prompt comes, by her name, and a refusal of it by somebody else's token counts for nobody.
        await FailAsync("anna-phone");
        var hers = await anna.PromptAsync();
        Assert.Contains("Anna", hers.Text, StringComparison.Ordinal);
        await mallory.AnswerAsync(hers.Id, "dismissed");
        var laptop = await OpenAsync("anna-laptop");
        await SignAsync(laptop, "u-1");
        await FailAsync("anna-laptop");
        Assert.Equal(DecisionReason.CoolDown, ReasonFor("anna-laptop"));
    }

    [Fact]
    public async Task Signed_TwoBrowsers_ShareCapsAndAreGreetedByName_AndApartAgainAfterUnmerge()
    {
        var (phone, laptop) = (await OpenAsync("phone"), await OpenAsync("laptop"));
        await SignAsync(phone, "u-2");
        await SignAsync(laptop, "u-2");
        await ShopAsync("/v1/identify", """{"userId":"u-2","messageId":"p-2","traits":{"firstName":"Berta"}}""");
        await FailAsync("phone");
        Assert.Contains("Berta", (await phone.PromptAsync()).Text, StringComparison.Ordinal);
        await FailAsync("laptop");
        Assert.Equal(DecisionReason.CoolDown, ReasonFor("laptop"));

        var desk = _server.Services.GetRequiredService<CustomerDesk>();
        await desk.UnmergeAsync(VisitorOf("laptop"), desk.Of("u-2"), "ada");
        Settle();
        await FailAsync("laptop");
        Assert.DoesNotContain("Berta", (await laptop.PromptAsync()).Text, StringComparison.Ordinal);
        var audit = await _server.Services.GetRequiredService<AuditLog>().NewestAsync(5);
        Assert.Contains(audit, entry => entry.Who == "ada" && entry.Action == "customers.merge");
    }

    [Fact]
    public async Task ServerEvent_OfTheCustomer_ComesOnTheCustomersStream()
    {
        var phone = await OpenAsync("phone");
        await SignAsync(phone, "u-3");
        for (var i = 0; i < 2; i++)
        {
            await ShopAsync("/v1/track", $$"""{"event":"Payment Declined","userId":"u-3","messageId":"s-{{i}}"}""");
        }

        Assert.Contains("payment", (await phone.PromptAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signed_TierFromTheBrowser_IsNotBelieved_AndTheProofStaysOutOfTheLog()
    {
        await OpenAsync("phone");
        await PageAsync("/v1/identify", $$$"""{"anonymousId":"phone","userId":"u-4","messageId":"id","traits":{"userHash":"{{{UserProof.Make(Encoding.UTF8.GetBytes(_secret), "u-4")}}}","firstName":"Cleo","tier":"platinum"}}""");
        Settle();
        var reader = new Everything();
        _server.Services.GetRequiredService<SignalLog>().Read(new long[Engine.Options.Partitions], reader, CancellationToken.None);

        var told = reader.Messages.FindAll(m => m.Kind == CustomerMessageKind.Profile);
        Assert.Contains(told, m => m.Facts.Any(f => f is { Field: ProfileField.PreferredName, Value: "Cleo", Origin: ProfileOrigin.SignedBrowser }));
        Assert.DoesNotContain(told, m => m.Facts.Any(f => f.Field == ProfileField.Tier));
        Assert.Contains(reader.Signals, text => text.Contains("\"userHash\":\"****", StringComparison.Ordinal));
        Assert.DoesNotContain(reader.Signals, text => text.Contains(UserProof.Make(Encoding.UTF8.GetBytes(_secret), "u-4"), StringComparison.Ordinal));
    }

    private VisitorId VisitorOf(string name) => new(_server.Services.GetRequiredService<KeyedHash>().Of(HashDomain.Visitor, "a:" + name));

    private DecisionReason? ReasonFor(string visitor) =>
        _server.Services.GetRequiredService<LiveFeed>().Latest(50).Where(i => i.Decision.Facts.Visitor == VisitorOf(visitor)).Select(i => (DecisionReason?)i.Decision.Reason).FirstOrDefault();

    private void Settle() => Assert.True(SpinWait.SpinUntil(() => Engine.MessagesUnderWay == 0, TimeSpan.FromSeconds(30)));

    private Task SignAsync(Browser browser, string user) => PageAsync(
        "/v1/identify",
        $$$"""{"anonymousId":"{{{browser.Name}}}","userId":"{{{user}}}","messageId":"id-{{{++_message}}}","traits":{"userHash":"{{{UserProof.Make(Encoding.UTF8.GetBytes(_secret), user)}}}"}}""");

    private async Task FailAsync(string visitor)
    {
        for (var i = 0; i < 2; i++)
        {
            await PageAsync("/v1/track", $$"""{"anonymousId":"{{visitor}}","event":"Payment Declined","messageId":"f-{{++_message}}"}""");
        }
    }

    private async Task PageAsync(string path, string json)
    {
        using var client = _server.NewClient(_key);
        await PostAsync(client, path, json);
    }

    private Task ShopAsync(string path, string json) => PostAsync(_shop, path, json);

    private async Task PostAsync(HttpClient client, string path, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Settle();
    }

    private async Task<Browser> OpenAsync(string name)
    {
        var browser = new Browser(_server.NewClient(), name);
        _browsers.Add(browser);
        await browser.OpenAsync(_key);
        return browser;
    }

    /// <summary>A browser's own token and open stream.</summary>
    private sealed class Browser(HttpClient client, string name) : IDisposable
    {
        private string _token = "";
        private HttpResponseMessage? _answer;
        private StreamReader? _stream;

        public string Name => name;

        public async Task OpenAsync(string key)
        {
            var secret = System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            using var hello = new StringContent(JsonSerializer.Serialize(new { writeKey = key, anonymousId = name, secret }));
            using var answer = await client.PostAsync(new Uri("/v1/hello", UriKind.Relative), hello);
            using var read = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            _token = read.RootElement.GetProperty("token").GetString()!;
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/stream");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
            _answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, _answer.StatusCode);
            _stream = new StreamReader(await _answer.Content.ReadAsStreamAsync());
        }

        /// <summary>The next prompt on its stream.</summary>
        public async Task<(string Id, string Text)> PromptAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var isPrompt = false;
            while (await _stream!.ReadLineAsync(patience.Token) is { } line)
            {
                isPrompt = line.StartsWith("event:", StringComparison.Ordinal) ? line.EndsWith("prompt", StringComparison.Ordinal) : isPrompt;
                if (isPrompt && line.StartsWith("data:", StringComparison.Ordinal))
                {
                    using var prompt = JsonDocument.Parse(line[5..]);
                    return (prompt.RootElement.GetProperty("decisionId").GetString()!, line);
                }
            }

            throw new InvalidOperationException("The stream ended without a prompt.");
        }

        public async Task AnswerAsync(string decision, string kind)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/feedback") { Content = new StringContent(JsonSerializer.Serialize(new { decisionId = decision, kind })) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        public void Dispose()
        {
            _stream?.Dispose();
            _answer?.Dispose();
            client.Dispose();
        }
    }

    private sealed class Everything : ILogReader
    {
        public List<CustomerMessage> Messages { get; } = [];

        public List<string> Signals { get; } = [];

        public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            if (header.Kind == RecordKind.Internal)
            {
                Messages.Add(CustomerMessageCodec.Read(payload));
            }
            else if (header.Kind == RecordKind.Signal)
            {
                Signals.Add(Encoding.UTF8.GetString(payload));
            }
        }
    }
}
