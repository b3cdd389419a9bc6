using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Web.Channels.Webhook;
using MicroIntervention.Tests.Web.Storage.Backup;
using MicroIntervention.Web.Channels.Webhook;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Ingest;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Tests.Web.Privacy;

/// <summary>What waits in the server's memory while a visitor is erased: bundles under retry, refused events not yet written.</summary>
[Proves("R-71")]
public sealed class EraseWaitingTests
{
    private const string Secret = "Annabellissima";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Erase_BundleUnderRetry_IsNeverDeliveredAndARestartMakesItNoMore()
    {
        using var temp = new TempFolder();
        await using var desk = await HookServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        DecisionId about;
        await using (var server = await ConsoleServer.StartAsync(demo: true, dataDirectory: temp.At("data")))
        {
            Assert.Null((await server.Services.GetRequiredService<WebhookStore>().AllowAsync("desk", desk.Url.ToString(), null)).Fault);
            about = await AskForAPersonAsync(server);
            Assert.True(SpinWait.SpinUntil(() => desk.Requests.Any(IsBundle), Patience), "no bundle came");
            Assert.Contains(Secret, Encoding.UTF8.GetString(desk.Requests.First(IsBundle).Body), StringComparison.Ordinal);

            Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("erase", "--anonymous", "anna", "--data", temp.At("data"))).Code);

