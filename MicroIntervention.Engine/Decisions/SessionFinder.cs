using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>Which session of its visitor a record belongs to; begins and ends sessions.</summary>
internal static class SessionFinder
{
    /// <summary>Explicit sessions of one visitor at the same time; a further one ends the one that was silent longest.</summary>
    public const int MaxExplicit = 8;

    /// <summary>The session of a plain signal, begun here when there is none or the last one has been idle too long.</summary>
    public static ref SessionState Of(VisitorState visitor, in Signal signal, Moment at, Plan plan, ref StepOutput output)
    {
        ref var session = ref signal.ExplicitSession.IsZero ? ref visitor.Main : ref Explicit(visitor, signal.ExplicitSession);
        var idle = signal.ExplicitSession.IsZero ? plan.SessionIdle : plan.ExplicitSessionLimit;
        if (session.Exists && at - session.LastAt > idle)
        {
            visitor.ReleaseSession(ref session);
        }

        if (!session.Exists)
        {
            var cause = signal.ExplicitSession.IsZero ? signal.Message.Value : signal.ExplicitSession;
            session.Id = new SessionId(plan.Hash.Of(HashDomain.Session, visitor.Id.Value, cause));
            session.StartedAt = at;
            session.LastAt = at;
            session.Block = visitor.Sessions.Rent();
            var block = visitor.BlockOf(in session);
            block.Clear();
            plan.Features.StartSession(block, at);
            if (signal.ExplicitSession.IsZero)
            {
                // What a visit said about itself ends with it, so that a forgotten idle visitor decides like a remembered one.
                visitor.ZoneOffsetMinutes = Signal.UnknownZone;
                visitor.ZoneQuarter = 0;
                visitor.DisplayName = null;
            }

            output.Started = true;
        }

        return ref session;
    }

    /// <summary>The session with this id; a null reference when it is gone.</summary>
    public static ref SessionState ById(VisitorState visitor, SessionId id)
    {
        if (visitor.Main.Id == id)
        {
            return ref visitor.Main;
        }

        foreach (var session in visitor.Explicit ?? [])
        {
            if (session.State.Id == id)
            {
                return ref session.State;
            }
        }

        return ref System.Runtime.CompilerServices.Unsafe.NullRef<SessionState>();
    }

    public static void EndExplicit(VisitorState visitor, Hash128 key)
    {
        var index = visitor.Explicit?.FindIndex(s => s.Key == key) ?? -1;
        if (index >= 0)
        {
            visitor.ReleaseSession(ref visitor.Explicit![index].State);
            visitor.Explicit.RemoveAt(index);
        }
    }

    private static ref SessionState Explicit(VisitorState visitor, Hash128 key)
    {
        var sessions = visitor.Explicit ??= [];
        foreach (var open in sessions)
        {
            if (open.Key == key)
            {
                return ref open.State;
            }
        }

        if (sessions.Count == MaxExplicit)
        {
            EndExplicit(visitor, sessions.MinBy(s => (s.State.LastAt.Milliseconds, s.Key))!.Key);
        }

        var begun = new ExplicitSession(key);
        sessions.Add(begun);
        return ref begun.State;
    }
}
