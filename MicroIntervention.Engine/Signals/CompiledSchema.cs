using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>A <see cref="SignalSchema"/> in the form the parser reads by: event name to candidate matchers, property paths to slots.</summary>
internal sealed class CompiledSchema
{
    /// <summary>The property that <c>Consent Updated</c> is read by; every plan knows it.</summary>
    private const string Granted = "granted";

    /// <summary>Longest text whose escapes are resolved before it is fingerprinted, in bytes.</summary>
    private const int LongestEscaped = 512;

    /// <summary>What a line of text names its conversation by when <c>context.sessionId</c> does not; every plan knows them, the first that is there counts.</summary>
    private static readonly string[] ConversationNames = ["conversationId", "conversation_id"];

    private readonly NameTable _events;
    private readonly ulong[] _candidates;
    private readonly SignalKind[] _kinds;
    private readonly ulong _everyEvent;
    private readonly ulong _conditional;
    private readonly Condition[][] _conditions;
    private readonly int[] _numericSlots;
    private readonly int[] _fingerprintedSlots;
    private readonly KeyedHash? _hash;

    public CompiledSchema(ImmutableArray<SignalMatcher> matchers, ImmutableArray<string> numericProperties, ImmutableArray<string> fingerprinted, KeyedHash? hash)
    {
        if (!fingerprinted.IsEmpty)
        {
            ArgumentNullException.ThrowIfNull(hash);
        }

        _hash = hash;
        var special = new (string Name, SignalKind Kind)[]
        {
            (EventNames.PageViewed, SignalKind.Track),
            (EventNames.Identified, SignalKind.Track),
            (EventNames.GroupJoined, SignalKind.Track),
            (EventNames.Aliased, SignalKind.Track),
            (EventNames.OptedOut, SignalKind.OptedOut),
            (EventNames.OptedIn, SignalKind.OptedIn),
            (EventNames.ConsentUpdated, SignalKind.ConsentGranted),
            (EventNames.SessionEnded, SignalKind.SessionEnded),
            (EventNames.ChatMessage, SignalKind.ChatMessage),
            (EventNames.TranscriptSegment, SignalKind.TranscriptSegment),
            (EventNames.SocialMention, SignalKind.SocialMention),
            (EventNames.LiveChatMessageSent, SignalKind.ChatMessage),
            (EventNames.LiveChatMessageReceived, SignalKind.ChatMessage),
            (EventNames.LiveChatConversationEnded, SignalKind.SessionEnded),
        };
        var names = special.Select(s => s.Name).Concat(matchers.SelectMany(m => m.Events)).Distinct(StringComparer.Ordinal).ToList();
        _events = new NameTable(names);
        _candidates = new ulong[names.Count];
        _kinds = new SignalKind[names.Count];
        Array.Fill(_kinds, SignalKind.Track);
        foreach (var (name, kind) in special)
        {
            _kinds[names.IndexOf(name)] = kind;
        }

        Properties = PropertyNode.Build(
            matchers.SelectMany(m => m.Conditions).Select(c => c.Property).Concat(numericProperties).Concat(fingerprinted).Append(Granted).Concat(ConversationNames),
            out var slotOf);
        SlotCount = Properties.End;
        GrantedSlot = slotOf[Granted];
        ConversationSlots = [.. ConversationNames.Select(name => slotOf[name])];
        _numericSlots = [.. numericProperties.Select(p => slotOf[p])];
        _fingerprintedSlots = [.. fingerprinted.Select(p => slotOf[p])];
        _conditions = new Condition[matchers.Length][];
        for (var i = 0; i < matchers.Length; i++)
        {
            var bit = 1UL << i;
            _conditions[i] = [.. matchers[i].Conditions.Select(c => new Condition(slotOf[c.Property], c.Operator, c.Text is null ? null : Encoding.UTF8.GetBytes(c.Text), c.Number))];
            _conditional |= _conditions[i].Length > 0 ? bit : 0;
            _everyEvent |= matchers[i].Events.IsEmpty ? bit : 0;
            foreach (var name in matchers[i].Events)
            {
                _candidates[names.IndexOf(name)] |= bit;
            }
        }

        PageCandidates = _candidates[names.IndexOf(EventNames.PageViewed)] | _everyEvent;
        IdentifyCandidates = _candidates[names.IndexOf(EventNames.Identified)];
        GroupCandidates = _candidates[names.IndexOf(EventNames.GroupJoined)];
        AliasCandidates = _candidates[names.IndexOf(EventNames.Aliased)];
    }

    public PropertyNode Properties { get; }

