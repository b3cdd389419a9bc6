using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>One session in memory; its windows, episodes and timers lie in its block.</summary>
public struct SessionState
{
    public SessionId Id;
    public Moment StartedAt;
    public Moment LastAt;

    /// <summary>Windows hold only what came after this moment (the plan's windows changed then); zero when complete.</summary>
    public Moment WarmingFrom;

    /// <summary>Signals that entered the windows.</summary>
    public int SignalCount;

    public int LateCount;

    /// <summary>Prompts decided in this session; stops at 65,535.</summary>
    internal ushort Prompts;

    /// <summary>A bot rule held at one of its signals; stays until the session ends.</summary>
    internal bool IsLikelyBot;

    /// <summary>Index in the visitor's <see cref="BlockStore"/>; −1 for none.</summary>
    internal int Block;

    public readonly bool Exists => !Id.Value.IsZero;
}
