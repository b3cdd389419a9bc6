using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scripts;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>Channels of a pack and what it says on each.</summary>
internal static class PackScriptReader
{
    private static readonly ImmutableArray<(string Word, ChannelKind Value)> Channels = [("web", ChannelKind.Web), ("webhook", ChannelKind.Webhook)];

    private static readonly ImmutableArray<(string, ChoiceAction)> Actions =
        [("accept", ChoiceAction.Accept), ("person", ChoiceAction.Person), ("dismiss", ChoiceAction.Dismiss)];

    /// <summary>Texts are cut off here while reading; the channel's own limits follow.</summary>
    private const int LongestText = 2000;

    public static (ImmutableArray<ChannelKind> Channels, ImmutableArray<PromptScript> Scripts) Read(PackObject root, PackScope scope)
    {
        var before = scope.Faults.Count;
        var channels = ImmutableArray.CreateBuilder<ChannelKind>();
        foreach (var item in root.Required("channels", "where it speaks: \"web\", \"webhook\"")?.Items(1, Channels.Length) ?? [])
        {
            if (item.Word(Channels) is not { } channel)
            {
                continue;
            }

            if (channels.Contains(channel))
            {
                scope.Add(item.Path, "is there twice; keep one.");
                continue;
            }

            channels.Add(channel);
        }

        // A mistyped channel leaves its script without one; that is not a second fault.
        var channelsAreClear = scope.Faults.Count == before;
        var scripts = ImmutableArray.CreateBuilder<PromptScript>();
        if (root.Required("script", "what it says, per channel") is { } node && PackObject.From(node, PackMembers.Scripts) is { } all)
        {
            foreach (var (word, channel) in Channels)
            {
                if (channels.Contains(channel))
                {
                    if (all.Required(word, "what it says on this channel") is { } text && PackObject.From(text, PackMembers.Script) is { } script)
                    {
                        scripts.Add(One(script, channel, scope));
                    }
                }
                else if (channelsAreClear && all.Optional(word) is { } unused)
                {
                    scope.Add(unused.Path, $"is never said; add \"{word}\" to channels or remove it.");
                }
            }
        }

        return (channels.ToImmutable(), [.. scripts.OrderBy(s => channels.IndexOf(s.Channel))]);
    }

    private static PromptScript One(PackObject script, ChannelKind channel, PackScope scope)
    {
        var limits = ScriptLimits.Of(channel);
        return new PromptScript(
            channel,
            Text(script.Required("title", "a word or two above the message"), limits.Title, scope),
            Text(script.Required("acknowledge", "a script begins by saying that the trouble was seen"), limits.Acknowledge, scope),
            Text(script.Required("offer", "the one remedy, as a question"), limits.Offer, scope),
            Choices(script, limits, scope),
            Text(script.Required("contact", "how to reach a person"), limits.Contact, scope));
    }

    private static ImmutableArray<PromptChoice> Choices(PackObject script, ScriptLimits limits, PackScope scope)
    {
        if (script.Required("choices", "one that takes the remedy and one that asks for a person") is not { } node)
        {
            return [];
        }

        var before = scope.Faults.Count;
        var choices = ImmutableArray.CreateBuilder<PromptChoice>();
        foreach (var item in node.Items(2, PackLimits.Choices))
        {
            if (PackObject.From(item, PackMembers.Choice) is not { } choice)
            {
                continue;
            }

            var id = choice.Required("id", "what the answer is reported by")?.Text(PackLimits.NameLength);
            if (id is not null && !id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            {
                scope.Add(choice.PathOf("id"), $"\"{id}\" is no id; use only small letters, digits and hyphens.");
            }
            else if (id is not null && choices.Any(c => c.Id == id))
            {
                scope.Add(choice.PathOf("id"), $"\"{id}\" is the id of an earlier choice; give it another.");
            }

            var label = Text(choice.Required("label", "the words on the button"), limits.Label, scope);
            var action = choice.Required("action", "accept, person or dismiss")?.Word(Actions);
            choices.Add(new PromptChoice(id ?? "", label, action ?? default));
        }

        if (scope.Faults.Count == before)
        {
            Expect(ChoiceAction.Accept, "accept", "offers one remedy: exactly one choice has the action \"accept\"");
            Expect(ChoiceAction.Person, "person", "keeps a person one tap away: exactly one choice has the action \"person\"");
            if (choices.Count(c => c.Action == ChoiceAction.Dismiss) > 1)
            {
                scope.Add(node.Path, "has more than one choice with the action \"dismiss\"; keep one.");
            }
        }

        return choices.ToImmutable();

        void Expect(ChoiceAction action, string word, string rule)
        {
            var count = choices.Count(c => c.Action == action);
            if (count != 1)
            {
                scope.Add(node.Path, $"has {count} choices with the action \"{word}\"; a script {rule}.");
            }
        }
    }

    private static TextTemplate Text(PackNode? node, int maxLength, PackScope scope)
    {
        if (node is not { } there || there.Text(LongestText) is not { } text)
        {
            return TextTemplate.Empty;
        }

        if (text.Any(char.IsControl))
        {
            scope.Add(there.Path, "holds a control character (a line break or tab, perhaps); write one line of text.");
        }

        var faults = new List<string>();
        var template = TextTemplate.Parse(text, faults);
        foreach (var fault in faults)
        {
            scope.Add(there.Path, fault);
        }

        if (template is not null && template.FallbackLength > maxLength)
        {
            scope.Add(there.Path, $"has {template.FallbackLength} characters with its fallbacks; this channel shows at most {maxLength}.");
        }

        return template ?? TextTemplate.Empty;
    }
}
