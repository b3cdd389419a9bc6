using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scripts;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>A scenario as a file that moves between domains, read and found sound. Immutable.</summary>
public sealed record ScenarioPack
{
    public required ScenarioKey Key { get; init; }

    /// <summary>1 and up; a changed pack has a new one.</summary>
    public required int Version { get; init; }

    public required string Title { get; init; }

    public required string Description { get; init; }

    /// <summary>The kind of business it was made for, in a word or two.</summary>
    public required string Domain { get; init; }

    public required ImmutableArray<PackSetting> Settings { get; init; }

    public required ImmutableArray<PackSignal> Signals { get; init; }

    public required ImmutableArray<PackFeature> Features { get; init; }

    /// <summary>Terms in the order of the file; steps already turned into cuts and weights.</summary>
    public required ModelArtifact Model { get; init; }

    /// <summary>Without trigger bits and timers: those exist only within a plan.</summary>
    public required ScenarioPolicy Policy { get; init; }

    /// <summary>Null: the score decides.</summary>
    public required PackTrigger? Trigger { get; init; }

    public required ImmutableArray<PackTimer> Timers { get; init; }

    /// <summary>What marks a session as likely a program's; none where the pack says nothing.</summary>
    public ImmutableArray<PackBotRule> BotRules { get; init; } = [];

    /// <summary>A prompt that comes later after its signal is withheld, by the server and by the browser.</summary>
    public required TimeSpan LateAfter { get; init; }

    /// <summary>In order of preference.</summary>
    public required ImmutableArray<ChannelKind> Channels { get; init; }

    /// <summary>One for each channel, in the same order.</summary>
    public required ImmutableArray<PromptScript> Scripts { get; init; }

    /// <summary>The file's bytes.</summary>
    public required ReadOnlyMemory<byte> Source { get; init; }

    /// <summary>What it says on a channel; null when it does not speak there.</summary>
    public PromptScript? ScriptFor(ChannelKind channel) => Scripts.FirstOrDefault(s => s.Channel == channel);
}
