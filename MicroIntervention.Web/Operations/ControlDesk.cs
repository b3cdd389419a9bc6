using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Channels.Webhook;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Streams;

namespace MicroIntervention.Web.Operations;

/// <summary>Where people change what the engine does: kill switch and policies. Every change is a control record in the log, in force from its place on.</summary>
/// <remarks>Thread-safe; changes are made one after the other.</remarks>
internal sealed class ControlDesk(EngineHost engine, PlanBook book, VisitorStreams streams, WebhookChannel webhooks) : IEngineControls, IDisposable
{
    private static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <summary>The plan's packs with what people changed, in the order of its scenarios.</summary>
    public ImmutableArray<ScenarioPack> Packs => book.PacksOf(engine.CurrentPlan.Fingerprint);

    /// <summary>Throws or releases the kill switch of the whole service. When this completes, no send starts any more.</summary>
    public async Task SetKilledAsync(bool killed, string who, string why)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            var durable = engine.ControlAsync(ControlCodec.Encode(new ControlRecord.Kill(killed, who, why)));
            if (killed)
            {
                streams.WithdrawAll();

                // Sends that saw the gate open may still be writing; after this, none starts.
                webhooks.WaitForStartedSends(LongestSend);
            }

            await durable;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Puts another policy of one scenario in force.</summary>
    /// <returns>Empty when done; otherwise every reason why it cannot be, as sentences.</returns>
    public async Task<ImmutableArray<string>> ChangeAsync(PolicyOverride changed, string who, string why)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            return await ActivateAsync(book.SourceOf(engine.CurrentPlan.Fingerprint).With(changed) with { Killed = engine.CurrentPlan.Killed }, who, why);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Says that a kind of signal breaks its contract, or keeps it again; its scenarios follow from this place in the log on.</summary>
    public async Task SetSignalAsync(string signal, SignalFault fault)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            // Nobody's name and no time in it: equal records are one entry in the plan book, however often a signal comes and goes.
            await engine.ControlAsync(ControlCodec.Encode(new ControlRecord.Freshness(signal, fault, "", "")));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Puts these packs in force, with the overrides recorded so far; does nothing when they are in force already.</summary>
    public async Task<ImmutableArray<string>> LoadAsync(ImmutableArray<ScenarioPack> packs)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            var keys = packs.Select(p => p.Key).ToHashSet();
            var source = new PlanSource(
                [.. packs.Select(p => p.Source)],
                [.. book.SourceOf(engine.CurrentPlan.Fingerprint).Overrides.Where(o => keys.Contains(o.Scenario))],
                engine.CurrentPlan.Killed);
            var built = source.Build(engine.CurrentPlan.Hash);
            return built.Plan is { } plan && plan.Fingerprint == engine.CurrentPlan.Fingerprint && engine.IsOfOnePlan
                ? []
                : await ActivateAsync(source, "", "packs loaded at start");
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<ImmutableArray<string>> ActivateAsync(PlanSource source, string by, string why)
    {
        var built = source.Build(engine.CurrentPlan.Hash);
        if (built.Plan is null)
        {
            return [.. built.Faults.Select(f => f.ToString())];
        }

        var durable = engine.ControlAsync(ControlCodec.Encode(new ControlRecord.Activate(source, by, why)));
        foreach (var scenario in built.Plan.Scenarios.Where(s => !s.Policy.Enabled || s.Policy.Stage == Stage.Observe))
        {
            // Prompts of a scenario that was switched off leave the screens too.
            streams.Withdraw(scenario.Policy.Key);
        }

        await durable;
        return [];
    }
}
