using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>One step's input: a signal, or a timer that has become due.</summary>
public readonly ref struct LogRecord
{
    private readonly ref readonly Signal _signal;

    private LogRecord(LogPosition position, Moment at, ref readonly Signal signal, int timer, SessionId session)
    {
        Session = session;
        Position = position;
        At = at;
        _signal = ref signal;
        Timer = timer;
    }

    public LogPosition Position { get; }

    public Moment At { get; }

    /// <summary>Index of the plan's timer; −1 for a signal.</summary>
    public int Timer { get; }

    public bool IsTimer => Timer >= 0;

    /// <summary>Only for a timer: the session it was started in.</summary>
    public SessionId Session { get; }

    /// <summary>Only for a signal.</summary>
    public ref readonly Signal Signal => ref _signal;

    public static LogRecord OfSignal(LogPosition position, Moment at, ref readonly Signal signal) => new(position, at, in signal, -1, default);

    public static LogRecord OfTimer(LogPosition position, Moment due, SessionId session, int timer) =>
        new(position, due, ref System.Runtime.CompilerServices.Unsafe.NullRef<Signal>(), timer, session);
}
