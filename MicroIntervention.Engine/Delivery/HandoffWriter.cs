using System.Buffers;
using System.Text.Json;
using MicroIntervention.Engine.Features;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Delivery;

/// <summary>A context bundle as the JSON that goes to the people who take over: type <c>person.requested</c>, version 1.</summary>
/// <remarks>
/// Pure; allocates the result. Members: type, version, decisionId, scenario {key, title}, session, visitor, test, requestedAt, decidedAt,
/// score {scale, value, threshold}, reasons [{title, value, adds}], offered {channel, title, acknowledge, offer, choice, shownAt},
/// page {path, title} or null, customer {displayName, userId, verified, locale, timeZone}, contact. Times are ISO 8601 in UTC; what is not
/// known is null, never left out. A later version only adds members.
/// </remarks>
public static class HandoffWriter
{
    /// <summary>Number of this shape; receivers check it.</summary>
    public const int Version = 1;

    // Keeps a page title or a name from filling a helpdesk's screen, and the bundle within a webhook's size.
    private const int MaxTextLength = 500;

    public static byte[] Write(HandoffBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        var facts = bundle.Decision;
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "person.requested"u8);
            json.WriteNumber("version"u8, Version);
            json.WriteString("decisionId"u8, facts.Id.ToString());
            json.WriteStartObject("scenario"u8);
            json.WriteString("key"u8, facts.Scenario.Value);
            Text(json, "title", bundle.ScenarioTitle);
            json.WriteEndObject();
            json.WriteString("session"u8, facts.Session.ToString());
            json.WriteString("visitor"u8, facts.Visitor.ToString());
            json.WriteBoolean("test"u8, facts.IsTest);
            Time(json, "requestedAt", bundle.RequestedAt);
            Time(json, "decidedAt", facts.At);
            WriteScore(json, bundle);
            WriteOffer(json, bundle.Offered);
            if (bundle.Page is { } page)
            {
                json.WriteStartObject("page"u8);
                Text(json, "path", PathOnly(page.Path));
                Text(json, "title", page.Title);
                json.WriteEndObject();
            }
            else
            {
                json.WriteNull("page"u8);
            }

            var customer = bundle.Customer;
            json.WriteStartObject("customer"u8);
            Text(json, "displayName", customer.DisplayName);
            Text(json, "userId", customer.UserId);
            json.WriteBoolean("verified"u8, customer.IsVerified);
            Text(json, "locale", customer.Locale);
            Text(json, "timeZone", customer.TimeZone);
            json.WriteEndObject();
            Text(json, "contact", bundle.Offered.Contact);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteScore(Utf8JsonWriter json, HandoffBundle bundle)
    {
        var facts = bundle.Decision;
        json.WriteStartObject("score"u8);
        json.WriteString("scale"u8, facts.Forecast.Scale switch
        {
            ScoreScale.Points => "points",
            ScoreScale.Probability => "probability",
            _ => throw new InvalidOperationException($"No name for scale {facts.Forecast.Scale}."),
        });
        json.WriteNumber("value"u8, facts.Forecast.Value);
        json.WriteNumber("threshold"u8, facts.Threshold);
        json.WriteEndObject();
        json.WriteStartArray("reasons"u8);
        foreach (var share in bundle.Reasons)
        {
            json.WriteStartObject();
            Text(json, "title", share.Title);
            if (FeatureRow.IsMissing(share.Value))
            {
                json.WriteNull("value"u8);
            }
            else
            {
                json.WriteNumber("value"u8, share.Value);
            }

            json.WriteNumber("adds"u8, share.Contribution);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOffer(Utf8JsonWriter json, HandoffOffer offer)
    {
        json.WriteStartObject("offered"u8);
        json.WriteString("channel"u8, offer.Channel switch
        {
            ChannelKind.Web => "web",
            ChannelKind.Webhook => "webhook",
            ChannelKind.None => "none",
            _ => throw new InvalidOperationException($"No name for channel {offer.Channel}."),
        });
        Text(json, "title", offer.Title);
        Text(json, "acknowledge", offer.Acknowledge);
        Text(json, "offer", offer.Offer);
        Text(json, "choice", offer.Choice);
        Time(json, "shownAt", offer.ShownAt);
        json.WriteEndObject();
    }

    private static void Time(Utf8JsonWriter json, string name, Moment? at)
    {
        if (at is { } moment)
        {
            json.WriteString(name, moment.ToDateTimeOffset());
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is { Length: > MaxTextLength })
        {
            // Not between the halves of one character: half a character is no text.
            var end = char.IsHighSurrogate(text[MaxTextLength - 1]) ? MaxTextLength - 1 : MaxTextLength;
            text = text[..end];
        }

        json.WriteString(name, text);
    }

    private static string PathOnly(string path) => path.AsSpan().IndexOfAny('?', '#') is var end and >= 0 ? path[..end] : path;
}
