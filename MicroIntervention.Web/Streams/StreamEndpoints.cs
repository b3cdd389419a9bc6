using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Ingest;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Streams;

/// <summary>The visitor's three doors: <c>POST /v1/hello</c>, <c>GET /v1/stream</c>, <c>POST /v1/feedback</c>.</summary>
/// <remarks>
/// Nobody is known here by cookie, so every origin may read the answers; whether a key may be used from an origin is checked on the request.
/// </remarks>
internal sealed class StreamEndpoints(
    IWriteKeys keys,
    StreamTokens tokens,
    StreamLimits limits,
    VisitorBindings bindings,
    VisitorStreams streams,
    IFeedbackIntake intake,
    KeyedHash hash,
    StreamOptions options,
    TimeProvider time)
{
    private const int MaxBodyBytes = 8 * 1024;

    private static readonly DoorProblem NoToken = new(401, "The token is missing, wrong or too old: say hello again to get one.");
    private static readonly DoorProblem WrongKey = new(401, "The write key is unknown, revoked or not a browser key.");
    private static readonly DoorProblem WrongOrigin = new(403, "This write key may not be used from this origin; add the origin to the key's source.");
    private static readonly DoorProblem OtherSecret = new(403, "This anonymousId belongs to another browser: start with a new one.");
    private static readonly DoorProblem TooMany = new(429, "Too many requests: try again in a moment.", RetryAfterSeconds: 1);
    private static readonly DoorProblem Busy = new(503, "The service is busy: try again in a moment.", RetryAfterSeconds: 2);
    private static readonly DoorProblem TooLarge = new(413, "The body is larger than 8 KB.");

    public async Task HelloAsync(HttpContext context)
    {
        AllowReading(context.Response);
        if (!limits.TryHello(context.Connection.RemoteIpAddress))
        {
            await TooMany.WriteAsync(context);
            return;
        }

        if (await ReadBodyAsync(context) is not { } body)
        {
            await TooLarge.WriteAsync(context);
            return;
        }

        if (HelloRequest.Read(body, hash, out var fault) is not { } hello)
        {
            await new DoorProblem(400, fault).WriteAsync(context);
            return;
        }

        if (Find(BasicUser(context.Request.Headers.Authorization) ?? hello.WriteKey) is not { } source)
        {
            await WrongKey.WriteAsync(context);
            return;
        }

        if (!source.Allows(context.Request.Headers.Origin))
        {
            await WrongOrigin.WriteAsync(context);
            return;
        }

        switch (await bindings.BindAsync(hello.Visitor, hello.Secret, context.RequestAborted))
        {
            case BindResult.Bound:
                streams.Expect(hello.Visitor);
                await context.Response.WriteAsJsonAsync(
                    new { token = tokens.Issue(hello.Visitor, source.Id), expiresInSeconds = (int)options.TokenLife.TotalSeconds });
                break;
            case BindResult.OtherSecret:
                await OtherSecret.WriteAsync(context);
                break;
            case BindResult.Busy:
                await Busy.WriteAsync(context);
                break;
            default:
                throw new InvalidOperationException("No such result.");
        }
    }

    public async Task StreamAsync(HttpContext context)
    {
        AllowReading(context.Response);
        if (Admit(context, out var token) is { } problem)
        {
            await problem.WriteAsync(context);
            return;
        }

        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no"; // nginx would hold events back
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        DecisionId? after = DecisionId.TryParse(context.Request.Headers["Last-Event-ID"].ToString(), out var id) ? id : null;
        var connection = new StreamConnection(response.BodyWriter, token.ExpiresAt, time, options.MaxWaitingBytes, streams.Counts, context.Abort);

        if (!streams.TryOpen(token.Visitor, connection, after))
        {
            await Busy.WriteAsync(context);
            return;
        }

        try
        {
            // The first bytes tell the browser that it is connected; without them the headers would wait for the first prompt.
            connection.TryWrite(StreamFrame.Hello);
            await using var gone = context.RequestAborted.Register(connection.End);
            await connection.Ended;
        }
        finally
        {
            streams.Close(token.Visitor, connection);
            await connection.DrainedAsync();
        }
    }

    public async Task FeedbackAsync(HttpContext context)
    {
        AllowReading(context.Response);
        if (Admit(context, out var token) is { } problem)
        {
            await problem.WriteAsync(context);
            return;
        }

        if (await ReadBodyAsync(context) is not { } body)
        {
            await TooLarge.WriteAsync(context);
            return;
        }

        if (FeedbackRequest.Read(body, out var fault) is not { } feedback)
        {
            await new DoorProblem(400, fault).WriteAsync(context);
            return;
        }

        var flags = context.Request.Headers["Sec-GPC"] == "1" ? SignalFlags.PrivacyControl : SignalFlags.None;
        var batch = feedback.ToBatch(hash, token, flags, Moment.From(time.GetUtcNow()));
        if (!intake.TryPost(batch) || await batch.WhenDurable != BatchResult.Durable)
        {
            await Busy.WriteAsync(context);
            return;
        }

        streams.Forget(token.Visitor, feedback.Decision);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("{\"success\":true}");
    }

    /// <summary>What a browser asks before a request with our headers.</summary>
    public static Task PreflightAsync(HttpContext context)
    {
        AllowReading(context.Response);
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        headers.AccessControlAllowHeaders = "authorization, content-type, last-event-id, x-retry-count, anonymousid, sentat";
        headers.AccessControlMaxAge = "86400";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private DoorProblem? Admit(HttpContext context, out StreamToken token)
    {
        if (!tokens.TryRead(context.Request.Headers.Authorization, out token) || !keys.TryFind(token.Source, out var source) || source.Kind != SourceKind.Browser)
        {
            return NoToken;
        }

        // A browser leaves the header out of a GET to its own origin, so only a foreign one counts against a stream.
        var origin = context.Request.Headers.Origin;
        if ((!StringValues.IsNullOrEmpty(origin) || !HttpMethods.IsGet(context.Request.Method)) && !source.Allows(origin))
        {
            return WrongOrigin;
        }

        return limits.TryVisitor(token.Visitor) ? null : TooMany;
    }

    /// <summary>The browser source of a key; null for an unknown, revoked or server key.</summary>
    private DoorKey? Find(string? key) =>
        key is { Length: > 0 and <= WriteKeys.MaxKeyLength } && keys.TryFind(Encoding.UTF8.GetBytes(key), out var source) && source.Kind == SourceKind.Browser ? source : null;

    private static void AllowReading(HttpResponse response)
    {
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.AccessControlExposeHeaders = "retry-after";
    }

    /// <summary>Null when the body is too large.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContext context)
    {
        var buffer = new byte[Math.Min(context.Request.ContentLength is { } said and >= 0 and < MaxBodyBytes ? (int)said + 1 : MaxBodyBytes + 1, MaxBodyBytes + 1)];
        var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > MaxBodyBytes)
        {
            // No conditional expression: there null would become an empty memory, by way of the array conversion.
            return null;
        }

        return buffer.AsMemory(0, length);
    }

    private static string? BasicUser(string? authorization)
    {
        const string scheme = "Basic ";
        Span<byte> decoded = stackalloc byte[300];
        return authorization is { Length: <= 400 } && authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) &&
            Convert.TryFromBase64Chars(authorization.AsSpan(scheme.Length), decoded, out var length)
            ? Encoding.UTF8.GetString(decoded[..length]).Split(':', 2)[0]
            : null;
    }
}
