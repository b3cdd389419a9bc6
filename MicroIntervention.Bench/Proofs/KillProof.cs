namespace MicroIntervention.Bench.Proofs;

/// <summary>SIGKILL under load at random moments: nothing acknowledged is lost or doubled, decisions are those of an uninterrupted run, a prompt sent again keeps its id.</summary>
internal static class KillProof
{
    private const int Senders = 4;
    private static readonly TimeSpan EarliestKill = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan LatestKill = TimeSpan.FromSeconds(3);

    /// <param name="kills">How many times.</param>
    /// <param name="seed">Of the kill times and of what is sent.</param>
    public static async Task RunAsync(ProofRun run, int kills, int seed)
    {
        run.Say($"seed {seed}");
        var random = new Random(seed);
        await using var receiver = await HookReceiver.StartAsync(TimeSpan.Zero);
        using var folder = new ProofFolder();
        var key = await folder.CreateKeyAsync();
        await folder.AllowWebhookAsync(receiver.Url);
        using var stop = new CancellationTokenSource();
        var url = new UriBuilder("http", "127.0.0.1", folder.Port).Uri;
        var senders = Enumerable.Range(0, Senders).Select(i => new RetryingSender(url, key, $"m{i}", seed + i)).ToList();
        var sending = Task.WhenAll(senders.Select(sender => Task.Run(() => sender.RunAsync(stop.Token))));
        var starts = new List<TimeSpan>();
        for (var kill = 1; kill <= kills; kill++)
        {
            await using var server = await ServerProcess.StartAsync(folder, ServerProcess.Patient, "--demo");
            starts.Add(server.StartTime);
            var lives = EarliestKill + (LatestKill - EarliestKill) * random.NextDouble();
            await Task.Delay(lives);
            await server.KillAsync();
            run.Say(FormattableString.Invariant($"kill {kill} of {kills} after {lives.TotalSeconds:0.00} s; ready {server.StartTime.TotalMilliseconds:0} ms after its start; {receiver.Calls.Count} prompts received so far"));
        }

        int? exit;
        await using (var last = await ServerProcess.StartAsync(folder, ServerProcess.Patient, "--demo"))
        {
            starts.Add(last.StartTime);
            await stop.CancelAsync();
            await sending.WaitAsync(TimeSpan.FromMinutes(2));
            exit = await last.StopAsync();
        }

        run.Say("reading the log again");
        var (code, said) = await WebProgram.RunAsync(folder.MasterKey, "verify-log", "--data", folder.Data);
        var rerun = LogRerun.Read(folder);
        var acknowledged = senders.SelectMany(sender => sender.Acknowledged).ToList();
        var lost = acknowledged.Count(id => !rerun.Arrivals.ContainsKey(id));
        var doubled = rerun.Arrivals.Values.Count(times => times > 1);
        var calls = receiver.Calls.ToList();
        run.Check(acknowledged.Count > kills && lost == 0, $"{acknowledged.Count:N0} acknowledged signals, {senders.Sum(s => s.Retried):N0} of their requests sent again: {lost} lost");
        run.Check(doubled == 0, $"{rerun.Arrivals.Count:N0} signals in the log: {doubled} more than once");
        run.Check(senders.Sum(s => s.Refused) == 0, $"{senders.Sum(s => s.Refused)} answers other than 200 or \"send again\"");
        run.Check(rerun.Decisions > 0 && rerun.PartitionsThatDiffer == 0, $"{rerun.Decisions:N0} decisions equal those of an uninterrupted run of the same log: {rerun.PartitionsThatDiffer} partitions differ");
        run.Check(exit == 0 && code == 0, $"stops in order (exit code {exit}); verify-log: {said.Trim().ReplaceLineEndings("; ")}");
        CheckPrompts(run, calls, rerun);
        starts.Sort();
        run.Figure($"SIGKILL {kills} times under load (seed {seed}): {acknowledged.Count:N0} acknowledged, {lost} lost, {doubled} doubled; {rerun.Decisions:N0} decisions, {rerun.PartitionsThatDiffer} partitions differ from an uninterrupted run");
        run.Figure($"prompts decided {rerun.Prompts.Count:N0}, received {calls.Select(call => call.Id).Distinct().Count():N0}, of these sent more than once {calls.GroupBy(call => call.Id).Count(same => same.Count() > 1):N0}, all copies alike byte for byte");
        run.Figure($"process start to ready, log growing to {rerun.Records:N0} records: median {starts[starts.Count / 2].TotalMilliseconds:0} ms, worst {starts[^1].TotalMilliseconds:0} ms");
    }

    private static void CheckPrompts(ProofRun run, List<HookReceiver.Call> calls, LogRerun rerun)
    {
        var causes = calls.GroupBy(call => (call.Case, call.Message)).Count(same => same.Select(call => call.Id).Distinct().Count() > 1);
        var unlike = calls.GroupBy(call => call.Id).Count(same => same.Select(call => call.Body).Distinct().Count() > 1);
        var nameless = calls.Count(call => call.Message is null);
        var unknown = calls.Count(call => call.Id != call.Decision || !rerun.Prompts.Contains(call.Id));
        run.Check(calls.Count > 0 && causes == 0 && unlike == 0, $"{calls.Count:N0} prompts received: {causes} causes under two ids, {unlike} ids whose copies are not the same bytes");
        run.Check(nameless == 0, $"{nameless} prompts received without the messageId of their cause");
        run.Check(unknown == 0, $"{unknown} prompts received whose decision is not in the log");
    }
}
