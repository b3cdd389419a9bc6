namespace MicroIntervention.Engine.Signals;

/// <summary>Where a JSON value lies in the bytes that were scanned, and what it is. Text lies between its quotes, still escaped.</summary>
internal readonly struct JsonToken(JsonTokenKind kind, bool escaped, int start, int length)
{
    public readonly JsonTokenKind Kind = kind;

    /// <summary>The text holds at least one backslash.</summary>
    public readonly bool Escaped = escaped;

    public readonly int Start = start;
    public readonly int Length = length;

    /// <summary>There and not null.</summary>
    public bool IsValue => Kind > JsonTokenKind.Null;

    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> json) => json.Slice(Start, Length);
}

/// <summary>What a JSON value is; <see cref="Absent"/> is the default.</summary>
internal enum JsonTokenKind : byte
{
    Absent = 0,
    Null = 1,
    False = 2,
    True = 3,
    Number = 4,
    Text = 5,
    Object = 6,
    Array = 7,
}
