using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>A decision to intervene as requests for the channels of its pack, in their order.</summary>
public sealed class PromptComposer(PlanBook book, SendGates gates, Func<Plan> plan) : IPromptComposer
{
    public DeliveryRequest[] Compose(Decision.Intervene decision, string? displayName, ReadOnlySpan<byte> cause, Moment receivedAt, Moment expiresAt)
    {
        var facts = decision.Facts;
        if (book.PackOf(facts.Plan, facts.Scenario) is not { } pack)
        {
            return [];
        }

        var messageId = cause.IsEmpty ? null : SignalText.Read(cause, "messageId");
        var requests = new List<DeliveryRequest>(pack.Channels.Length);
        foreach (var channel in pack.Channels)
        {
            if (BodyFor(channel, pack, facts, displayName, messageId, expiresAt) is { } body)
            {
                requests.Add(new DeliveryRequest(
                    facts.Id, facts.Visitor, facts.Session, facts.Scenario, channel, DeliveryKind.Prompt, receivedAt, expiresAt, body, gates.Of(facts.Scenario)));
            }
        }

        return [.. requests];
    }

    private byte[]? BodyFor(ChannelKind channel, ScenarioPack pack, DecisionFacts facts, string? displayName, string? messageId, Moment expiresAt) =>
        pack.ScriptFor(channel) is not { } script
            ? null
            : channel switch
            {
                ChannelKind.Web => PromptWriter.Web(facts, script, displayName, messageId, pack.LateAfter),
                ChannelKind.Webhook => PromptWriter.Webhook(facts, plan(), script, displayName, messageId, expiresAt),
                ChannelKind.None => null,
                _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "No writer for this channel."),
            };
}
