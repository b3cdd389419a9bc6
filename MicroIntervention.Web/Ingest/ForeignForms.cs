using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>Writes the bodies of other wire forms as batches of ours, in place, in buffers that are used again.</summary>
/// <remarks>Thread-safe. Not the hot path: our own form never comes here.</remarks>
internal sealed class ForeignForms
{
    private const int MaxKept = 32;
    private const string AttributePrefix = "ce-";
    private const string CloudEventsMedia = "application/cloudevents";

    private readonly ConcurrentBag<ArrayBufferWriter<byte>> _kept = [];

    /// <summary>Replaces the batch's body; a refused request's body stays as it was sent.</summary>
    /// <param name="form">For <see cref="DoorForm.DryRun"/> the form is told by the request.</param>
    public ForeignReading Translate(HttpRequest request, DoorForm form, bool isPublic, BatchPool pool, SignalBatch batch)
    {
        var into = Rent();
        var wrapped = Rent();
        try
        {
            ReadOnlySpan<byte> body = batch.Buffer.AsSpan(0, batch.Length);
            form = form == DoorForm.DryRun ? FormOf(request, body) : form;
            var refused = new List<SignalRejection>();
            var reading = form switch
            {
                DoorForm.PostHog => new ForeignReading(form, PostHogBody.Translate(body, isPublic, into, refused), false, null),
                DoorForm.CloudEvents => CloudEvents(request, ref body, isPublic, wrapped, into, refused),
                DoorForm.Segment => Segment(body, into),
                _ => throw new ArgumentOutOfRangeException(nameof(form), form, null),
            };
            if (reading.Fault.Reason != RejectionReason.None)
            {
                return reading;
            }

            if (into.WrittenCount > SignalParser.MaxBodyBytes)
            {
                return reading with { Fault = new SignalRejection(RejectionReason.TooLarge, "", 0, body.Length) };
            }

            if (refused.Count > 0)
            {
                var elements = new List<RefusedElement>(refused.Count);
                foreach (var rejection in refused)
                {
                    elements.Add(new RefusedElement(rejection, body.Slice(rejection.RawStart, rejection.RawLength).ToArray()));
                }

                reading = reading with { Refused = elements };
            }

            if (batch.Buffer.Length < into.WrittenCount)
            {
                pool.Grow(batch, 0, into.WrittenCount);
            }

            into.WrittenSpan.CopyTo(batch.Buffer);
            batch.Length = into.WrittenCount;
            return reading;
        }
        finally
        {
            Keep(into);
            Keep(wrapped);
        }
    }

    private static ForeignReading CloudEvents(
        HttpRequest request, ref ReadOnlySpan<byte> body, bool isPublic, ArrayBufferWriter<byte> wrapped, ArrayBufferWriter<byte> into, List<SignalRejection> refused)
    {
        if (IsBinary(request))
        {
            var reason = CloudEventBody.Wrap(AttributesOf(request), request.ContentType, body, wrapped);
            if (reason != RejectionReason.None)
            {
                return new ForeignReading(DoorForm.CloudEvents, new SignalRejection(reason, "", 0, body.Length), true, null);
            }

            body = wrapped.WrittenSpan;
        }

        var isSingle = FirstByte(body) != '[';
        return new ForeignReading(DoorForm.CloudEvents, CloudEventBody.Translate(body, isPublic, into, refused), isSingle, null);
    }

    /// <summary>For the dry run: a body that is one event becomes a batch of one.</summary>
    private static ForeignReading Segment(ReadOnlySpan<byte> body, ArrayBufferWriter<byte> into)
    {
        var isSingle = !SignalText.Has(body, "batch");
        if (isSingle && !IsOneValue(body))
        {
            return new ForeignReading(DoorForm.Segment, new SignalRejection(RejectionReason.NotJson, "", 0, body.Length), true, null);
        }

        into.Write(isSingle ? "{\"batch\":["u8 : []);
        into.Write(body);
        into.Write(isSingle ? "]}"u8 : []);
        return new ForeignReading(DoorForm.Segment, default, isSingle, null);
    }

    private static DoorForm FormOf(HttpRequest request, ReadOnlySpan<byte> body) =>
        IsBinary(request) || request.ContentType?.StartsWith(CloudEventsMedia, StringComparison.OrdinalIgnoreCase) == true || SignalText.Has(body, "specversion") ? DoorForm.CloudEvents
        : SignalText.Has(body, "api_key") ? DoorForm.PostHog
        : DoorForm.Segment;

    /// <summary>Binary mode: the attributes are in headers, and the media type is the data's own.</summary>
    private static bool IsBinary(HttpRequest request) =>
        request.Headers.ContainsKey("ce-specversion") && request.ContentType?.StartsWith(CloudEventsMedia, StringComparison.OrdinalIgnoreCase) != true;

    private static IEnumerable<KeyValuePair<string, string>> AttributesOf(HttpRequest request)
    {
        foreach (var (name, value) in request.Headers)
        {
            if (name.StartsWith(AttributePrefix, StringComparison.OrdinalIgnoreCase) && !StringValues.IsNullOrEmpty(value))
            {
                yield return new(name[AttributePrefix.Length..].ToLowerInvariant(), Uri.UnescapeDataString(value.ToString()));
            }
        }
    }

    // Two events side by side are no event, though they are two elements once they stand in an array.
    private static bool IsOneValue(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte FirstByte(ReadOnlySpan<byte> body)
    {
        var text = body.TrimStart(" \t\r\n"u8);
        return text.IsEmpty ? (byte)0 : text[0];
    }

    private ArrayBufferWriter<byte> Rent() => _kept.TryTake(out var writer) ? writer : new ArrayBufferWriter<byte>(4 * 1024);

    private void Keep(ArrayBufferWriter<byte> writer)
    {
        writer.ResetWrittenCount();
        if (_kept.Count < MaxKept)
        {
            _kept.Add(writer);
        }
    }
}
