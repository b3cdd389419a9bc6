using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Ingest;

/// <summary>The doors of <see cref="DoorPath"/>: key, limits, body, engine, answer.</summary>
/// <remarks>Thread-safe. Answers 200 only when every accepted signal is durable.</remarks>
internal sealed class IngestDoors(
    ISignalIntake intake,
    DoorGate gate,
    RejectedSignals rejected,
    IngestMeters meters,
    IOptions<IngestOptions> options,
    TimeProvider time,
    ILogger<IngestDoors> logger)
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogStalled = TimeSpan.FromSeconds(5);

    // PostHog's SDKs ask for flags; here are none, and their question must not fail.
    private static readonly byte[] NoFlags = """{"flags":{},"featureFlags":{},"featureFlagPayloads":{},"errorsWhileComputingFlags":false,"supportedCompression":["gzip","gzip-js","base64"],"sessionRecording":false}"""u8.ToArray();

    private readonly BatchPool _pool = new();
    private readonly ForeignForms _foreign = new();

    // Upper half random once per process, lower half counted: fresh for every request without asking the system each time.
    private readonly ulong _seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private long _requests;

    public Task HandleAsync(HttpContext context, DoorPath door)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            return PostAsync(context, door);
        }

        if (HttpMethods.IsOptions(context.Request.Method))
        {
            if (door.Form == DoorForm.CloudEvents && context.Request.Headers["WebHook-Request-Origin"] is [{ Length: > 0 } origin])
            {
                DoorAnswer.AllowWebhook(context, origin);
            }
            else
            {
                DoorAnswer.Preflight(context);
            }

            return Task.CompletedTask;
        }

        context.Response.Headers.Allow = "POST, OPTIONS";
        return DoorAnswer.ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "Send signals with POST.");
    }

    private async Task PostAsync(HttpContext context, DoorPath door)
    {
        var batch = _pool.Rent(context.Request.ContentLength);
        try
        {
            await TakeAsync(context, door, batch);
        }
        catch (BadHttpRequestException problem)
        {
            // Too slow, or broken framing: the server's own sentence names no content.
            meters.Refused("bad-request");
            await FailAsync(context, problem.StatusCode, "The request's body did not arrive as announced; send it again.");
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            IngestLog.DoorFailed(logger, problem);
            meters.Refused("failed");
            await FailAsync(context, StatusCodes.Status500InternalServerError, "The server failed on this request; its log says why. Try again.");
        }
        finally
        {
            _pool.Return(batch);
        }
    }

    private async Task TakeAsync(HttpContext context, DoorPath door, SignalBatch batch)
    {
        // A key in the header is judged before the body is read; a beacon's key is in the body.
        var source = gate.FindByHeader(context.Request, out var hasKey);
        if (hasKey && !await gate.MayPassAsync(context, door.Form, source))
        {
            return;
        }

        var outcome = await BodyReader.ReadAsync(context, _pool, batch, options.Value.MinBodyBytesPerSecond);
        if (outcome != BodyOutcome.Read)
        {
            await RefuseBodyAsync(context, outcome);
            return;
        }

        if (door.Form is DoorForm.PostHog or DoorForm.PostHogFlags)
        {
            batch.Length = PostHogBody.Unpack(batch.Buffer.AsSpan(0, batch.Length));
        }

        if (!hasKey)
        {
            source = gate.FindInBody(door.Form, batch);
            if (!await gate.MayPassAsync(context, door.Form, source))
            {
                return;
            }
        }

        if (door.Form is DoorForm.PostHogFlags or DoorForm.DryRun)
        {
            source!.Limit.Charge(1);
            await DoorAnswer.JsonAsync(context, StatusCodes.Status200OK, door.Form == DoorForm.DryRun ? TryOut(context.Request, source, batch) : NoFlags);
            return;
        }

        var at = Moment.From(time.GetUtcNow());
        var foreign = default(ForeignReading);
        var fault = door.Form == DoorForm.Segment
            ? Parse(context.Request, door.Route, source!, at, batch)
            : ParseForeign(context.Request, door.Form, source!, at, batch, out foreign);

        // Read before the hand-over: a shard that lets go late must not be waited for.
        var (count, refused) = (batch.Count, batch.Rejections.Count + (foreign.Refused?.Count ?? 0));
        source!.Limit.Charge(Math.Max(1, count + refused));
        KeepRejections(source, at, batch, fault);
        if (fault.Reason != RejectionReason.None || (count == 0 && (foreign.IsSingle || door.Route != SignalRoute.Batch)))
        {
            var why = fault.Reason != RejectionReason.None ? fault : batch.Rejections.Count > 0 ? batch.Rejections[0] : foreign.Refused![0].Rejection;
            meters.Refused("rejected");
            var status = why.Reason == RejectionReason.TooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest;
            await DoorAnswer.ErrorAsync(context, status, RejectionText.Sentence(why.Reason, why.Field));
            return;
        }

        if (count > 0 && !await HandOverAsync(context, door.Form, batch))
        {
            return;
        }

        meters.Accepted(count);
        await (door.Form == DoorForm.PostHog ? DoorAnswer.PostHogSuccessAsync(context, refused) : DoorAnswer.SuccessAsync(context, refused));
    }

    /// <summary>The same for another form: its elements that are no events are kept as they were sent.</summary>
    private SignalRejection ParseForeign(HttpRequest request, DoorForm form, DoorKey source, Moment at, SignalBatch batch, out ForeignReading foreign)
    {
        foreign = _foreign.Translate(request, form, source.Kind == SourceKind.Browser, _pool, batch);
        foreign.Refused?.ForEach(refusal => rejected.Add(source, at, refusal.Rejection, refusal.Payload));
        return foreign.Fault.Reason == RejectionReason.None ? Parse(request, SignalRoute.Batch, source, at, batch) : foreign.Fault;
    }

    /// <summary>The dry run: nothing is handed on, kept or counted as refused.</summary>
    private byte[] TryOut(HttpRequest request, DoorKey source, SignalBatch batch)
    {
        var read = _foreign.Translate(request, DoorForm.DryRun, source.Kind == SourceKind.Browser, _pool, batch);
        var fault = read.Fault.Reason == RejectionReason.None ? Parse(request, SignalRoute.Batch, source, Moment.From(time.GetUtcNow()), batch) : read.Fault;
        source.Limit.Charge(batch.Count + batch.Rejections.Count);
        return DryRun.Write(intake.Plan, source, read, fault, batch);
    }

    private SignalRejection Parse(HttpRequest request, SignalRoute route, DoorKey source, Moment at, SignalBatch batch)
    {
        var privacy = request.Headers.TryGetValue("Sec-GPC", out var gpc) && gpc == "1";
        var door = new SignalDoor(
            source.Id,
            privacy ? source.Flags | SignalFlags.PrivacyControl : source.Flags,
            at,
            new Hash128(_seed, (ulong)Interlocked.Increment(ref _requests)),
            source.Zone) { IsPublic = source.Kind == SourceKind.Browser, UserSecret = source.UserSecret };
        return intake.Parser.ParseRequest(route, in door, intake.Schema, batch);
    }

    private async ValueTask<bool> HandOverAsync(HttpContext context, DoorForm form, SignalBatch batch)
    {
        switch (intake.TryPost(batch))
        {
            case PostResult.Taken:
                if (await batch.WhenDurable == BatchResult.Durable)
                {
                    return true;
                }

                await StalledAsync(context);
                return false;
            case PostResult.Overloaded:
                meters.Refused("overloaded");
                await DoorAnswer.ErrorAsync(context, DoorGate.BusyStatus(form), "The engine has as much as it can take; send this again later.", SoonAgain);
                return false;
            case PostResult.Stalled:
                await StalledAsync(context);
                return false;
            case PostResult.NotRunning:
                meters.Refused("not-running");
                await DoorAnswer.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "The engine is starting or stopping; send this again.", SoonAgain);
                return false;
            default:
                throw new InvalidOperationException("The engine answered a post in a way the doors do not know.");
        }
    }

    private Task StalledAsync(HttpContext context)
    {
        meters.Refused("stalled");
        return DoorAnswer.ErrorAsync(
            context, StatusCodes.Status507InsufficientStorage, "The signal log cannot be written at the moment, so nothing is acknowledged; send this again later.", LogStalled);
    }

    private Task RefuseBodyAsync(HttpContext context, BodyOutcome outcome)
    {
        meters.Refused(outcome == BodyOutcome.Gone ? "gone" : "body");
        return outcome switch
        {
            BodyOutcome.TooLarge => DoorAnswer.ErrorAsync(context, StatusCodes.Status413PayloadTooLarge, "A request has at most 500 KB, also when it is compressed; send several."),
            BodyOutcome.BadCompression => DoorAnswer.ErrorAsync(context, StatusCodes.Status400BadRequest, "The body starts like gzip but is not; compress it again."),
            BodyOutcome.UnknownEncoding => DoorAnswer.ErrorAsync(context, StatusCodes.Status415UnsupportedMediaType, "Bodies are read plain or as gzip; send one of these."),
            BodyOutcome.Gone => Task.CompletedTask,
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
        };
    }

    private void KeepRejections(DoorKey source, Moment at, SignalBatch batch, SignalRejection fault)
    {
        if (fault.Reason == RejectionReason.None && batch.Rejections.Count == 0)
        {
            return;
        }

        if (fault.Reason != RejectionReason.None)
        {
            rejected.Add(source, at, fault, batch.Buffer.AsSpan(0, batch.Length));
            return;
        }

        foreach (var rejection in batch.Rejections)
        {
            rejected.Add(source, at, rejection, batch.Buffer.AsSpan(rejection.RawStart, rejection.RawLength));
        }
    }

    private static Task FailAsync(HttpContext context, int status, string sentence) =>
        context.Response.HasStarted ? Task.CompletedTask : DoorAnswer.ErrorAsync(context, status, sentence);
}
