namespace MicroIntervention.Engine.Signals;

/// <summary>Which door a body came through; all but <see cref="Batch"/> carry one event whose type the route names.</summary>
public enum SignalRoute : byte
{
    Identify = 0,
    Track = 1,
    Page = 2,

    /// <summary>An object with the array <c>batch</c>; each element names its own type.</summary>
    Batch = 3,

    Group = 4,
    Alias = 5,
}
