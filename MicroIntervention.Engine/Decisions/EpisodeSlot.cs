using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>State of one scenario in one session, kept in the session's block.</summary>
internal struct EpisodeSlot
{
    /// <summary>Id of the episode's first decision.</summary>
    public Hash128 Id;

    /// <summary>Times the same verdict and reason were reached again; stops at 65,535.</summary>
    public ushort Repeats;

    public bool IsOpen;
    public bool Intervened;
    public DecisionReason Reason;

    /// <summary>The customer said no to this scenario in this session: it stays silent until the session ends, whatever episodes come.</summary>
    public bool IsRefused;
}

/// <summary>A timer of one session, kept in the session's block. Due 0: not running.</summary>
internal struct TimerSlot
{
    public Moment Due;
    public Hash128 Cause;
}
