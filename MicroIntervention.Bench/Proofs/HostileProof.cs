using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Playwright;

namespace MicroIntervention.Bench.Proofs;

/// <summary>All kinds of hostile input at once, beside good traffic: each is answered as documented, the good is all taken, nothing is executed, memory stays.</summary>
internal static class HostileProof
{
    private const int GoodSenders = 2;
    private const int GoodBatch = 10;
    private const int SlowOfEachKind = 60;
    private const int Attackers = 3;
    private static readonly TimeSpan GoodPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AttackPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(250);

    // Kestrel cuts slow headers after 30 s; a shorter run sees only the slow bodies end.
    private static readonly TimeSpan LongEnoughForCuts = TimeSpan.FromSeconds(8);

    /// <param name="unknownKeys">Different write keys to try.</param>
    /// <param name="largestGrowth">Working set after the last third over that after the first.</param>
    public static async Task RunAsync(ProofRun run, TimeSpan duration, int unknownKeys, double largestGrowth)
    {
        using var folder = new ProofFolder();
        var key = await folder.CreateKeyAsync();
        await using var server = await ServerProcess.StartAsync(folder, ServerProcess.Patient, "--demo");
        using var ending = new CancellationTokenSource(duration);
        var stop = ending.Token;
        var answers = new ConcurrentDictionary<string, ConcurrentDictionary<int, int>>();
        var slow = new SlowClients(folder.Port);
        var good = Enumerable.Range(0, GoodSenders).Select(i => Task.Run(() => SendGoodAsync(server.Url, key, i, stop), CancellationToken.None)).ToList();
        var hostile = new List<Task> { slow.RunAsync(SlowOfEachKind, stop), Task.Run(() => GuessKeysAsync(server.Url, unknownKeys, answers, stop), CancellationToken.None) };
        hostile.AddRange(Enumerable.Range(0, Attackers).Select(i => Task.Run(() => AttackAsync(server.Url, key, i, answers, stop), CancellationToken.None)));
        var samples = await SampleAsync(run, server, duration, stop);
        await Task.WhenAll(hostile);
        var sent = (await Task.WhenAll(good)).SelectMany(one => one).ToList();

        CheckAnswers(run, answers, unknownKeys);
        var refused = sent.Count(one => one.Status != HttpStatusCode.OK);
        run.Check(sent.Count > 0 && refused == 0, $"{sent.Count * GoodBatch:N0} good events in {sent.Count:N0} requests: {refused} requests not taken at once");
        run.Check(duration < LongEnoughForCuts || slow.Cut > 0, $"{slow.Opened:N0} slow or silent connections: {slow.Cut:N0} cut by the server");
        await CheckReadyAsync(run, server.Url);
        CheckMemory(run, samples, largestGrowth);
        if (ChromiumProgram.IsInstalled)
        {
            await CheckPagesAsync(run, server);
        }

        var exit = await server.StopAsync();
        run.Check(exit == 0, $"the server stops in order: exit code {exit}");
        var rerun = LogRerun.Read(folder);
        var lost = sent.Where(one => one.Status == HttpStatusCode.OK).SelectMany(one => one.Messages).Count(id => rerun.Arrivals.GetValueOrDefault(id) != 1);
        run.Check(lost == 0, $"good events that are not in the log exactly once: {lost}");
        run.Check(rerun.PartitionsThatDiffer == 0, $"{rerun.Decisions} decisions equal those made again: {rerun.PartitionsThatDiffer} partitions differ");
    }

    private static async Task<List<(HttpStatusCode? Status, string[] Messages)>> SendGoodAsync(Uri url, string key, int number, CancellationToken stop)
    {
        using var door = new DoorClient(url, key);
        var sent = new List<(HttpStatusCode?, string[])>();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            // The same visitors all the time: growth would be ours, not theirs.
            var messages = Enumerable.Range(0, GoodBatch).Select(n => FormattableString.Invariant($"good-{number}-{i}-{n}")).ToArray();
            sent.Add((await door.SendAsync([.. messages.Select((id, n) => DoorClient.Event(id, FormattableString.Invariant($"good-{number}-{(i + n) % 100}"), "Product Viewed"))], CancellationToken.None), messages));
            await Task.Delay(GoodPause, CancellationToken.None);
        }

