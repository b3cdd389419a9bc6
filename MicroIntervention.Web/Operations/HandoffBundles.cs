using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scripts;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Operations;

/// <summary>Gathers from the log what a person needs who takes over: the same bundle for the webhook and for the page that shows it.</summary>
/// <remarks>Reads the log; never on the engine's threads or a page's.</remarks>
internal sealed class HandoffBundles(EngineHost engine, SignalLog log, SignalParser parser, PlanBook book)
{
    private const int MostReasons = 5;

    /// <summary>The bundle of a prompt; null when the log has no such decision of this very visitor: a report about another one's counts for nothing.</summary>
    /// <param name="requestedAt">When the customer asked for a person.</param>
    public HandoffBundle? Read(VisitorId visitor, DecisionId about, Moment requestedAt, CancellationToken cancel)
    {
        var replay = new VisitorReplay(visitor, engine.PartitionOf(visitor), engine.Options.Clock, parser, book);
        var known = new HandoffReader(replay, visitor, about);
        log.ReadForReplay(visitor, known, cancel);
        return replay.Find(about) is Decision.Intervene decision ? BundleOf(decision.Facts, requestedAt, known) : null;
    }

    private HandoffBundle? BundleOf(DecisionFacts facts, Moment requestedAt, HandoffReader known)
    {
        if (book.PackOf(facts.Plan, facts.Scenario) is not { } pack || pack.ScriptFor(ChannelKind.Web) is not { } script)
        {
            return null;
        }

        var plan = engine.CurrentPlan;
        var scenario = plan.Fingerprint == facts.Plan ? plan.Scenarios.FirstOrDefault(s => s.Policy.Key == facts.Scenario) : null;
        var reader = new TemplateFacts(known.DisplayName);
        return new HandoffBundle(
            facts,
            pack.Title,
            scenario is null ? [] : [.. FeatureShare.Raising(facts.Forecast, scenario.Model.Artifact, plan.Features, MostReasons)],
            new HandoffOffer(
                ChannelKind.Web, script.Title.Render(reader), script.Acknowledge.Render(reader), script.Offer.Render(reader), known.Choice, known.ShownAt, script.Contact.Render(reader)),
            requestedAt,
            known.PagePath is { } path ? new HandoffPage(path, known.PageTitle) : null,
            new HandoffCustomer(known.DisplayName, known.UserId, known.IsVerified, known.Locale, known.TimeZone));
    }
}
