using System.Threading.Channels;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scripts;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Operations;

/// <summary>When a customer asks for a person: gathers the context bundle from the log and sends it by signed webhook.</summary>
/// <remarks>
/// Works on its own loop, never on the engine's threads. At most 1,000 requests wait; a further one is refused and logged. A bundle that
/// has not arrived when the server ends is sent again by the next, under the same id, for 24 hours; receivers drop repeats.
/// </remarks>
internal sealed class HandoffSender(
    EngineHost engine, SignalLog log, SignalParser parser, PlanBook book, SendGates gates, TimeProvider time, ILogger<HandoffSender> logger) : BackgroundService, IEngineObserver
{
    private const int MostReasons = 5;

    // A person may be asked for long after the prompt; only the webhook's own rules end the attempts.
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private readonly Channel<RecordHeader> _requests = Channel.CreateBounded<RecordHeader>(new BoundedChannelOptions(1_000) { SingleReader = true });

    public void OnReport(in RecordHeader report, ReadOnlySpan<byte> payload)
    {
        if (report.SignalKind == SignalKind.PersonRequested && !_requests.Writer.TryWrite(report))
        {
            EngineLog.HandoffRefused(logger, report.About.ToString());
        }
    }

    /// <summary>Takes up a request of a former life.</summary>
    public void Resume(RecordHeader report) => OnReport(in report, default);

    public void OnDecision(Decision decision)
    {
    }

    public void OnDelivered(DeliveryRequest request, DeliveryResult result, Moment at)
    {
        if (request.Kind == DeliveryKind.Handoff && result != DeliveryResult.Sent)
        {
            EngineLog.HandoffNotSent(logger, request.Id.ToString(), result);
        }
    }

    public void OnStalled(Exception? cause)
    {
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var request in _requests.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                Send(request, stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                EngineLog.HandoffFailed(logger, request.About.ToString(), problem);
            }
        }
    }

    private void Send(RecordHeader request, CancellationToken cancel)
    {
        var visitor = request.Visitor;
        var replay = new VisitorReplay(visitor, engine.PartitionOf(visitor), engine.Options.Clock, parser, book);
        var known = new HandoffReader(replay, visitor, request.About);
        log.ReadForReplay(visitor, known, cancel);

        // Only a decision made for this very visitor has a bundle: a report about another one's counts for nothing.
        if (replay.Find(request.About) is Decision.Intervene decision && BundleOf(decision.Facts, request, known) is { } bundle)
        {
            var now = Moment.From(time.GetUtcNow());
            engine.Send(new DeliveryRequest(
                decision.Id,
                visitor,
                decision.Facts.Session,
                decision.Facts.Scenario,
                ChannelKind.Webhook,
                DeliveryKind.Handoff,
                request.ReceivedAt,
                now + KeptFor,
                HandoffWriter.Write(bundle),
                gates.Of(decision.Facts.Scenario)));
        }
        else
        {
            engine.Note(new DeliveryNote(request.About, visitor, DeliveryNoteKind.HandoffVoid, request.At));
        }
    }

    private HandoffBundle? BundleOf(DecisionFacts facts, RecordHeader request, HandoffReader known)
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
            request.At,
            known.PagePath is { } path ? new HandoffPage(path, known.PageTitle) : null,
            new HandoffCustomer(known.DisplayName, known.UserId, known.IsVerified, known.Locale, known.TimeZone));
    }
}
