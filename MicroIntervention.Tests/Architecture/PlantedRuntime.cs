namespace MicroIntervention.Tests.Architecture.Planted.Runtime;

/// <summary>Lies in the rightmost room: nothing in a room to its left may know it.</summary>
internal class Pump : Exception
{
    public static int Count => 7;
}

/// <summary>Keeps <see cref="Pump"/> open, so that it can be a constraint.</summary>
internal sealed class FastPump : Pump;
