using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>Who may come through a door: key, origin, workspace and rate.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class DoorGate(ISignalIntake intake, IWriteKeys keys, UnknownKeyLimit unknownKeys, IngestMeters meters)
{
    /// <summary>What says "later" in a form: 429, but 503 where the SDK gives up what any 4xx answered (posthog-js) and tries 5xx again.</summary>
    public static int BusyStatus(DoorForm form) =>
        form is DoorForm.PostHog or DoorForm.PostHogFlags ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests;

    public DoorKey? FindByHeader(HttpRequest request, out bool hasKey)
    {
        Span<byte> key = stackalloc byte[WriteKeys.MaxKeyLength];
        var length = PresentedKey.FromHeader(request, key);
        hasKey = length > 0;
        return hasKey && keys.TryFind(key[..length], out var source) ? source : null;
    }

    public DoorKey? FindInBody(DoorForm form, SignalBatch batch)
    {
        Span<byte> key = stackalloc byte[WriteKeys.MaxKeyLength];
        var length = PresentedKey.FromBody(form, batch.Buffer.AsSpan(0, batch.Length), key);
        return length > 0 && keys.TryFind(key[..length], out var source) ? source : null;
    }

    /// <summary>Checks key, origin, workspace and rate; answers when one of them says no.</summary>
    public async ValueTask<bool> MayPassAsync(HttpContext context, DoorForm form, DoorKey? source)
    {
        if (source is null)
        {
            if (unknownKeys.TryTake(context.Connection.RemoteIpAddress, out var patience))
            {
                meters.Refused("unknown-key");
                await DoorAnswer.ErrorAsync(
                    context, StatusCodes.Status401Unauthorized, "The write key is missing or unknown; send it as the user of Basic authorization, as a bearer token, or as writeKey (PostHog: api_key) in the body.");
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
            await DoorAnswer.ErrorAsync(context, BusyStatus(form), "This key sends more than its rate; send this again later.", wait);
            return false;
        }

        return true;
    }
}
