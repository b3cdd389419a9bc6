namespace MicroIntervention.Engine.Primitives;

/// <summary>Who sends signals: a keyed hash of the anonymous id, else of the user id. The raw id is never kept in the clear.</summary>
public readonly record struct VisitorId(Hash128 Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>One visit or conversation of a visitor.</summary>
public readonly record struct SessionId(Hash128 Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>One decision; the same cause always gives the same id, also after a crash.</summary>
public readonly record struct DecisionId(Hash128 Value)
{
    public static bool TryParse(ReadOnlySpan<char> text, out DecisionId id)
    {
        var ok = Hash128.TryParse(text, out var hash);
        id = new DecisionId(hash);
        return ok;
    }

    public override string ToString() => Value.ToString();
}

/// <summary>Keyed hash of (source, messageId): what makes a retried event the same event.</summary>
public readonly record struct MessageKey(Hash128 Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>A source of signals (one write key), a small stable number given when the key is made. 0 is the engine itself.</summary>
public readonly record struct SourceId(ushort Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A scenario's name, for example <c>checkout-failure</c>.</summary>
public readonly record struct ScenarioKey(string Value)
{
    public override string ToString() => Value;
}

/// <summary>An arm of an experiment.</summary>
public readonly record struct ArmKey(string Value)
{
    public static ArmKey Treatment { get; } = new("treatment");

    public override string ToString() => Value;
}

/// <summary>A place in the log. Positions of two partitions are never compared.</summary>
public readonly record struct LogPosition(int Partition, long Offset)
{
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Partition}:{Offset}");
}

/// <summary>The way a prompt reaches the customer.</summary>
public enum ChannelKind : byte
{
    None = 0,

    /// <summary>Pop-up on the page, through the visitor's stream.</summary>
    Web = 1,

    /// <summary>Signed webhook to an allow-listed address.</summary>
    Webhook = 2,
}
