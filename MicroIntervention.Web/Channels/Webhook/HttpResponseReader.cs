using System.Globalization;
using System.Text;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>Reads one HTTP/1.1 response from a blocking stream and throws its body away.</summary>
/// <remarks>
/// Only what a webhook's answer needs: status, Retry-After, and where the response ends so that the connection can be used again.
/// A body past <see cref="MaxBodyBytes"/>, or one whose end cannot be told, is not read: the connection is then closed. One reader, one thread.
/// Source: RFC 9112.
/// </remarks>
internal sealed class HttpResponseReader
{
    /// <summary>Longest status line with headers.</summary>
    internal const int MaxHeadBytes = 16 * 1024;

    /// <summary>Longest body worth reading for the sake of the connection.</summary>
    internal const int MaxBodyBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[MaxHeadBytes];
    private int _start;
    private int _end;
    private bool _isChunked;
    private long _length;

    /// <summary>Status code, 200 to 599.</summary>
    public int Status { get; private set; }

    /// <summary>The Retry-After header as it came; null when absent.</summary>
    public string? RetryAfter { get; private set; }

    /// <summary>True when the connection is at the start of the next response.</summary>
    public bool CanReuse { get; private set; }

    /// <summary>True when not one byte of a response came: the receiver had closed a kept connection.</summary>
    public bool SawNothing { get; private set; }

    /// <summary>A new connection: whatever was left of the last one is void.</summary>
    public void Reset() => _start = _end = 0;

    /// <summary>A request is about to be written.</summary>
    public void Expect() => SawNothing = true;

    /// <exception cref="IOException">The stream ended early, or what came is not HTTP.</exception>
    public void Read(Stream stream)
    {
        do
        {
            var head = ReadHead(stream);
            ParseHead(head);
        }
        while (Status < 200); // 100 Continue, 103 Early Hints

        if (CanReuse && Status is not 204 and not 304)
        {
            CanReuse = _isChunked ? SkipChunks(stream) : _length >= 0 && Skip(stream, _length);
        }

        if (_start != _end)
        {
            CanReuse = false; // bytes nobody asked for
        }
    }

    private ReadOnlySpan<byte> ReadHead(Stream stream)
    {
        while (true)
        {
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (at >= 0)
            {
                var head = _buffer.AsSpan(_start, at + 2);
                _start += at + 4;
                return head;
            }

            Fill(stream);
        }
    }

    private void Fill(Stream stream)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            if (_start == 0)
            {
                throw new IOException("The response's head is too long.");
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        var count = stream.Read(_buffer, _end, _buffer.Length - _end);
        if (count == 0)
        {
            throw new IOException("The receiver closed the connection before its response was complete.");
        }

        SawNothing = false;
        _end += count;
    }

    private void ParseHead(ReadOnlySpan<byte> head)
    {
        var lineEnd = head.IndexOf("\r\n"u8);
        var line = head[..lineEnd];
        // "HTTP/1.1 200 OK"
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[8] != (byte)' ' ||
            !int.TryParse(line.Slice(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) || status is < 100 or > 599 ||
            (line.Length > 12 && line[12] != (byte)' '))
        {
            throw new IOException("The receiver did not answer with HTTP.");
        }

        Status = status;
        RetryAfter = null;
        CanReuse = line[7] == (byte)'1';
        _isChunked = false;
        _length = -1;
        for (var rest = head[(lineEnd + 2)..]; rest.Length > 0;)
        {
            lineEnd = rest.IndexOf("\r\n"u8);
            ParseHeader(rest[..lineEnd]);
            rest = rest[(lineEnd + 2)..];
        }

        if (_isChunked && _length >= 0)
        {
            CanReuse = false; // two lengths that may disagree: the classic of smuggling
        }
    }

    private void ParseHeader(ReadOnlySpan<byte> header)
    {
        var colon = header.IndexOf((byte)':');
        if (colon <= 0)
        {
            throw new IOException("The receiver sent a header line that is none.");
        }

        var name = header[..colon];
        var value = Trim(header[(colon + 1)..]);
        if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
        {
            if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || (_length >= 0 && _length != length))
            {
                throw new IOException("The receiver sent a wrong Content-Length.");
            }

            _length = length;
        }
        else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
        {
            _isChunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
            CanReuse &= _isChunked;
        }
        else if (Ascii.EqualsIgnoreCase(name, "connection"u8))
        {
            CanReuse &= !Ascii.EqualsIgnoreCase(value, "close"u8);
        }
        else if (Ascii.EqualsIgnoreCase(name, "retry-after"u8))
        {
            RetryAfter = Encoding.ASCII.GetString(value);
        }
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value) => value.Trim(" \t"u8);

    private bool Skip(Stream stream, long count)
    {
        if (count > MaxBodyBytes)
        {
            return false;
        }

        while (count > 0)
        {
            if (_start == _end)
            {
                Fill(stream);
            }

            var step = (int)Math.Min(count, _end - _start);
            _start += step;
            count -= step;
        }

        return true;
    }

    private bool SkipChunks(Stream stream)
    {
        for (long total = 0; total <= MaxBodyBytes;)
        {
            var line = ReadLine(stream);
            var digits = line.IndexOf((byte)';') is var semicolon and >= 0 ? line[..semicolon] : line;
            if (!int.TryParse(Trim(digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) || size < 0)
            {
                return false;
            }

            if (size == 0)
            {
                while (ReadLine(stream).Length > 0)
                {
                    // trailer fields
                }

                return true;
            }

            total += size;
            if (!Skip(stream, size) || ReadLine(stream).Length != 0)
            {
                return false;
            }
        }

        return false;
    }

    private ReadOnlySpan<byte> ReadLine(Stream stream)
    {
        while (true)
        {
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8);
            if (at >= 0)
            {
                var line = _buffer.AsSpan(_start, at);
                _start += at + 2;
                return line;
            }

            Fill(stream);
        }
    }
}
