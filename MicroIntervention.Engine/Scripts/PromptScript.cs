using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Scripts;

/// <summary>What one scenario says on one channel: it acknowledges the friction, offers one remedy, and a person.</summary>
/// <param name="Channel">Where it is said.</param>
/// <param name="Title">A word or two above it.</param>
/// <param name="Acknowledge">The first sentence: that the friction was seen.</param>
/// <param name="Offer">The one remedy, as a question.</param>
/// <param name="Choices">Answers in the order of their buttons.</param>
/// <param name="Contact">How to reach a person; shown when the customer asks for one.</param>
public sealed record PromptScript(
    ChannelKind Channel,
    TextTemplate Title,
    TextTemplate Acknowledge,
    TextTemplate Offer,
    ImmutableArray<PromptChoice> Choices,
    TextTemplate Contact);

/// <summary>One answer to a prompt.</summary>
/// <param name="Id">Unique in its script; what the answer is reported by.</param>
/// <param name="Label">On the button.</param>
/// <param name="Action">What it does.</param>
public sealed record PromptChoice(string Id, TextTemplate Label, ChoiceAction Action);

/// <summary>What an answer does.</summary>
public enum ChoiceAction : byte
{
    /// <summary>Takes the remedy.</summary>
    Accept = 0,

    /// <summary>Asks for a person.</summary>
    Person = 1,

    /// <summary>Says no; respected for the scenario's time.</summary>
    Dismiss = 2,
}
