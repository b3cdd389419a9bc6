using System.Runtime.CompilerServices;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>Makes a signal of an event's fields, or says what is wrong with them.</summary>
internal sealed class SignalResolver(KeyedHash hash)
{
    private readonly ZoneTable _zones = new();

    /// <summary>The event's type as its batch names it.</summary>
    public static RejectionReason ReadType(ReadOnlySpan<byte> json, in JsonToken type, out SignalRoute route)
    {
        route = SignalRoute.Track;
        if (!type.IsValue)
        {
            return RejectionReason.MissingType;
        }

        if (type.Kind != JsonTokenKind.Text)
        {
            return RejectionReason.WrongType;
        }

        if (JsonText.Equals(json, type, "track"u8))
        {
            return RejectionReason.None;
        }

        // A screen is to an app what a page is to a site.
        if (JsonText.Equals(json, type, "page"u8) || JsonText.Equals(json, type, "screen"u8))
        {
            route = SignalRoute.Page;
            return RejectionReason.None;
        }

        if (JsonText.Equals(json, type, "identify"u8))
        {
            route = SignalRoute.Identify;
            return RejectionReason.None;
        }

        if (JsonText.Equals(json, type, "group"u8))
        {
            route = SignalRoute.Group;
            return RejectionReason.None;
        }

        route = SignalRoute.Alias;
        return JsonText.Equals(json, type, "alias"u8) ? RejectionReason.None : RejectionReason.UnknownType;
    }

    /// <summary>Fills the whole signal but where its text lies.</summary>
    /// <remarks>
    /// <c>sentAt</c> is the request's own send time, null when it has none or it is not known yet; <c>waiting</c> then says that the
    /// source time still lacks its correction, should one follow.
    /// </remarks>
    public RejectionReason Resolve(
        ReadOnlySpan<byte> json,
        in EventFields fields,
        SignalRoute route,
        in SignalDoor door,
        CompiledSchema schema,
        Span<JsonToken> properties,
        Span<JsonToken> traits,
        int index,
        long? sentAt,
        ref Signal signal,
        out bool waiting,
        out ZoneClock? zone,
        out string field)
    {
        waiting = false;
        zone = null;
        var reason = IdReader.Visitor(hash, json, in fields, out signal.Visitor, out field);
        var knownByUserId = reason == RejectionReason.None && field == "userId";
        if (reason == RejectionReason.None)
        {
            reason = Evaluate(json, in fields, route, schema, properties, traits, ref signal, out field);
        }

        if (reason == RejectionReason.None)
        {
            field = "messageId";
            reason = IdReader.Message(hash, json, in fields.MessageId, in door, index, out signal.Message);
        }

        if (reason == RejectionReason.None)
        {
            field = "context.sessionId";
            reason = IdReader.Session(hash, json, in fields.SessionId, allowNumber: false, out signal.ExplicitSession);
        }

        if (reason == RejectionReason.None && signal.Kind >= SignalKind.SessionEnded && signal.ExplicitSession.IsZero && route == SignalRoute.Track)
        {
            reason = ReadConversation(json, schema, properties, ref signal.ExplicitSession, out field);
        }

        if (reason == RejectionReason.None)
        {
            field = "timestamp";
            reason = ReadTime(json, in fields, in door, sentAt, ref signal, out waiting);
        }

        if (reason == RejectionReason.None && knownByUserId && door.IsPublic)
        {
            // A browser key is public: with it anybody could speak in the name of any customer, and choose the name that customer is greeted by.
            field = "userId";
            reason = RejectionReason.NotAllowedForBrowserKey;
        }

        if (reason != RejectionReason.None)
        {
            return reason;
        }

        signal.Source = door.Source;
        signal.ReceivedAt = door.ReceivedAt;
        signal.Flags = door.Flags |
            (fields.PrivacyControl.Kind == JsonTokenKind.True ? SignalFlags.PrivacyControl : SignalFlags.None) |
            (signal.ExplicitSession.IsZero ? SignalFlags.None : SignalFlags.ExplicitSession) |
            (knownByUserId ? SignalFlags.ByUserId : SignalFlags.None);
        zone = FindZone(json, in fields.Timezone) ?? _zones.Of(door.Zone);
        signal.ZoneOffsetMinutes = zone?.OffsetMinutesAt(signal.SourceTime) ?? Signal.UnknownZone;
        return RejectionReason.None;
    }

