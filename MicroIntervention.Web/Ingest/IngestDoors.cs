using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Ingest;

/// <summary>The doors <c>/v1/{identify,track,page,batch}</c>: key, limits, body, engine, answer.</summary>
/// <remarks>Thread-safe. Answers 200 only when every accepted signal is durable.</remarks>
internal sealed class IngestDoors(
    ISignalIntake intake,
    IWriteKeys keys,
    UnknownKeyLimit unknownKeys,
    RejectedSignals rejected,
    IngestMeters meters,
    IOptions<IngestOptions> options,
    TimeProvider time,
    ILogger<IngestDoors> logger)
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogStalled = TimeSpan.FromSeconds(5);

    private readonly BatchPool _pool = new();

    // Upper half random once per process, lower half counted: fresh for every request without asking the system each time.
    private readonly ulong _seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private long _requests;

    /// <summary>The route of a path; null when it is not one of these doors. The short names are the ones Segment's browser SDK uses.</summary>
    public static SignalRoute? RouteOf(string? path) => path switch
    {
        "/v1/batch" or "/v1/b" => SignalRoute.Batch,
        "/v1/track" or "/v1/t" => SignalRoute.Track,
        "/v1/page" or "/v1/p" => SignalRoute.Page,
        "/v1/identify" or "/v1/i" => SignalRoute.Identify,
        _ => null,
    };

    public Task HandleAsync(HttpContext context, SignalRoute route)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            return PostAsync(context, route);
        }

        if (HttpMethods.IsOptions(context.Request.Method))
        {
            DoorAnswer.Preflight(context);
            return Task.CompletedTask;
        }

        context.Response.Headers.Allow = "POST, OPTIONS";
        return DoorAnswer.ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "Send signals with POST.");
    }

    private async Task PostAsync(HttpContext context, SignalRoute route)
    {
        var batch = _pool.Rent(context.Request.ContentLength);
        try
        {
            await TakeAsync(context, route, batch);
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

    private async Task TakeAsync(HttpContext context, SignalRoute route, SignalBatch batch)
    {
        // A key in the header is judged before the body is read; a beacon's key is in the body.
        var source = FindByHeader(context.Request, out var hasKey);
        if (hasKey && !await MayPassAsync(context, source))
        {
            return;
        }

        var outcome = await BodyReader.ReadAsync(context, _pool, batch, options.Value.MinBodyBytesPerSecond);
        if (outcome != BodyOutcome.Read)
        {
            await RefuseBodyAsync(context, outcome);
            return;
        }

        if (!hasKey)
        {
            source = FindInBody(batch);
            if (!await MayPassAsync(context, source))
            {
                return;
            }
        }

        var at = Moment.From(time.GetUtcNow());
        var fault = Parse(context.Request, route, source!, at, batch);
        source!.Limit.Charge(Math.Max(1, batch.Count + batch.Rejections.Count));
        KeepRejections(source, at, batch, fault);
        if (fault.Reason != RejectionReason.None || (route != SignalRoute.Batch && batch.Count == 0))
        {
            var why = fault.Reason != RejectionReason.None ? fault : batch.Rejections[0];
            meters.Refused("rejected");
            var status = why.Reason == RejectionReason.TooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest;
            await DoorAnswer.ErrorAsync(context, status, RejectionText.Sentence(why.Reason, why.Field));
            return;
        }

        // Read before the hand-over: a shard that lets go late must not be waited for.
        var (count, refused) = (batch.Count, batch.Rejections.Count);
        if (count > 0 && !await HandOverAsync(context, batch))
        {
            return;
        }

        meters.Accepted(count);
        await DoorAnswer.SuccessAsync(context, refused);
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

    private async ValueTask<bool> HandOverAsync(HttpContext context, SignalBatch batch)
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
                await DoorAnswer.ErrorAsync(context, StatusCodes.Status429TooManyRequests, "The engine has as much as it can take; send this again later.", SoonAgain);
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

    private DoorKey? FindByHeader(HttpRequest request, out bool hasKey)
    {
        Span<byte> key = stackalloc byte[WriteKeys.MaxKeyLength];
        var length = PresentedKey.FromHeader(request, key);
        hasKey = length > 0;
        return hasKey && keys.TryFind(key[..length], out var source) ? source : null;
    }

    private DoorKey? FindInBody(SignalBatch batch)
    {
        Span<byte> key = stackalloc byte[WriteKeys.MaxKeyLength];
        var length = PresentedKey.FromBody(batch.Buffer.AsSpan(0, batch.Length), key);
        return length > 0 && keys.TryFind(key[..length], out var source) ? source : null;
    }

    /// <summary>Checks key, origin, workspace and rate; answers when one of them says no.</summary>
    private async ValueTask<bool> MayPassAsync(HttpContext context, DoorKey? source)
    {
        if (source is null)
        {
            if (unknownKeys.TryTake(context.Connection.RemoteIpAddress, out var patience))
            {
                meters.Refused("unknown-key");
                await DoorAnswer.ErrorAsync(
                    context, StatusCodes.Status401Unauthorized, "The write key is missing or unknown; send it as the user of Basic authorization, or as writeKey in the body.");
            }
            else
            {
                meters.Refused("unknown-key-throttled");
                await DoorAnswer.ErrorAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests with unknown write keys; check the key, then try again.", patience);
            }

            return false;
        }

        if (!source.Allows(context.Request.Headers.Origin))
        {
            meters.Refused("origin");
            await DoorAnswer.ErrorAsync(context, StatusCodes.Status403Forbidden, "This browser key is not for this origin; add the origin to the key, or use a server key on a server.");
            return false;
        }

        if (source.RunsOnEventTime != intake.RunsOnEventTime)
        {
            meters.Refused("workspace");
            await DoorAnswer.ErrorAsync(context, StatusCodes.Status403Forbidden, "This key belongs to the other kind of workspace (live or replay).");
            return false;
        }

        if (!source.Limit.HasRoom(out var wait))
        {
            meters.Refused("throttled");
            await DoorAnswer.ErrorAsync(context, StatusCodes.Status429TooManyRequests, "This key sends more than its rate; send this again later.", wait);
            return false;
        }

        return true;
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
