using System.Buffers;
using System.Text.Json;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Features;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scripts;

namespace MicroIntervention.Engine.Delivery;

/// <summary>A decision and its script as the JSON that a channel carries.</summary>
/// <remarks>Pure; allocates the result. Texts of packs and customers come out as JSON strings, never as markup.</remarks>
public static class PromptWriter
{
    /// <summary>Said by every prompt.</summary>
    public const string AutomatedNotice = "This is an automated message.";

    /// <summary>Reasons named in a webhook.</summary>
    private const int MaxReasons = 3;

    /// <summary>The Prompt of the wire contract, for <c>mi.js</c>.</summary>
    /// <param name="facts">The decision.</param>
    /// <param name="script">The scenario's web script.</param>
    /// <param name="reader">What is known of the customer. Shown to that customer only.</param>
    /// <param name="causeMessageId">Raw messageId of the signal that caused it; null for a timer.</param>
    /// <param name="lateAfter">After this long since that signal, on the browser's own clock, the prompt is withheld.</param>
    public static byte[] Web(DecisionFacts facts, PromptScript script, in TemplateFacts reader, string? causeMessageId, TimeSpan lateAfter)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("decisionId"u8, facts.Id.ToString());
            json.WriteString("scenario"u8, facts.Scenario.Value);
            json.WriteString("messageId"u8, causeMessageId);
            json.WriteNumber("lateAfterMs"u8, (long)lateAfter.TotalMilliseconds);
            WriteTexts(json, script, in reader);
            json.WriteString("automatedNotice"u8, AutomatedNotice);
            json.WriteString("locale"u8, "en"u8);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The payload of a webhook, type <c>intervention.offered</c>.</summary>
    /// <param name="facts">The decision.</param>
    /// <param name="plan">The plan it was made under: names the features.</param>
    /// <param name="script">The scenario's webhook script.</param>
    /// <param name="reader">What is known of the customer.</param>
    /// <param name="causeMessageId">Raw messageId of the signal that caused it; null for a timer.</param>
    /// <param name="expiresAt">After this moment the receiver should not show it any more.</param>
    public static byte[] Webhook(DecisionFacts facts, Plan plan, PromptScript script, in TemplateFacts reader, string? causeMessageId, Moment expiresAt)
    {
        var buffer = new ArrayBufferWriter<byte>(1536);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "intervention.offered"u8);
            json.WriteString("decisionId"u8, facts.Id.ToString());
            json.WriteString("scenario"u8, facts.Scenario.Value);
            json.WriteString("session"u8, facts.Session.ToString());
            json.WriteString("visitor"u8, facts.Visitor.ToString());
            json.WriteString("messageId"u8, causeMessageId);
            json.WriteString("decidedAt"u8, facts.At.ToDateTimeOffset());
            json.WriteString("expiresAt"u8, expiresAt.ToDateTimeOffset());
            json.WriteBoolean("test"u8, facts.IsTest);
            WriteScore(json, facts, plan);
            WriteTexts(json, script, in reader);
            json.WriteString("automatedNotice"u8, AutomatedNotice);
            json.WriteString("locale"u8, "en"u8);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteScore(Utf8JsonWriter json, DecisionFacts facts, Plan plan)
    {
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
        foreach (var scenario in plan.Scenarios)
        {
            // A decision of an older plan names its scenario but not this plan's features: then no reasons rather than wrong ones.
            if (scenario.Policy.Key != facts.Scenario || facts.Plan != plan.Fingerprint)
            {
                continue;
            }

            foreach (var share in FeatureShare.Raising(facts.Forecast, scenario.Model.Artifact, plan.Features, MaxReasons))
            {
                json.WriteStartObject();
                json.WriteString("title"u8, share.Title);
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
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, PromptScript script, in TemplateFacts reader)
    {
        json.WriteString("title"u8, script.Title.Render(reader));
        json.WriteString("acknowledge"u8, script.Acknowledge.Render(reader));
        json.WriteString("offer"u8, script.Offer.Render(reader));
        json.WriteStartArray("choices"u8);
        foreach (var choice in script.Choices)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, choice.Id);
            json.WriteString("label"u8, choice.Label.Render(reader));
            json.WriteString("action"u8, choice.Action switch
            {
                ChoiceAction.Accept => "accept",
                ChoiceAction.Person => "person",
                ChoiceAction.Dismiss => "dismiss",
                _ => throw new InvalidOperationException($"No name for action {choice.Action}."),
            });
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("contact"u8, script.Contact.Render(reader));
    }
}
