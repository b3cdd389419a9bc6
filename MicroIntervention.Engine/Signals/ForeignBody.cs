using System.Buffers;

namespace MicroIntervention.Engine.Signals;

/// <summary>A request of another wire form, written again as a batch of ours, which the parser then reads as any other.</summary>
/// <remarks>One form per door: <see cref="PostHogBody"/>, <see cref="CloudEventBody"/>. Not the hot path, yet without an object per event. Never throws on any input.</remarks>
internal static class ForeignBody
{
    internal static readonly SignalRejection Readable = new(RejectionReason.None, "", 0, 0);

    /// <summary>Writes one element after another as events of a batch.</summary>
    /// <param name="write">Writes one event, or says why it cannot be one.</param>
    /// <param name="rejections">Elements that are no event of that form, by their place in <paramref name="body"/>.</param>
    internal static RejectionReason WriteEvents(
        ref JsonScanner scanner, ReadOnlySpan<byte> body, bool isPublic, IBufferWriter<byte> into, List<SignalRejection> rejections, WriteEvent write)
    {
        scanner.TryTake((byte)'[');
        if (scanner.TryTake((byte)']'))
        {
            return RejectionReason.None;
        }

        bool ok;
        int count = 0, written = 0;
        do
        {
            if (++count > SignalParser.MaxEvents)
            {
                return RejectionReason.TooLarge;
            }

            if (!scanner.ReadValue(0, out var element))
            {
                return scanner.IsTooDeep ? RejectionReason.TooDeep : RejectionReason.NotJson;
            }

            WriteOne(body, in element, isPublic, into, rejections, write, ref written);
        }
        while (scanner.HasMore((byte)']', out ok));

        return ok ? RejectionReason.None : RejectionReason.NotJson;
    }

    internal static void WriteOne(
        ReadOnlySpan<byte> body, in JsonToken element, bool isPublic, IBufferWriter<byte> into, List<SignalRejection> rejections, WriteEvent write, ref int written)
    {
        var field = "";
        var reason = RejectionReason.NotAnObject;
        if (element.Kind == JsonTokenKind.Object)
        {
            reason = write(body, in element, isPublic, written > 0, into, out field);
        }

        if (reason == RejectionReason.None)
        {
            written++;
        }
        else
        {
            rejections.Add(new SignalRejection(reason, field, element.Start, element.Length));
        }
    }

    /// <summary>The values of the known names of an object that was scanned before; of a name that comes twice the last counts.</summary>
    internal static void Find(ReadOnlySpan<byte> json, in JsonToken container, NameTable names, Span<JsonToken> values)
    {
        values.Clear();
        if (container.Kind != JsonTokenKind.Object)
        {
            return;
        }

        Span<byte> scratch = stackalloc byte[256];
        var scanner = new JsonScanner(json, container.Start);
        scanner.TryTake((byte)'{');
        if (scanner.TryTake((byte)'}'))
        {
            return;
        }

        do
        {
            if (!scanner.ReadKey(out var key) || !scanner.ReadValue(0, out var value))
            {
                return;
            }

            var index = names.Find(EventReader.KeyText(json, key, scratch));
            if (index >= 0)
            {
                values[index] = value;
            }
        }
        while (scanner.HasMore((byte)'}', out _));
    }

    /// <summary>Text or number that may stand for an id: there, and not empty.</summary>
    internal static bool IsId(in JsonToken token) => token.Kind == JsonTokenKind.Number || (token.Kind == JsonTokenKind.Text && token.Length > 0);

    /// <summary>Writes the event that an element is; when it is none, nothing is written.</summary>
    internal delegate RejectionReason WriteEvent(
        ReadOnlySpan<byte> body, in JsonToken element, bool isPublic, bool follows, IBufferWriter<byte> into, out string field);
}
