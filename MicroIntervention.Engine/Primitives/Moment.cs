namespace MicroIntervention.Engine.Primitives;

/// <summary>The engine's only time: Unix milliseconds, UTC.</summary>
public readonly record struct Moment(long Milliseconds) : IComparable<Moment>
{
    public static Moment From(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());

    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds);

    public int CompareTo(Moment other) => Milliseconds.CompareTo(other.Milliseconds);

    public static Moment operator +(Moment at, TimeSpan span) => new(at.Milliseconds + (long)span.TotalMilliseconds);

    public static TimeSpan operator -(Moment later, Moment earlier) => TimeSpan.FromMilliseconds(later.Milliseconds - earlier.Milliseconds);

    public static bool operator <(Moment a, Moment b) => a.Milliseconds < b.Milliseconds;

    public static bool operator >(Moment a, Moment b) => a.Milliseconds > b.Milliseconds;

    public static bool operator <=(Moment a, Moment b) => a.Milliseconds <= b.Milliseconds;

    public static bool operator >=(Moment a, Moment b) => a.Milliseconds >= b.Milliseconds;
}
