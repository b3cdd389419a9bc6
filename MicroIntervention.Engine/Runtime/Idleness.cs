using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>What of an idle visitor may be forgotten without changing any later decision.</summary>
internal static class Idleness
{
    private static readonly TimeSpan LedgerKept = TimeSpan.FromDays(30);
    private static readonly TimeSpan WindowsKept = Features.FeatureDefinition.MaxWindow;

    /// <summary>Releases sessions that have ended by idleness; true when the whole visitor can go.</summary>
    public static bool Forget(VisitorState visitor, Plan plan, Moment now)
    {
        if (visitor.Main.Exists && now - visitor.Main.LastAt > plan.SessionIdle && !HasTimer(visitor, in visitor.Main, plan))
        {
            visitor.ReleaseSession(ref visitor.Main);
        }

        visitor.Explicit?.RemoveAll(session =>
        {
            var ended = now - session.State.LastAt > plan.ExplicitSessionLimit && !HasTimer(visitor, in session.State, plan);
            if (ended)
            {
                visitor.ReleaseSession(ref session.State);
            }

            return ended;
        });

        var quiet = now - visitor.LastAt;
        return !visitor.Main.Exists
            && visitor.Explicit is not { Count: > 0 }
            && visitor.Link is null // the customer's home partition counts on it
            && !visitor.OptedOut
            && visitor.Consent == ConsentState.Unknown
            && (visitor.Ledger is null || quiet > LedgerKept)
            && (visitor.VisitorBlock < 0 || quiet > WindowsKept);
    }

    /// <summary>The visitor's next running timer by (due, session, timer); null when none runs.</summary>
    public static (Moment Due, SessionId Session, int Timer)? NextTimer(VisitorState visitor, Plan plan)
    {
        (Moment Due, SessionId Session, int Timer)? next = null;
        Consider(visitor, in visitor.Main, plan, ref next);
        foreach (var session in visitor.Explicit ?? [])
        {
            Consider(visitor, in session.State, plan, ref next);
        }

        return next;
    }

    private static bool HasTimer(VisitorState visitor, in SessionState session, Plan plan)
    {
        (Moment Due, SessionId Session, int Timer)? next = null;
        Consider(visitor, in session, plan, ref next);
        return next is not null;
    }

    private static void Consider(VisitorState visitor, in SessionState session, Plan plan, ref (Moment Due, SessionId Session, int Timer)? next)
    {
        if (!session.Exists)
        {
            return;
        }

        var slots = plan.TimersOf(visitor.BlockOf(in session));
        for (var t = 0; t < slots.Length; t++)
        {
            if (slots[t].Due.Milliseconds != 0 &&
                (next is null || (slots[t].Due.Milliseconds, session.Id.Value, t).CompareTo((next.Value.Due.Milliseconds, next.Value.Session.Value, next.Value.Timer)) < 0))
            {
                next = (slots[t].Due, session.Id, t);
            }
        }
    }
}