    /// <summary>The customer that an identify call names (proved when the signal is verified or signed), or that a server's event belongs to which names nobody else; zero for none.</summary>
    [SkipLocalsInit]
    public VisitorId CustomerOf(ReadOnlySpan<byte> json, in EventFields fields, in Signal signal)
    {
        // On an event clock nobody is linked: a replay must not depend on the order in which partitions are served.
        if (!fields.UserId.IsValue || signal.Has(SignalFlags.EventClock) || (signal.Kind != SignalKind.Identify && !signal.Has(SignalFlags.Verified)))
        {
            return default;
        }

        Span<byte> bytes = stackalloc byte[2 + IdReader.MaxLength];
        bytes[0] = (byte)'u';
        bytes[1] = (byte)':';
        if (IdReader.Read(json, in fields.UserId, allowNumber: true, bytes[2..], out var length) != RejectionReason.None || length == 0)
        {
            return default;
        }

        var customer = new VisitorId(hash.Of(HashDomain.Visitor, bytes[..(2 + length)]));
        return signal.Kind == SignalKind.Identify || customer == signal.Visitor ? customer : default;
    }

    /// <summary>Whether an identify event of a browser carries the right proof for its user id.</summary>
    [SkipLocalsInit]
    public bool IsProved(ReadOnlySpan<byte> secret, Span<byte> json, in EventFields fields, int start, int length)
    {
        Span<byte> id = stackalloc byte[IdReader.MaxLength];
        return IdReader.Read(json, in fields.UserId, allowNumber: true, id, out var idLength) == RejectionReason.None &&
            UserProof.TakeFrom(secret, json.Slice(start, length), id[..idLength]) && idLength > 0;
    }

    /// <summary>What the plan and the engine read from an event: its kind, its matchers and its numbers. The door and every later reading use this one.</summary>
    [SkipLocalsInit]
    public static RejectionReason Evaluate(
        ReadOnlySpan<byte> json,
        in EventFields fields,
        SignalRoute route,
        CompiledSchema schema,
        Span<JsonToken> properties,
        Span<JsonToken> traits,
        ref Signal signal,
        out string field)
    {
        var reason = CheckShapes(in fields, out field);
        if (reason != RejectionReason.None)
        {
            return reason;
        }

        // Identify and group calls speak in traits, the others in properties.
        var inTraits = route is SignalRoute.Identify or SignalRoute.Group;
        var slots = inTraits ? traits : properties;
        if ((inTraits ? fields.Traits : fields.Properties).Kind != JsonTokenKind.Object)
        {
            slots.Clear();
            if (route == SignalRoute.Identify)
            {
                // Some SDKs (RudderStack's for browsers) tell the traits of an identify call only in its context.
                EventReader.ReadAgain(json, in fields.ContextTraits, schema.Properties, slots);
            }
        }

        ulong candidates;
        SignalKind kind;
        switch (route)
        {
            case SignalRoute.Page:
                candidates = schema.PageCandidates;
                kind = SignalKind.Page;
                break;
            case SignalRoute.Identify:
                candidates = schema.IdentifyCandidates;
                kind = SignalKind.Identify;
                break;
            case SignalRoute.Group:
                candidates = schema.GroupCandidates;
                kind = SignalKind.Group;
                break;
            case SignalRoute.Alias:
                candidates = schema.AliasCandidates;
                kind = SignalKind.Alias;
                break;
            default:
                Span<byte> name = stackalloc byte[IdReader.MaxLength];
                field = "event";
                reason = IdReader.Read(json, fields.Event, allowNumber: false, name, out var length);
                if (reason != RejectionReason.None)
                {
                    return reason;
                }

                if (length == 0)
                {
                    return RejectionReason.MissingEventName;
                }

                if (name[..length].StartsWith("mi:"u8))
                {
                    return RejectionReason.ReservedName;
                }

                candidates = schema.TrackCandidates(name[..length], out kind);
                break;
        }

        if (kind == SignalKind.ConsentGranted)
        {
            switch (slots[schema.GrantedSlot].Kind)
            {
                case JsonTokenKind.True:
                    break;
                case JsonTokenKind.False:
                    kind = SignalKind.ConsentRefused;
                    break;
                default:
                    field = "properties.granted";
                    return RejectionReason.WrongType;
            }
        }

        signal.Kind = kind;
        signal.Matches = schema.Match(candidates, json, slots);
        signal.ValueMask = schema.ReadNumbers(json, slots, ref signal.Values);
        return RejectionReason.None;
    }

