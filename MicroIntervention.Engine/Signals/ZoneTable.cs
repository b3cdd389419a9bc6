using System.Collections.Concurrent;
using System.Text;

namespace MicroIntervention.Engine.Signals;

/// <summary>Time zones by the name that an event carries (IANA), found once.</summary>
/// <remarks>
/// Thread-safe; no allocation for a name seen before. Bounded: known zones are few hundred; names nobody knows are remembered up to
/// <see cref="MaxUnknown"/> so that they are not looked up again, then forgotten all at once.
/// </remarks>
internal sealed class ZoneTable
{
    /// <summary>Longest name looked up; the longest IANA name has 32 characters.</summary>
    public const int MaxNameLength = 64;

    /// <summary>More than all names and aliases of the IANA database (about 600).</summary>
    public const int MaxKnown = 2048;

    public const int MaxUnknown = 4096;

    private readonly ConcurrentDictionary<string, ZoneClock?> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ZoneClock?>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly ConcurrentDictionary<TimeZoneInfo, ZoneClock> _byZone = new(ReferenceEqualityComparer.Instance);
    private int _known;
    private int _unknown;

    public ZoneTable() => _bySpan = _byName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Names remembered, known or not; for tests of the bound.</summary>
    public int Count => _byName.Count;

    /// <summary>The clock of a zone that a source was given.</summary>
    public ZoneClock? Of(TimeZoneInfo? zone)
    {
        if (zone is null)
        {
            return null;
        }

        if (_byZone.TryGetValue(zone, out var clock))
        {
            return clock;
        }

        // Sources are few; a caller that makes a new object per request must not grow this without end.
        if (_byZone.Count >= MaxKnown)
        {
            _byZone.Clear();
        }

        return _byZone.GetOrAdd(zone, static z => new ZoneClock(z));
    }

    /// <summary>The clock of a named zone; null when nobody knows the name.</summary>
    public ZoneClock? Find(ReadOnlySpan<byte> name)
    {
        Span<char> chars = stackalloc char[MaxNameLength];
        if (name.IsEmpty || name.Length > MaxNameLength || !IsPlain(name))
        {
            return null;
        }

        var text = chars[..Encoding.ASCII.GetChars(name, chars)];
        return _bySpan.TryGetValue(text, out var clock) ? clock : Add(text.ToString());
    }

    private ZoneClock? Add(string name)
    {
        var clock = TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? new ZoneClock(zone) : null;
        var count = clock is null ? Interlocked.Increment(ref _unknown) : Interlocked.Increment(ref _known);
        if (count > (clock is null ? MaxUnknown : MaxKnown))
        {
            _byName.Clear();
            _known = 0;
            _unknown = 0;
        }

        _byName[name] = clock;
        return clock;
    }

    // The system looks names up as files: only what a zone's name can hold gets there.
    private static bool IsPlain(ReadOnlySpan<byte> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'/' or (byte)'_' or (byte)'-' or (byte)'+'))
            {
                return false;
            }
        }

        return name[0] != '/';
    }
}
