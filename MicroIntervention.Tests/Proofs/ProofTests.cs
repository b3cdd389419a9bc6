using MicroIntervention.Bench.Proofs;
using Xunit.Abstractions;

namespace MicroIntervention.Tests.Proofs;

/// <summary>The long proofs of <c>-- prove</c> in small, on the same code: the real program as a child process, no time limits.</summary>
[Collection(ProofCollection.Name)]
public sealed class ProofTests(ITestOutputHelper output)
{
    [ChromiumProof]
    public Task FirstRun_OneFreshFolder_ReachesThePromptInFourClicks() => ProveAsync(run => FirstRunProof.RunAsync(run, times: 1, ServerProcess.Patient));

    [ChromiumProof]
    [Proves("R-13")]
    public Task ClickToPrompt_TwoVisitors_BothSeeIt() => ProveAsync(run => ClickToPromptProof.RunAsync(run, times: 2, ServerProcess.Patient));

    [ServerProof]
    [Proves("R-05")]
    [Proves("R-24")]
    public Task Kill_TwiceUnderLoad_LosesDoublesAndChangesNothing() => ProveAsync(run => KillProof.RunAsync(run, kills: 2, seed: 20261122));

    [NpmProof]
    [Proves("R-04")]
    [Proves("R-05")]
    public Task AnalyticsNode_AcrossAKill_ArrivesOnce() =>
        ProveInstalledAsync(AnalyticsNodeProof.InstallAsync, (run, folder) => AnalyticsNodeProof.RunAsync(run, folder, events: 30));

    [NpmChromiumProof]
    [Proves("R-04")]
    [Proves("R-05")]
    public Task Sdks_OfThreeVendors_ArriveOnce() => ProveInstalledAsync(SdkProof.InstallAsync, (run, folder) => SdkProof.RunAsync(run, folder, events: 30));

    [ServerProof]
    [Proves("R-05")]
    public Task Hostile_SomeSeconds_IsAnsweredAsDocumentedAndTheGoodIsTaken() =>
        ProveAsync(run => HostileProof.RunAsync(run, TimeSpan.FromSeconds(9), unknownKeys: 500, largestGrowth: 1.6));

    [ChromiumProof]
    [Proves("R-22")]
    public Task KillSwitch_ManyPromptsQueued_NoneIsSentAfterItsAnswer() => ProveAsync(run => KillSwitchProof.RunAsync(run, prompts: 150));

    [ServerProof]
    [Proves("R-16")]
    public Task Replay_TwoWaysOfSending_GiveTheSameSummary() => ProveAsync(run => ReplayProof.RunAsync(run, null, ("max", 1), ("100000", 8)));

    private async Task ProveInstalledAsync(Func<string, Task<string?>> install, Func<ProofRun, string, Task> prove)
    {
        using var folder = new TempFolder();
        if (await install(folder.At("node")) is { } fault)
        {
            // The registry answered when the test was found and does not now.
            output.WriteLine("not run: " + fault);
            return;
        }

        await ProveAsync(run => prove(run, folder.At("node")));
    }

    private async Task ProveAsync(Func<ProofRun, Task> prove)
    {
        await using var said = new StringWriter();
        var run = new ProofRun(said);
        try
        {
            await prove(run);
        }
        finally
        {
            run.Finish("proof");
            output.WriteLine(said.ToString());
        }

        Assert.Empty(run.Faults);
    }
}
