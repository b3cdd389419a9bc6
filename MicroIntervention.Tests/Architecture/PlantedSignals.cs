using MicroIntervention.Tests.Architecture.Planted.Runtime;

namespace MicroIntervention.Tests.Architecture.Planted.Signals;

// Each type breaks the order of rooms in one way only; RoomOrderTests must find every one of them.
internal static class InBody
{
    public static object Make() => new Pump();
}

internal static class InCall
{
    public static int Count() => Pump.Count;
}

internal static class InCatch
{
    public static int Try(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (Pump)
        {
            return 0;
        }
    }
}

internal static class InClosure
{
    public static Func<int> Later(int add) => () => Pump.Count + add;
}

internal static class InConstraint
{
    public static T Same<T>(T value)
        where T : Pump => value;
}

internal sealed class InField(Pump? held)
{
    private readonly Pump? _held = held;

    public bool Holds => _held is not null;
}

internal static class InGenericArgument
{
    public static object Make() => new List<Pump[]>();
}

internal static class InIterator
{
    public static IEnumerable<int> Counts()
    {
        yield return Pump.Count;
    }
}

internal static class InReturn
{
    public static Pump? Nothing() => null;
}

internal static class InTypeOf
{
    public static string Name() => typeof(Pump).Name;
}

/// <summary>Breaks nothing: a room may use itself.</summary>
internal static class Clean
{
    public static object Make() => InCall.Count();
}
