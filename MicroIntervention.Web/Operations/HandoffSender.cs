using System.Threading.Channels;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Privacy;

namespace MicroIntervention.Web.Operations;

/// <summary>When a customer asks for a person: gathers the context bundle from the log and sends it by signed webhook.</summary>
/// <remarks>
/// Works on its own loop, never on the engine's threads. At most 1,000 requests wait; a further one is refused and logged. A bundle that
/// has not arrived when the server ends is sent again by the next, under the same id, for 24 hours; receivers drop repeats.
/// </remarks>
internal sealed class HandoffSender(
    EngineHost engine, HandoffBundles bundles, SendGates gates, TimeProvider time, ILogger<HandoffSender> logger) : BackgroundService, IEngineObserver, IHoldsVisitors
{
    // A person may be asked for long after the prompt; only the webhook's own rules end the attempts.
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    // One bundle at a time is between the log and the channel; an erasure waits for it here.
    private readonly Lock _sending = new();
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

    /// <summary>Waits for a bundle that was read before the keys went, so that it is with its channel. What still waits here finds nothing in the log.</summary>
    public Task ForgetAsync(IReadOnlySet<VisitorId> visitors, CancellationToken cancel) => Task.Run(
        () =>
        {
            lock (_sending)
            {
            }
        },
        cancel);

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
                lock (_sending)
                {
                    Send(request, stoppingToken);
                }
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                EngineLog.HandoffFailed(logger, request.About.ToString(), problem);
            }
        }
    }

    private void Send(RecordHeader request, CancellationToken cancel)
    {
        if (bundles.Read(request.Visitor, request.About, request.At, cancel) is { } bundle)
        {
            var facts = bundle.Decision;
            engine.Send(new DeliveryRequest(
                facts.Id,
                request.Visitor,
                facts.Session,
                facts.Scenario,
                ChannelKind.Webhook,
                DeliveryKind.Handoff,
                request.ReceivedAt,
                Moment.From(time.GetUtcNow()) + KeptFor,
                HandoffWriter.Write(bundle),
                gates.Of(facts.Scenario)));
        }
        else
        {
            engine.Note(new DeliveryNote(request.About, request.Visitor, DeliveryNoteKind.HandoffVoid, request.At));
        }
    }
}