    /// <summary>How many values the parser must have room for.</summary>
    public int SlotCount { get; }

    public int GrantedSlot { get; }

    /// <summary>Where a line of text names its conversation.</summary>
    public int[] ConversationSlots { get; }

    public ulong PageCandidates { get; }

    public ulong IdentifyCandidates { get; }

    public ulong GroupCandidates { get; }

    public ulong AliasCandidates { get; }

    /// <summary>Matchers that may hold for a track event, and what the event does in the engine.</summary>
    public ulong TrackCandidates(ReadOnlySpan<byte> eventName, out SignalKind kind)
    {
        var index = _events.Find(eventName);
        kind = index < 0 ? SignalKind.Track : _kinds[index];
        return index < 0 ? _everyEvent : _candidates[index] | _everyEvent;
    }

    /// <summary>The candidates whose conditions hold.</summary>
    public ulong Match(ulong candidates, ReadOnlySpan<byte> json, ReadOnlySpan<JsonToken> slots)
    {
        var matches = candidates & ~_conditional;
        for (var rest = candidates & _conditional; rest != 0; rest &= rest - 1)
        {
            var holds = true;
            foreach (ref readonly var condition in _conditions[BitOperations.TrailingZeroCount(rest)].AsSpan())
            {
                holds &= condition.Holds(json, slots[condition.Slot]);
            }

            matches |= holds ? rest & (~rest + 1) : 0;
        }

        return matches;
    }

    /// <summary>Reads the plan's numbers.</summary>
    /// <returns>The mask of those that were there.</returns>
    public byte ReadNumbers(ReadOnlySpan<byte> json, ReadOnlySpan<JsonToken> slots, ref SignalValues values)
    {
        byte mask = 0;
        for (var i = 0; i < _numericSlots.Length; i++)
        {
            ref readonly var token = ref slots[_numericSlots[i]];
            if (token.Kind == JsonTokenKind.Number && JsonText.TryNumber(token.In(json), out var number))
            {
                values[i] = number;
                mask |= (byte)(1 << i);
            }
        }

        for (var i = 0; i < _fingerprintedSlots.Length; i++)
        {
            ref readonly var token = ref slots[_fingerprintedSlots[i]];
            if (token.Kind is JsonTokenKind.Text or JsonTokenKind.Number or JsonTokenKind.True or JsonTokenKind.False)
            {
                values[_numericSlots.Length + i] = Fingerprint(json, in token);
                mask |= (byte)(1 << (_numericSlots.Length + i));
            }
        }

        return mask;
    }

    /// <summary>53 bits of a keyed hash of the value: equal values give equal numbers, and nobody without the key can tell the value.</summary>
    [SkipLocalsInit]
    private double Fingerprint(ReadOnlySpan<byte> json, in JsonToken token)
    {
        var bytes = token.In(json);
        if (token.Kind == JsonTokenKind.Text && token.Escaped)
        {
            // A longer text is told apart as it was written.
            Span<byte> text = stackalloc byte[LongestEscaped];
            var length = JsonText.Unescape(bytes, text);
            return _hash!.Of(HashDomain.Value, length < 0 ? bytes : text[..length]).High >> 11;
        }

        return _hash!.Of(HashDomain.Value, bytes).High >> 11;
    }

    private readonly record struct Condition(int Slot, ConditionOperator Operator, byte[]? Text, double Number)
    {
        public bool Holds(ReadOnlySpan<byte> json, in JsonToken token) => Operator switch
        {
            ConditionOperator.Is => Is(json, token),
            ConditionOperator.IsNot => !Is(json, token),
            ConditionOperator.AtLeast => TryNumber(json, token, out var number) && number >= Number,
            ConditionOperator.AtMost => TryNumber(json, token, out var number) && number <= Number,
            ConditionOperator.Exists => token.IsValue,
            _ => throw new InvalidOperationException("A condition has an operator that does not exist."),
        };

        private bool Is(ReadOnlySpan<byte> json, in JsonToken token)
        {
            if (Text is null)
            {
                return TryNumber(json, token, out var number) && number == Number;
            }

            return token.Kind switch
            {
                JsonTokenKind.Text => JsonText.Equals(json, token, Text),
                JsonTokenKind.True or JsonTokenKind.False => token.In(json).SequenceEqual(Text),
                _ => false,
            };
        }

        private static bool TryNumber(ReadOnlySpan<byte> json, in JsonToken token, out double number)
        {
            number = 0;
            return token.Kind == JsonTokenKind.Number && JsonText.TryNumber(token.In(json), out number);
        }
    }
}