    /// <summary>timestamp + (receivedAt − sentAt): the sender's clock may be wrong, its differences are not.</summary>
    public static Moment Correct(Moment timestamp, Moment receivedAt, long sentAt) =>
        IsoTime.Saturate(timestamp.Milliseconds + (receivedAt.Milliseconds - sentAt));

    /// <summary>Reads a time: ISO 8601 text, or Unix milliseconds as a whole number.</summary>
    public static bool TryReadTime(ReadOnlySpan<byte> json, in JsonToken token, out long milliseconds)
    {
        Span<byte> text = stackalloc byte[64];
        milliseconds = 0;
        switch (token.Kind)
        {
            case JsonTokenKind.Text:
                if (!token.Escaped)
                {
                    return IsoTime.TryParse(token.In(json), out milliseconds);
                }

                // "+01:00" leaves some encoders as "\u002B01:00".
                var length = JsonText.Unescape(token.In(json), text);
                return length > 0 && IsoTime.TryParse(text[..length], out milliseconds);
            case JsonTokenKind.Number:
                return long.TryParse(token.In(json), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out milliseconds) &&
                    milliseconds is >= IsoTime.Earliest and <= IsoTime.Latest;
            default:
                return false;
        }
    }

    private static RejectionReason ReadTime(
        ReadOnlySpan<byte> json, in EventFields fields, in SignalDoor door, long? sentAt, ref Signal signal, out bool waiting)
    {
        ref readonly var stamp = ref fields.Timestamp.IsValue ? ref fields.Timestamp : ref fields.OriginalTimestamp;
        var eventClock = (door.Flags & SignalFlags.EventClock) != 0;
        waiting = false;
        if (!stamp.IsValue)
        {
            signal.SourceTime = door.ReceivedAt;
            return eventClock ? RejectionReason.BadTimestamp : RejectionReason.None;
        }

        if (!TryReadTime(json, in stamp, out var milliseconds))
        {
            return RejectionReason.BadTimestamp;
        }

        signal.SourceTime = new Moment(milliseconds);
        if (eventClock)
        {
            return RejectionReason.None;
        }

        if (TryReadTime(json, in fields.SentAt, out var ownSentAt))
        {
            sentAt = ownSentAt;
        }

        waiting = sentAt is null;
        if (sentAt is { } sent)
        {
            signal.SourceTime = Correct(signal.SourceTime, door.ReceivedAt, sent);
        }

        return RejectionReason.None;
    }

    /// <summary>The explicit session of a line of text, or of a chat's end, that names its conversation in its properties.</summary>
    private RejectionReason ReadConversation(ReadOnlySpan<byte> json, CompiledSchema schema, ReadOnlySpan<JsonToken> properties, ref Hash128 session, out string field)
    {
        field = "properties.conversationId";
        foreach (var slot in schema.ConversationSlots.AsSpan())
        {
            var reason = IdReader.Session(hash, json, in properties[slot], allowNumber: true, out session);
            if (reason != RejectionReason.None || !session.IsZero)
            {
                return reason;
            }
        }

        return RejectionReason.None;
    }

    private static RejectionReason CheckShapes(in EventFields fields, out string field)
    {
        field = IsObjectOrNothing(fields.Properties) ? IsObjectOrNothing(fields.Traits) ? IsObjectOrNothing(fields.Context) ? "" : "context" : "traits" : "properties";
        return field.Length == 0 ? RejectionReason.None : RejectionReason.WrongType;
    }

    private static bool IsObjectOrNothing(in JsonToken token) => token.Kind is JsonTokenKind.Object or JsonTokenKind.Null or JsonTokenKind.Absent;

    private ZoneClock? FindZone(ReadOnlySpan<byte> json, in JsonToken name)
    {
        if (name.Kind != JsonTokenKind.Text)
        {
            return null;
        }

        if (!name.Escaped)
        {
            return _zones.Find(name.In(json));
        }

        // "Europe\/Berlin": some encoders escape the slash.
        Span<byte> text = stackalloc byte[ZoneTable.MaxNameLength];
        var length = JsonText.Unescape(name.In(json), text);
        return length > 0 ? _zones.Find(text[..length]) : null;
    }
}
