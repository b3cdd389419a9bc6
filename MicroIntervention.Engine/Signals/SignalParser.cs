using System.Runtime.CompilerServices;
using System.Text.Unicode;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>Bytes to signals or rejections.</summary>
/// <remarks>
/// Thread-safe. Never throws on any input; nothing is allocated for an accepted signal. One pass over each event; the only second
/// look is the one at invalid UTF-8. The rules for what an event may hold are in <c>docs/signals.md</c>.
/// </remarks>
public sealed class SignalParser(KeyedHash hash)
{
    /// <summary>Largest event, bytes of JSON.</summary>
    public const int MaxEventBytes = 32 * 1024;

    /// <summary>Most events in one batch.</summary>
    public const int MaxEvents = 2_500;

    /// <summary>Largest body, bytes after decompression; the doors stop reading there.</summary>
    public const int MaxBodyBytes = 500 * 1024;

    private static readonly SignalRejection Readable = new(RejectionReason.None, "", 0, 0);

    private readonly SignalResolver _resolver = new(hash);

    public KeyedHash Hash { get; } = hash;

    /// <summary>Reads a request's body, which lies in the batch's buffer, and adds its signals and its refused events to the batch.</summary>
    /// <remarks>A text value of <c>writeKey</c> is overwritten with asterisks in the buffer: a secret key does not reach the log.</remarks>
    /// <returns>
    /// Reason <see cref="RejectionReason.None"/> when the body could be read (also when events in it were refused). Otherwise why the
    /// whole request is refused; the batch then holds no signal.
    /// </returns>
    [SkipLocalsInit]
    public SignalRejection ParseRequest(SignalRoute route, in SignalDoor door, SignalSchema schema, SignalBatch into)
    {
        var json = into.Buffer.AsSpan(0, into.Length);
        into.Discard();
        var slots = schema.Compiled.SlotCount;
        Span<JsonToken> room = stackalloc JsonToken[slots * 2];
        var request = new RequestReader(_resolver, json, route, in door, schema, into, room[..slots], room[slots..])
        {
            IsUtf8 = Utf8.IsValid(json),
        };
        var start = json.StartsWith("\uFEFF"u8) ? 3 : 0;
        var fault = route == SignalRoute.Batch ? request.ReadBatch(start) : request.ReadSingle(start);
        if (fault == RejectionReason.None)
        {
            return Readable;
        }

        into.Discard();
        return new SignalRejection(fault, request.FaultField, 0, json.Length);
    }

    /// <summary>Reads a stored event again (recovery, a new plan): what the door knew comes from the header, what the plan wants from the text.</summary>
    /// <returns>False when there is no text to read (erased) or it is not an event; the signal then holds the header's facts and matches nothing.</returns>
    [SkipLocalsInit]
    public bool ParseEvent(ReadOnlySpan<byte> raw, in RecordHeader header, SignalSchema schema, out Signal signal)
    {
        signal = new Signal
        {
            Visitor = header.Visitor,
            ExplicitSession = header.ExplicitSession,
            Message = header.Message,
            About = header.About,
            ReceivedAt = header.ReceivedAt,
            SourceTime = header.SourceTime,
            Kind = header.SignalKind,
            Flags = header.Flags,
            Source = header.Source,
            ZoneOffsetMinutes = header.ZoneOffsetMinutes,
            SchemaVersion = schema.Version,
            RawStart = header.PayloadStart,
            RawLength = raw.Length,
        };
        if (header.SignalKind >= SignalKind.Shown)
        {
            // A report about a prompt is no event: the plan has nothing to read in it.
            return !raw.IsEmpty;
        }

        var route = header.SignalKind switch
        {
            SignalKind.Page => SignalRoute.Page,
            SignalKind.Identify => SignalRoute.Identify,
            SignalKind.Group => SignalRoute.Group,
            SignalKind.Alias => SignalRoute.Alias,
            _ => SignalRoute.Track,
        };
        var slots = schema.Compiled.SlotCount;
        Span<JsonToken> room = stackalloc JsonToken[slots * 2];
        var scanner = new JsonScanner(raw, 0);
        var fields = default(EventFields);
        if (!EventReader.TryRead(ref scanner, raw, schema.Compiled.Properties, ref fields, room[..slots], room[slots..]) ||
            SignalResolver.Evaluate(raw, in fields, route, schema.Compiled, room[..slots], room[slots..], ref signal, out _) != RejectionReason.None)
        {
            return false;
        }

        // What it did then is what it does again, also where its name has come to mean more since.
        signal.Kind = header.SignalKind;
        signal.Speaker = TextSignal.IsText(signal.Kind) ? TextSignal.SpeakerOf(signal.Kind, raw) : TextSpeaker.Unknown;
        signal.Customer = _resolver.CustomerOf(raw, in fields, in signal);
        return true;
    }
}
