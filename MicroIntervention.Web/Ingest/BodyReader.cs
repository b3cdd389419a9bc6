using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>Reads a request's body into its batch, up to the limit, decompressed.</summary>
/// <remarks>
/// The buffer grows with what has arrived, not with what the sender announces. Once a body comes in parts, a sender slower than the
/// minimum rate is cut off. Gzip is known by its first bytes, whatever the headers say; decompression stops at the limit.
/// </remarks>
internal static class BodyReader
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public static async ValueTask<BodyOutcome> ReadAsync(HttpContext context, BatchPool pool, SignalBatch into, int minBytesPerSecond)
    {
        var request = context.Request;
        if (request.ContentLength > SignalParser.MaxBodyBytes)
        {
            return BodyOutcome.TooLarge;
        }

        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !IsKnown(encoding.ToString()))
        {
            return BodyOutcome.UnknownEncoding;
        }

        try
        {
            var reader = request.BodyReader;
            var length = 0;
            var slow = false;
            while (true)
            {
                var result = await reader.ReadAsync(context.RequestAborted);
                var tooLarge = length + result.Buffer.Length > SignalParser.MaxBodyBytes;
                if (!tooLarge)
                {
                    Append(pool, into, result.Buffer, ref length);
                }

                reader.AdvanceTo(result.Buffer.End);
                if (tooLarge)
                {
                    return BodyOutcome.TooLarge;
                }

                if (result.IsCompleted)
                {
                    break;
                }

                if (result.IsCanceled)
                {
                    return BodyOutcome.Gone;
                }

                if (!slow && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
                {
                    slow = true;
                    rate.MinDataRate = new MinDataRate(minBytesPerSecond, Grace);
                }
            }

            into.Length = length;
            return length >= 2 && into.Buffer[0] == 0x1f && into.Buffer[1] == 0x8b ? Decompress(pool, into) : BodyOutcome.Read;
        }
        catch (Exception gone) when (gone is OperationCanceledException or (IOException and not Microsoft.AspNetCore.Http.BadHttpRequestException))
        {
            return BodyOutcome.Gone;
        }
    }

    private static bool IsKnown(string encoding) =>
        encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase) || encoding.Equals("x-gzip", StringComparison.OrdinalIgnoreCase) ||
        encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);

    private static void Append(BatchPool pool, SignalBatch into, in ReadOnlySequence<byte> part, ref int length)
    {
        var needed = length + (int)part.Length;
        if (into.Buffer.Length < needed)
        {
            pool.Grow(into, length, needed);
        }

        part.CopyTo(into.Buffer.AsSpan(length));
        length = needed;
    }

    private static BodyOutcome Decompress(BatchPool pool, SignalBatch into)
    {
        var compressed = ArrayPool<byte>.Shared.Rent(into.Length);
        try
        {
            into.Buffer.AsSpan(0, into.Length).CopyTo(compressed);
            using var source = new MemoryStream(compressed, 0, into.Length, writable: false);
            using var gzip = new GZipStream(source, CompressionMode.Decompress);
            var length = 0;
            while (true)
            {
                if (length == into.Buffer.Length)
                {
                    pool.Grow(into, length, length + 1);
                }

                var read = gzip.Read(into.Buffer, length, into.Buffer.Length - length);
                length += read;
                if (length > SignalParser.MaxBodyBytes)
                {
                    return BodyOutcome.TooLarge;
                }

                if (read == 0)
                {
                    into.Length = length;
                    return BodyOutcome.Read;
                }
            }
        }
        catch (InvalidDataException)
        {
            return BodyOutcome.BadCompression;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }
}