        return sent;
    }

    private static async Task AttackAsync(Uri url, string key, int first, ConcurrentDictionary<string, ConcurrentDictionary<int, int>> answers, CancellationToken stop)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.Authorization = Basic(key);
        var requests = HostileRequest.All();
        for (var i = first * requests.Length / Attackers; !stop.IsCancellationRequested; i++)
        {
            var hostile = requests[i % requests.Length];
            Count(answers, hostile.Name, await StatusAsync(client, hostile));
            await Task.Delay(AttackPause, CancellationToken.None);
        }
    }

    private static async Task GuessKeysAsync(Uri url, int keys, ConcurrentDictionary<string, ConcurrentDictionary<int, int>> answers, CancellationToken stop)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
        for (var i = 0; i < keys && !stop.IsCancellationRequested; i++)
        {
            client.DefaultRequestHeaders.Authorization = i % 2 == 0 ? Basic(FormattableString.Invariant($"guess-{i}")) : null;
            var body = FormattableString.Invariant($$"""{"writeKey":"guess-{{i}}","anonymousId":"hostile","event":"Payment Declined"}""");
            Count(answers, "unknown write keys", await StatusAsync(client, new HostileRequest("", "/v1/track", Encoding.UTF8.GetBytes(body), [])));
        }
    }

    private static AuthenticationHeaderValue Basic(string key) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));

    /// <summary>0 when the connection ended without an answer.</summary>
    private static async Task<int> StatusAsync(HttpClient client, HostileRequest hostile)
    {
        try
        {
            using var request = new HttpRequestMessage(hostile.Body is null ? HttpMethod.Get : HttpMethod.Post, hostile.Path);
            if (hostile.Body is { } body)
            {
                request.Content = new ByteArrayContent(body);
                request.Headers.TransferEncodingChunked = hostile.Chunked;
                if (hostile.Encoding is { } encoding)
                {
                    request.Content.Headers.ContentEncoding.Add(encoding);
                }
            }

            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return (int)answer.StatusCode;
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)
        {
            return 0;
        }
    }

    private static void Count(ConcurrentDictionary<string, ConcurrentDictionary<int, int>> answers, string name, int status) =>
        answers.GetOrAdd(name, _ => new ConcurrentDictionary<int, int>()).AddOrUpdate(status, 1, (_, count) => count + 1);

    private static async Task<List<double>> SampleAsync(ProofRun run, ServerProcess server, TimeSpan duration, CancellationToken stop)
    {
        var samples = new List<double>();
        var thirds = 0;
        while (!stop.IsCancellationRequested)
        {
            samples.Add(server.ReadWorkingSet() / 1e6);
            if ((int)(samples.Count * SampleEvery / (duration / 12)) > thirds)
            {
                thirds++;
                run.Say(FormattableString.Invariant($"working set {samples[^1]:0} MB"));
            }

            await Task.Delay(SampleEvery, CancellationToken.None);
        }

        return samples;
    }

    private static void CheckAnswers(ProofRun run, ConcurrentDictionary<string, ConcurrentDictionary<int, int>> answers, int unknownKeys)
    {
        foreach (var hostile in HostileRequest.All())
        {
            var got = answers.GetValueOrDefault(hostile.Name) ?? [];
            run.Check(!got.IsEmpty && got.Keys.All(hostile.Allowed.Contains), $"{hostile.Name}: {Table(got)}");
        }

        var guesses = answers.GetValueOrDefault("unknown write keys") ?? [];
        run.Check(guesses.Values.Sum() == unknownKeys && guesses.Keys.All(status => status is 401 or 429), $"{guesses.Values.Sum():N0} unknown write keys: {Table(guesses)}");
    }

    private static string Table(ConcurrentDictionary<int, int> answers) =>
        answers.IsEmpty ? "not sent" : string.Join(", ", answers.OrderBy(one => one.Key).Select(one => FormattableString.Invariant($"{(one.Key == 0 ? "no answer" : one.Key)} × {one.Value:N0}")));

    private static void CheckMemory(ProofRun run, List<double> samples, double largestGrowth)
    {
        // The later half of a third: by then the collector has had its chance.
        var third = samples.Count / 3;
        var first = Median(samples[(third / 2)..third]);
        var last = Median(samples[(samples.Count - (third / 2))..]);
        run.Check(last <= first * largestGrowth, $"working set after the last third {last:0} MB, after the first {first:0} MB: {last / first:0.000} of it (at most {largestGrowth})");
        run.Figure($"hostile input for {samples.Count * SampleEvery.TotalMinutes:0.0} min: working set after the first third {first:0} MB, after the last {last:0} MB ({last / first:0.000})");
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? 0 : values[values.Count / 2];
    }

    private static async Task CheckReadyAsync(ProofRun run, Uri url)
    {
        using var client = new HttpClient { BaseAddress = url };
        using var answer = await client.GetAsync(new Uri("/readyz", UriKind.Relative));
        run.Check(answer.IsSuccessStatusCode, $"ready afterwards: {(int)answer.StatusCode}");
    }

    /// <summary>Whatever shows what came in shows it as text: the console's pages, and a prompt that greets by name.</summary>
    private static async Task CheckPagesAsync(ProofRun run, ServerProcess server)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await ChromiumProgram.LaunchAsync(playwright);
        await using var context = await ChromiumProgram.NewContextAsync(browser);
        var page = await context.NewPageAsync();
        var ran = 0;
        async Task LookAsync()
        {
            await page.WaitForTimeoutAsync(1_000);
            ran += await page.EvaluateAsync<bool>("() => 'pwned' in window") ? 1 : 0;
        }

        await page.GotoAsync(server.Open.ToString());
        await page.GotoAsync(new Uri(server.Url, "/live").ToString());
        await LookAsync();
        var seen = await page.GetByRole(AriaRole.Listitem).CountAsync();
        if (seen > 0)
        {
            await page.GetByRole(AriaRole.Listitem).First.ClickAsync();
            await LookAsync();
            seen += await page.GetByText("<script>", new() { Exact = false }).CountAsync();
        }

        await page.GotoAsync(new Uri(server.Url, "/setup/sources").ToString());
        await LookAsync();
        await page.GotoAsync(new Uri(server.Url, "/store?filled=1").ToString());
        await page.WaitForFunctionAsync("() => typeof window.mi?.identify === 'function'");
        await page.EvaluateAsync("name => window.mi.identify('hostile', { firstName: name, name })", HostileRequest.Markup);
        await page.ClickAsync("#pay");
        await page.ClickAsync("#pay");
        await Assertions.Expect(page.Locator("mi-prompt [role=dialog]")).ToBeVisibleAsync(new() { Timeout = 10_000 });
        await LookAsync();
        run.Check(ran == 0 && seen > 0, $"script tags shown in {seen} places of the console, and in a prompt: {ran} pages ran one");
    }
}
