using System.Diagnostics;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Operations;

/// <summary>Brings the engine up before the doors open: recovers from the log, puts the packs in force, starts; and stops it last.</summary>
internal sealed class EngineRunner(
    EngineHost engine,
    ControlDesk desk,
    PackFolder packs,
    HandoffSender handoffs,
    FormerLife former,
    EngineMeters meters,
    PlanBook book,
    SignalParser parser,
    TimeProvider time,
    ILogger<EngineRunner> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var records = engine.Recover(cancellationToken);
        engine.Observe(handoffs);
        engine.Observe(new CheckpointLogger(logger));
        if (engine.Options.Clock == EngineClock.Wall)
        {
            former.TakeOver(cancellationToken);
            former.Handoffs().ForEach(handoffs.Resume);
        }

        engine.Start();
        foreach (var ignored in engine.Recovered?.Ignored ?? [])
        {
            EngineLog.CheckpointIgnored(logger, ignored);
        }

        if (records > 0 || engine.Recovered?.Checkpoint is not null)
        {
            EngineLog.Recovered(logger, engine.Recovered?.Checkpoint ?? "no checkpoint", records, engine.Snapshot().LiveSessions, clock.ElapsedMilliseconds);
        }

        var faults = await desk.LoadAsync(packs.Read());
        foreach (var fault in packs.Faults.AddRange(faults))
        {
            EngineLog.PackFault(logger, fault);
        }

        if (engine.Options.Clock == EngineClock.Wall)
        {
            await EngineWarmUp.RunAsync(engine.CurrentPlan, book, parser, time);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        engine.Stop();
        meters.Dispose();
        return Task.CompletedTask;
    }
}
