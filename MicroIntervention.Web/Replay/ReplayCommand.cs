using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Replay;

/// <summary><c>replay</c>: sends a file through the real doors and says what the engine made of it.</summary>
internal sealed class ReplayCommand : Command
{
    private const int BarWidth = 30;

    public override string Name => "replay";

    public override string Usage => "FILE --as openssh|segment-jsonl [--speed N|max] [--connections N] [--year Y] [--url U --key K]";

    public override string Summary =>
        "Sends a file's events through the doors and sums up the decisions: into a workspace of its own on the events' time, gone afterwards, or to a running server (--url, --key), where each event counts as of its arrival. " +
        "--speed: event time per real time, default max. --connections: default 4. --year: of the first line, for logs that name none; default this year.";

    public override async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        if (!ReplayOptions.TryParse(arguments, TimeProvider.System.GetUtcNow().Year, out var options, out var fault))
        {
            await error.WriteLineAsync(fault);
            return ExitCode.Usage;
        }

        ReplayFile file;
        try
        {
            file = await ReplayFile.ReadAsync(options.File, options.Format, options.Year);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"{options.File} cannot be read: {problem.Message}");
            return ExitCode.Failed;
        }

        try
        {
            await (options.Url is { } url ? SendAsync(options, file, url, output) : RunOwnAsync(options, file, output, null));
            return ExitCode.Done;
        }
        catch (HttpRequestException problem)
        {
            await error.WriteLineAsync(problem.Message);
            return ExitCode.Failed;
        }
    }

    /// <summary>Replays into a workspace of its own.</summary>
    /// <param name="tally">Gets every decision; null for one of its own.</param>
    internal static async Task RunOwnAsync(ReplayOptions options, ReplayFile file, TextWriter output, ReplayTally? tally)
    {
        tally ??= new ReplayTally();
        var directory = Directory.CreateTempSubdirectory("microintervention-replay-").FullName;
        try
        {
            var serve = new ServeOptions { DataDirectory = directory, Urls = "http://127.0.0.1:0", EventClock = true };
            if (!DataFolder.TryOpen(directory, out var folder, out _, out var fault))
            {
                throw new IOException(fault);
            }

            using (folder)
            {
                await using var app = await ConsoleHost.BuildAsync(serve, folder);
                var engine = app.Services.GetRequiredService<EngineHost>();
                engine.Observe(tally);
                await app.StartAsync();
                var source = await app.Services.GetRequiredService<SourceStore>().CreateAsync(new NewSource("replay", SourceKind.Server, []) { Clock = SourceClock.Event });
                var url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
                using var sender = new ReplaySender(options, url, source.Key, at => engine.AdvanceClockAsync(new Moment(at)), Progress(output, file.Events.Count));
                var clock = Stopwatch.StartNew();
                await sender.SendAsync(file.Events, CancellationToken.None);
                await SumUpAsync(output, file, sender, clock.Elapsed);
                await RejectionsAsync(output, app.Services, sender.Rejected);
                var snapshot = engine.Snapshot();
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"visitors      {snapshot.Visitors:N0}, sessions open at the end {snapshot.LiveSessions:N0}"));
                await DecisionsAsync(output, tally);
                await app.StopAsync();
            }
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task SendAsync(ReplayOptions options, ReplayFile file, Uri url, TextWriter output)
    {
        using var sender = new ReplaySender(options, url, options.Key!, _ => Task.CompletedTask, Progress(output, file.Events.Count));
        var clock = Stopwatch.StartNew();
        await sender.SendAsync([.. file.Events.Select(one => one.AsOfArrival())], CancellationToken.None);
        await SumUpAsync(output, file, sender, clock.Elapsed);
        await output.WriteLineAsync("times         are the server's: each event counts as of its arrival, so decisions depend on --speed");
        await output.WriteLineAsync("decisions     are on the server's Live page");
    }

    private static async Task SumUpAsync(TextWriter output, ReplayFile file, ReplaySender sender, TimeSpan elapsed)
    {
        var times = sender.LatenciesMs;
        double At(double share) => times.Count == 0 ? 0 : times[Math.Min(times.Count - 1, (int)(share * times.Count))];
        await output.WriteLineAsync();
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"events        {file.Events.Count:N0} in {elapsed.TotalSeconds:0.0} s, unreadable lines {file.Unreadable:N0}"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"accepted      {sender.Accepted:N0}"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"rejected      {sender.Rejected:N0}"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"request ms    p50 {At(.5):0.0}, p99 {At(.99):0.0}, max {At(1):0.0}"));
    }

    private static async Task RejectionsAsync(TextWriter output, IServiceProvider services, int expected)
    {
        if (expected == 0)
        {
            return;
        }

        await using var db = await services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
        var reasons = await db.RejectedSignals.GroupBy(row => row.Reason).Select(group => new { group.Key, Count = group.Count() }).ToListAsync();
        foreach (var reason in reasons.OrderByDescending(reason => reason.Count))
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {reason.Key,-28}{reason.Count:N0} kept"));
        }
    }

    private static async Task DecisionsAsync(TextWriter output, ReplayTally tally)
    {
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"decisions     {tally.Decisions.Count:N0}"));
        foreach (var group in tally.Decisions.GroupBy(one => (one.Facts.Scenario.Value, one.Reason)).OrderBy(group => group.Key.Value, StringComparer.Ordinal).ThenBy(group => group.Key.Reason))
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {group.Key.Value,-28}{group.Key.Reason,-18}{group.Count():N0}"));
        }
    }

    // A bar is for eyes; a file gets none.
    private static Action<int> Progress(TextWriter output, int total)
    {
        if (Console.IsOutputRedirected || output != Console.Out)
        {
            return static _ => { };
        }

        var gate = new Lock();
        return sent =>
        {
            lock (gate)
            {
                var done = total == 0 ? BarWidth : (int)((long)sent * BarWidth / total);
                output.Write(string.Create(CultureInfo.InvariantCulture, $"\r[{new string('█', done)}{new string('·', BarWidth - done)}] {sent:N0} of {total:N0}"));
            }
        };
    }
}