            var channel = server.Services.GetRequiredService<WebhookChannel>();
            Assert.True(SpinWait.SpinUntil(() => channel.Status.All(status => status.InHand == 0), Patience), "something is still in hand");
        }

        var sent = desk.Requests.Count;
        await using (var server = await ConsoleServer.StartAsync(demo: true, dataDirectory: temp.At("data")))
        {
            // The next life looks for what it still owes, and notes that there is nothing left to deliver.
            var log = new NoteLog(server.Services.GetRequiredService<Installation>());
            Assert.True(
                SpinWait.SpinUntil(() => log.Handoffs(new Moment(0), 100).Exists(n => n.Decision == about && n.Kind == DeliveryNoteKind.HandoffVoid), Patience),
                "the next life did not find that there is nothing to deliver");
        }

        Assert.Equal(sent, desk.Requests.Count);
        Assert.False(BackupStage.AnyFileHolds(temp.At("data"), Secret));
    }

    [Fact]
    public async Task Erase_RefusedEventsNotYetWritten_AreNotWrittenAfterwards()
    {
        using var temp = new TempFolder();
        await using (var server = await ConsoleServer.StartAsync(dataDirectory: temp.At("data")))
        {
            var key = (await server.Services.GetRequiredService<SourceStore>().CreateAsync(new NewSource("shop", SourceKind.Server, []))).Key;
            using var client = server.NewClient(key);
            Task<(int Code, string Output, string Error)> erasing;
            using (var blocker = new SqliteConnection($"Data Source={Path.Combine(temp.At("data"), "console.db")}"))
            {
                // The first is taken off the queue and cannot be written, the others wait behind it.
                blocker.Open();
                using var transaction = blocker.BeginTransaction(deferred: false);
                for (var i = 0; i < 5; i++)
                {
                    await RefuseAsync(client, $$"""{"anonymousId":"anna","event":{{i}},"x":"{{Secret}}"}""");
                }

                erasing = Task.Run(() => CommandLine.RunAsync("erase", "--anonymous", "anna", "--data", temp.At("data")));
                await Task.WhenAny(erasing, Task.Delay(100));
                transaction.Rollback();
            }

            Assert.Equal(ExitCode.Done, (await erasing).Code);

            // First in, first out: when this one is there, nothing refused before it is still to come.
            await RefuseAsync(client, """{"anonymousId":"bert","event":5,"x":"afterwards"}""");
            Assert.Equal(["afterwards"], await WaitForPayloadsAsync(server, "afterwards"));
        }

        Assert.False(BackupStage.AnyFileHolds(temp.At("data"), Secret));
    }

    [Fact]
    public async Task Forget_BeforeTheWriterRuns_KeepsWhatIsRefusedLater()
    {
        await using var server = await ConsoleServer.StartAsync();
        using var rejected = ActivatorUtilities.CreateInstance<RejectedSignals>(server.Services);
        var created = await server.Services.GetRequiredService<SourceStore>().CreateAsync(new NewSource("shop", SourceKind.Server, []));
        Assert.True(server.Services.GetRequiredService<IWriteKeys>().TryFind(Encoding.UTF8.GetBytes(created.Key), out var door));
        var now = Moment.From(DateTimeOffset.UtcNow); // Refused events of more than a week ago are cleared away.
        rejected.Add(door, now, new SignalRejection(), Encoding.UTF8.GetBytes(Secret));

        await rejected.ForgetAsync(new HashSet<VisitorId>(), CancellationToken.None);
        await rejected.StartAsync(CancellationToken.None);
        rejected.Add(door, now, new SignalRejection(), "afterwards"u8);

        Assert.Equal(["afterwards"], await WaitForPayloadsAsync(server, "afterwards"));
        await rejected.StopAsync(CancellationToken.None);
    }

    private static bool IsBundle(HookServer.Received request) => request.Headers["webhook-id"].EndsWith("-handoff", StringComparison.Ordinal);

    private static async Task RefuseAsync(HttpClient client, string json)
    {
        using var body = new StringContent(json);
        using var answer = await client.PostAsync(new Uri("/v1/track", UriKind.Relative), body);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task<List<string>> WaitForPayloadsAsync(ConsoleServer server, string last)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            await using var db = await server.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
            var found = (await db.RejectedSignals.OrderBy(row => row.Id).Select(row => row.Payload).ToListAsync()).ConvertAll(Encoding.UTF8.GetString);
            if (found.Exists(text => text.Contains(last, StringComparison.Ordinal)) || DateTimeOffset.UtcNow > until)
            {
                return found.ConvertAll(text => text.Contains(last, StringComparison.Ordinal) ? last : text);
            }

            await Task.Yield();
        }
    }

    /// <summary>A customer whose payment is declined twice, and who then asks for a person.</summary>
    private static async Task<DecisionId> AskForAPersonAsync(ConsoleServer server)
    {
        var sources = server.Services.GetRequiredService<SourceStore>();
        using var shop = server.NewClient((await sources.CreateAsync(new NewSource("shop", SourceKind.Server, []))).Key);
        var browser = (await sources.CreateAsync(new NewSource("page", SourceKind.Browser, []))).Key;
        await PostAsync(shop, "/v1/identify", $$$"""{"anonymousId":"anna","traits":{"firstName":"{{{Secret}}}"}}""");
        await PostAsync(shop, "/v1/track", """{"anonymousId":"anna","event":"Payment Declined"}""");
        await PostAsync(shop, "/v1/track", """{"anonymousId":"anna","event":"Payment Declined"}""");
        var feed = server.Services.GetRequiredService<LiveFeed>();
        Assert.True(SpinWait.SpinUntil(() => feed.Latest(10).Any(item => item.Decision is Decision.Intervene), Patience), "nothing was decided");
        var id = ((Decision.Intervene)feed.Latest(10).First(item => item.Decision is Decision.Intervene).Decision).Id;

        using var page = server.NewClient();
        var hello = await PostAsync(page, "/v1/hello", $$"""{"anonymousId":"anna","secret":"{{Convert.ToBase64String(new byte[32]).TrimEnd('=')}}","writeKey":"{{browser}}"}""");
        page.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", JsonDocument.Parse(hello).RootElement.GetProperty("token").GetString());
        await PostAsync(page, "/v1/feedback", $$"""{"decisionId":"{{id}}","kind":"person","choice":"person"}""");
        return id;
    }

    private static async Task<string> PostAsync(HttpClient client, string path, string json)
    {
        using var body = new StringContent(json);
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return text;
    }
}
