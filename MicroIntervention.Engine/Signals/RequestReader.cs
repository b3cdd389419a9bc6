using System.Text.Unicode;

namespace MicroIntervention.Engine.Signals;

/// <summary>Reads one request's body: its envelope, and each event in it on its own.</summary>
internal ref struct RequestReader(
    SignalResolver resolver,
    Span<byte> body,
    SignalRoute route,
    in SignalDoor door,
    SignalSchema schema,
    SignalBatch into,
    Span<JsonToken> properties,
    Span<JsonToken> traits)
{
    private readonly Span<byte> _body = body;
    private readonly ref readonly SignalDoor _door = ref door;
    private readonly Span<JsonToken> _properties = properties;
    private readonly Span<JsonToken> _traits = traits;
    private long? _sentAt;

    /// <summary>The whole body is valid UTF-8; otherwise each event is checked on its own.</summary>
    public bool IsUtf8 { get; init; }

    /// <summary>What is at fault when the whole request is refused.</summary>
    public string FaultField { get; private set; } = "";

    /// <summary>Reads a body that is one event.</summary>
    public RejectionReason ReadSingle(int start)
    {
        var scanner = new JsonScanner(_body, start);
        if (!IsUtf8)
        {
            return RejectionReason.InvalidUtf8;
        }

        if (scanner.Peek() != '{')
        {
            return NoObject(ref scanner);
        }

        start = scanner.At;
        var fields = default(EventFields);
        if (!EventReader.TryRead(ref scanner, _body, schema.Compiled.Properties, ref fields, _properties, _traits))
        {
            return scanner.IsTooDeep ? RejectionReason.TooDeep : RejectionReason.NotJson;
        }

        var length = scanner.At - start;
        if (!IsAtEnd(ref scanner))
        {
            return RejectionReason.NotJson;
        }

        Take(in fields, route, start, length, 0);
        return RejectionReason.None;
    }

    /// <summary>Reads a body that is an object with the array <c>batch</c>.</summary>
    public RejectionReason ReadBatch(int start)
    {
        Span<byte> scratch = stackalloc byte[16];
        var scanner = new JsonScanner(_body, start);
        if (scanner.Peek() != '{')
        {
            return NoObject(ref scanner);
        }

        scanner.TryTake((byte)'{');
        int eventsStart = -1, eventsEnd = -1;
        var ok = true;
        if (!scanner.TryTake((byte)'}'))
        {
            do
            {
                if (!scanner.ReadKey(out var key))
                {
                    return RejectionReason.NotJson;
                }

                var name = EventReader.KeyText(_body, key, scratch);
                if (name.SequenceEqual("batch"u8))
                {
                    FaultField = "batch";
                    if (eventsStart >= 0 || scanner.Peek() != '[')
                    {
                        return RejectionReason.WrongType;
                    }

                    eventsStart = scanner.At;
                    var reason = ReadEvents(ref scanner);
                    if (reason != RejectionReason.None)
                    {
                        return reason;
                    }

                    eventsEnd = scanner.At;
                    FaultField = "";
                    continue;
                }

                if (!scanner.ReadValue(1, out var value))
                {
                    return scanner.IsTooDeep ? RejectionReason.TooDeep : RejectionReason.NotJson;
                }

                if (name.SequenceEqual("sentAt"u8))
                {
                    _sentAt = SignalResolver.TryReadTime(_body, in value, out var sentAt) ? sentAt : null;
                }
                else if (name.SequenceEqual("writeKey"u8))
                {
                    Mask(in value);
                }
            }
            while (scanner.HasMore((byte)'}', out ok));
        }

        if (!ok || !IsAtEnd(ref scanner))
        {
            return RejectionReason.NotJson;
        }

        if (eventsStart < 0)
        {
            FaultField = "batch";
            return RejectionReason.WrongType;
        }

        if (!IsUtf8 && !(Utf8.IsValid(_body[..eventsStart]) && Utf8.IsValid(_body[eventsEnd..])))
        {
            return RejectionReason.InvalidUtf8;
        }

        CorrectTimes();
        return RejectionReason.None;
    }

    private RejectionReason ReadEvents(ref JsonScanner scanner)
    {
        scanner.TryTake((byte)'[');
        if (scanner.TryTake((byte)']'))
        {
            return RejectionReason.None;
        }

        var index = 0;
        bool ok;
        do
        {
            if (index == SignalParser.MaxEvents)
            {
                return RejectionReason.TooLarge;
            }

            var isObject = scanner.Peek() == '{';
            var start = scanner.At;
            var fields = default(EventFields);
            if (isObject
                ? EventReader.TryRead(ref scanner, _body, schema.Compiled.Properties, ref fields, _properties, _traits)
                : scanner.SkipValue(1))
            {
                if (isObject)
                {
                    TakeNamed(in fields, start, scanner.At - start, index);
                }
                else
                {
                    into.Rejections.Add(new SignalRejection(RejectionReason.NotAnObject, "", start, scanner.At - start));
                }
            }
            else
            {
                // One broken event does not spoil the others as long as its end can be found by brackets and quotes; nothing between two commas is no event.
                var end = FindEnd(_body, start);
                if (end <= start)
                {
                    return scanner.IsTooDeep ? RejectionReason.TooDeep : RejectionReason.NotJson;
                }

                into.Rejections.Add(new SignalRejection(scanner.IsTooDeep ? RejectionReason.TooDeep : RejectionReason.NotJson, "", start, end - start));
                scanner = new JsonScanner(_body, end);
            }

            index++;
        }
        while (scanner.HasMore((byte)']', out ok));

        return ok ? RejectionReason.None : RejectionReason.NotJson;
    }

    private void TakeNamed(in EventFields fields, int start, int length, int index)
    {
        var reason = SignalResolver.ReadType(_body, in fields.Type, out var type);
        if (reason == RejectionReason.None)
        {
            Take(in fields, type, start, length, index);
        }
        else
        {
            Mask(in fields.WriteKey);
            into.Rejections.Add(new SignalRejection(reason, "type", start, length));
        }
    }

    private void Take(in EventFields fields, SignalRoute type, int start, int length, int index)
    {
        Mask(in fields.WriteKey);
        var signal = default(Signal);
        var waiting = false;
        ZoneClock? zone = null;
        var field = "";
        var reason = length > SignalParser.MaxEventBytes ? RejectionReason.TooLarge
            : !IsUtf8 && !Utf8.IsValid(_body.Slice(start, length)) ? RejectionReason.InvalidUtf8
            : resolver.Resolve(
                _body, in fields, type, in _door, schema.Compiled, _properties, _traits, index, _sentAt, ref signal, out waiting, out zone, out field);
        if (reason != RejectionReason.None)
        {
            into.Rejections.Add(new SignalRejection(reason, field, start, length));
            return;
        }

        if (type == SignalRoute.Identify && _door.UserSecret is { } secret && resolver.IsProved(secret, _body, in fields, start, length))
        {
            signal.Flags |= SignalFlags.SignedUser;
        }

        signal.Customer = resolver.CustomerOf(_body, in fields, in signal);
        signal.SchemaVersion = schema.Version;
        signal.RawStart = start;
        signal.RawLength = length;
        signal.Speaker = TextSignal.IsText(signal.Kind) ? TextSignal.SpeakerOf(signal.Kind, _body.Slice(start, length)) : TextSpeaker.Unknown;
        if (fields.Event is { Kind: JsonTokenKind.Text, Escaped: false })
        {
            // An event has at most 32 KB, a name 256 bytes.
            signal.NameStart = (ushort)(fields.Event.Start - start);
            signal.NameLength = (ushort)fields.Event.Length;
        }

        if (waiting && route == SignalRoute.Batch)
        {
            into.Uncorrected.Add(new UncorrectedTime(into.Count, zone));
        }

        into.Add(in signal);
    }

    // SDKs write sentAt behind the events.
    private readonly void CorrectTimes()
    {
        if (_sentAt is not { } sentAt)
        {
            return;
        }

        foreach (var (index, zone) in into.Uncorrected)
        {
            ref var signal = ref into[index];
            signal.SourceTime = SignalResolver.Correct(signal.SourceTime, _door.ReceivedAt, sentAt);
            signal.ZoneOffsetMinutes = zone?.OffsetMinutesAt(signal.SourceTime) ?? Signal.UnknownZone;
        }
    }

    private readonly void Mask(in JsonToken secret)
    {
        if (secret.Kind == JsonTokenKind.Text)
        {
            _body.Slice(secret.Start, secret.Length).Fill((byte)'*');
        }
    }

    private readonly bool IsAtEnd(ref JsonScanner scanner)
    {
        scanner.Peek();
        return scanner.At == _body.Length;
    }

    private readonly RejectionReason NoObject(ref JsonScanner scanner) =>
        scanner.SkipValue(0) && IsAtEnd(ref scanner) ? RejectionReason.NotAnObject : RejectionReason.NotJson;

    /// <summary>Where an element of the batch ends, by brackets and quotes alone; −1 when it does not.</summary>
    private static int FindEnd(ReadOnlySpan<byte> body, int start)
    {
        var depth = 0;
        var inText = false;
        for (var i = start; i < body.Length; i++)
        {
            var c = body[i];
            if (inText)
            {
                i += c == '\\' ? 1 : 0;
                inText = c != '"';
                continue;
            }

            switch (c)
            {
                case (byte)'"':
                    inText = true;
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']' when depth == 0:
                case (byte)',' when depth == 0:
                    return i;
                case (byte)'}' or (byte)']':
                    depth--;
                    if (depth == 0)
                    {
                        return i + 1;
                    }

                    break;
                default:
                    break;
            }
        }

        return -1;
    }
}
