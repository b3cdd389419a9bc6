using System.Buffers;
using System.Text;
using System.Text.Json;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Streams;

/// <summary>A visitor's answer to a prompt, read and checked; becomes one signal.</summary>
internal sealed record FeedbackRequest(DecisionId Decision, SignalKind Kind, string KindName, string? Choice, double? SignalToPaintMs)
{
    private const int MaxChoiceLength = 64;

    // Ten minutes: a browser that slept. Anything else is a broken clock.
    private const double MaxPaintMs = 600_000;

    /// <param name="fault">When null is returned: a sentence that says what to do.</param>
    public static FeedbackRequest? Read(ReadOnlyMemory<byte> body, out string fault)
    {
        fault = "Send {\"decisionId\":\"…\",\"kind\":\"…\"} as JSON.";
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 4 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            if (!DecisionId.TryParse(Text(root, "decisionId"), out var decision) || decision.Value.IsZero)
            {
                fault = "decisionId must be the 32 hexadecimal digits that came with the prompt.";
                return null;
            }

            var name = Text(root, "kind");
            if (KindOf(name) is var kind && kind == SignalKind.Unknown)
            {
                fault = "kind must be shown, accepted, dismissed, helpful, notHelpful, person or late.";
                return null;
            }

            var choice = Text(root, "choice");
            if (choice?.Length > MaxChoiceLength)
            {
                fault = "choice must be the id of one of the prompt's choices, at most 64 characters.";
                return null;
            }

            double? paint = null;
            if (root.TryGetProperty("signalToPaintMs", out var number) && number.ValueKind != JsonValueKind.Null)
            {
                if (number.ValueKind != JsonValueKind.Number || !number.TryGetDouble(out var ms) || ms is not (>= 0 and <= MaxPaintMs))
                {
                    fault = "signalToPaintMs must be a number of milliseconds from 0 to 600000.";
                    return null;
                }

                paint = ms;
            }

            return new FeedbackRequest(decision, kind, name!, choice, paint);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The answer as a batch of one signal. Its raw text is written anew, so that only what was checked reaches the log.</summary>
    public SignalBatch ToBatch(KeyedHash hash, in StreamToken token, SignalFlags flags, Moment now)
    {
        var json = new ArrayBufferWriter<byte>(160);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("decisionId", Decision.ToString());
            writer.WriteString("kind", KindName);
            if (Choice is not null)
            {
                writer.WriteString("choice", Choice);
            }

            if (SignalToPaintMs is { } ms)
            {
                writer.WriteNumber("signalToPaintMs", ms);
            }

            writer.WriteEndObject();
        }

        var batch = new SignalBatch { Buffer = json.WrittenSpan.ToArray(), Length = json.WrittenCount };
        batch.Add(new Signal
        {
            Visitor = token.Visitor,
            // The visitor is part of it: nobody can use up another's answer.
            Message = new MessageKey(hash.Of(HashDomain.Message, Encoding.ASCII.GetBytes($"fb:{token.Visitor}:{Decision}:{KindName}"))),
            About = Decision,
            ReceivedAt = now,
            SourceTime = now,
            Kind = Kind,
            Flags = flags,
            Source = token.Source,
            ZoneOffsetMinutes = Signal.UnknownZone,
            RawStart = 0,
            RawLength = json.WrittenCount,
        });
        return batch;
    }

    private static SignalKind KindOf(string? name) => name switch
    {
        "shown" => SignalKind.Shown,
        "accepted" => SignalKind.Accepted,
        "dismissed" => SignalKind.Dismissed,
        "helpful" => SignalKind.Helpful,
        "notHelpful" => SignalKind.NotHelpful,
        "person" => SignalKind.PersonRequested,
        "late" => SignalKind.WithheldInBrowser,
        _ => SignalKind.Unknown,
    };

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
