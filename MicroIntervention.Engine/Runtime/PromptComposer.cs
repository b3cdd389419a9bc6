using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Scripts;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>A decision to intervene as requests for the channels of its pack, in their order.</summary>
public sealed class PromptComposer(PlanBook book, SendGates gates, Func<Plan> plan) : IPromptComposer
{
    public DeliveryRequest[] Compose(Decision.Intervene decision, Addressee person, ReadOnlySpan<byte> cause, Moment receivedAt, Moment expiresAt)
    {
        var facts = decision.Facts;
        if (book.PackOf(facts.Plan, facts.Scenario) is not { } pack)
        {
            return [];
        }

        var messageId = cause.IsEmpty ? null : SignalText.Read(cause, "messageId");
        // A name that only the session said is good enough to be called by; tier and purchases are the verified profile's.
        var reader = new TemplateFacts(person.Of(ProfileField.PreferredName) ?? person.SaidName, person.Of(ProfileField.Tier), person.Of(ProfileField.Purchase));
        var requests = new List<DeliveryRequest>(pack.Channels.Length);
        foreach (var channel in pack.Channels)
        {
            if (BodyFor(channel, pack, facts, in reader, messageId, expiresAt) is { } body)
            {
                requests.Add(new DeliveryRequest(
                    facts.Id, facts.Visitor, facts.Session, facts.Scenario, channel, DeliveryKind.Prompt, receivedAt, expiresAt, body, gates.Of(facts.Scenario)) { Screen = person.Screen });
            }
        }

        return [.. requests];
    }

    private byte[]? BodyFor(ChannelKind channel, ScenarioPack pack, DecisionFacts facts, in TemplateFacts reader, string? messageId, Moment expiresAt) =>
        pack.ScriptFor(channel) is not { } script
            ? null
            : channel switch
            {
                ChannelKind.Web => PromptWriter.Web(facts, script, in reader, messageId, pack.LateAfter),
                ChannelKind.Webhook => PromptWriter.Webhook(facts, plan(), script, in reader, messageId, expiresAt),
                ChannelKind.None => null,
                _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "No writer for this channel."),
            };
}
