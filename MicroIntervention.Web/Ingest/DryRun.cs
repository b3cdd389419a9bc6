using System.Collections.Immutable;
using System.Text.Json;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Features;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Ingest;

/// <summary>Tells a sender how each of its events would be read, and which scenarios would look at it.</summary>
/// <remarks>Says back only hashes and what the plan reads; a wrong event is told with the sentence its sender would find in the table of refused events.</remarks>
internal static class DryRun
{
    /// <param name="plan">In force; null where there is none.</param>
    /// <param name="source">Whose key it came with.</param>
    /// <param name="reading">How the body became a batch.</param>
    /// <param name="fault">Why the whole request would be refused; otherwise its reason is none.</param>
    /// <param name="batch">What the parser made of it.</param>
    public static byte[] Write(Plan? plan, DoorKey source, in ForeignReading reading, SignalRejection fault, SignalBatch batch)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteBoolean("stored", false);
            json.WriteString("form", FormName(reading.Form));
            json.WriteStartObject("source");
            json.WriteNumber("number", source.Id.Value);
            json.WriteString("kind", source.Kind == SourceKind.Server ? "server" : "browser");
            json.WriteEndObject();
            json.WriteNumber("accepted", batch.Count);
            json.WriteNumber("rejected", batch.Rejections.Count + (reading.Refused?.Count ?? 0));
            if (fault.Reason != RejectionReason.None)
            {
                json.WriteStartObject("refused");
                WriteReason(json, fault);
                json.WriteEndObject();
            }

            json.WriteStartArray("events");
            WriteEvents(json, plan, reading.Refused, batch);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    // In the order of the request; elements that were no event of their form at all come last.
    private static void WriteEvents(Utf8JsonWriter json, Plan? plan, List<RefusedElement>? refused, SignalBatch batch)
    {
        var signals = batch.Signals;
        var at = 0;
        foreach (var rejection in batch.Rejections)
        {
            for (; at < signals.Length && signals[at].RawStart < rejection.RawStart; at++)
            {
                WriteSignal(json, plan, batch, in signals[at]);
            }

            WriteRejection(json, rejection);
        }

        for (; at < signals.Length; at++)
        {
            WriteSignal(json, plan, batch, in signals[at]);
        }

        refused?.ForEach(element => WriteRejection(json, element.Rejection));
    }

    private static void WriteRejection(Utf8JsonWriter json, SignalRejection rejection)
    {
        json.WriteStartObject();
        json.WriteBoolean("accepted", false);
        WriteReason(json, rejection);
        json.WriteEndObject();
    }

    private static void WriteReason(Utf8JsonWriter json, SignalRejection rejection)
    {
        json.WriteString("reason", RejectionText.NameOf(rejection.Reason));
        json.WriteString("field", rejection.Field);
        json.WriteString("detail", RejectionText.Sentence(rejection.Reason, rejection.Field));
    }

    private static void WriteSignal(Utf8JsonWriter json, Plan? plan, SignalBatch batch, in Signal signal)
    {
        var raw = batch.RawOf(in signal);
        json.WriteStartObject();
        json.WriteBoolean("accepted", true);
        json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(signal.Kind.ToString()));
        json.WriteString("event", MatchedAs(signal.Kind, raw));
        var isServer = signal.Has(SignalFlags.Verified);
        if (isServer)
        {
            // Hashes of ids are for those who hold a secret key: a public one would let anybody ask for anybody's.
            json.WriteString("visitor", signal.Visitor.Value.ToString());
        }

        json.WriteString("visitorFrom", SignalText.Has(raw, "anonymousId") && SignalText.Read(raw, "anonymousId") is { Length: > 0 } ? "anonymousId" : "userId");
        json.WriteString("session", signal.Has(SignalFlags.ExplicitSession) ? "explicit" : "visit");
        json.WriteBoolean("messageId", SignalText.Has(raw, "messageId"));
        json.WriteString("sourceTime", DateTimeOffset.FromUnixTimeMilliseconds(signal.SourceTime.Milliseconds));
        json.WriteBoolean("late", plan is not null && !signal.Has(SignalFlags.EventClock) && signal.ReceivedAt - signal.SourceTime > plan.LateLimit);
        json.WriteBoolean("verified", isServer);
        json.WriteBoolean("privacyControl", signal.Has(SignalFlags.PrivacyControl));
        if (TextSignal.IsText(signal.Kind))
        {
            json.WriteString("speaker", JsonNamingPolicy.CamelCase.ConvertName(TextSignal.SpeakerOf(signal.Kind, raw).ToString()));
            json.WriteBoolean("text", TextSignal.TryRead(raw, new byte[raw.Length], out _));
        }

        // A plan that changed since the parser read would be told wrongly: then nothing is told of it.
        var isCurrent = plan?.Schema.Version == signal.SchemaVersion;
        json.WriteStartObject("numbers");
        if (isCurrent)
        {
            WriteNumbers(json, plan!.Schema.NumericProperties, in signal);
        }

        json.WriteEndObject();
        json.WriteStartArray("scenarios");
        if (isCurrent)
        {
            WriteScenarios(json, plan!, signal.Matches);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Behind the numbers lie fingerprints, which say nothing to anybody.
    private static void WriteNumbers(Utf8JsonWriter json, ImmutableArray<string> names, in Signal signal)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if ((signal.ValueMask & (1 << i)) != 0)
            {
                json.WriteNumber(names[i], signal.Values[i]);
            }
        }
    }

    /// <summary>Scenarios whose features or triggers the event touches. A feature over every signal touches none in particular and is left out.</summary>
    private static void WriteScenarios(Utf8JsonWriter json, Plan plan, ulong matches)
    {
        foreach (var scenario in plan.Scenarios)
        {
            var touched = scenario.Model.Artifact.Terms.Select(term => term.Feature)
                .Where(name => plan.Features.Features.Any(f => f.Name == name && f.Matcher != FeatureDefinition.EverySignal && (matches & (1UL << f.Matcher)) != 0))
                .ToList();
            var triggers = (scenario.Policy.TriggerMatches & matches) != 0;
            var timers = scenario.Policy.Timers.Any(timer => (timer.StartMatches & matches) != 0);
            if (touched.Count == 0 && !triggers && !timers)
            {
                continue;
            }

            json.WriteStartObject();
            json.WriteString("scenario", scenario.Policy.Key.ToString());
            json.WriteStartArray("features");
            touched.ForEach(json.WriteStringValue);
            json.WriteEndArray();
            json.WriteBoolean("triggers", triggers);
            json.WriteBoolean("startsTimer", timers);
            json.WriteEndObject();
        }
    }

    private static string MatchedAs(SignalKind kind, ReadOnlySpan<byte> raw) => kind switch
    {
        SignalKind.Page => EventNames.PageViewed,
        SignalKind.Identify => EventNames.Identified,
        SignalKind.Group => EventNames.GroupJoined,
        SignalKind.Alias => EventNames.Aliased,
        _ => SignalText.Read(raw, "event") ?? "",
    };

    private static string FormName(DoorForm form) => form switch
    {
        DoorForm.CloudEvents => "cloudevents",
        DoorForm.PostHog => "posthog",
        _ => "segment",
    };
}
