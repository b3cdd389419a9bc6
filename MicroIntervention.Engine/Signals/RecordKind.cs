namespace MicroIntervention.Engine.Signals;

/// <summary>Kinds of log records. Part of the data format: never renumber.</summary>
public enum RecordKind : byte
{
    Signal = 1,

    /// <summary>Time has reached <c>at</c> on an idle partition and a timer fired.</summary>
    Tick = 2,

    /// <summary>Plan activation, kill switch, flag; the payload is the control's JSON.</summary>
    Control = 3,

    /// <summary>Something that another partition, or a person of the team, told this one of a customer.</summary>
    Internal = 4,
}
