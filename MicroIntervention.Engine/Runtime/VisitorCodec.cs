using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>One visitor as bytes of a checkpoint. Holds no personal data: of the name only the place in the log where it was said.</summary>
internal static class VisitorCodec
{
    private const int ConsentRequired = 1;
    private const int OptedOut = 2;
    private const int PrivacyControl = 4;
    private const int IsTest = 8;
    private const int HasWindows = 16;
    private const int HasMain = 32;
    private const int HasExplicit = 64;
    private const int HasLedger = 128;

    public static void Write(CheckpointBuffer to, VisitorState visitor)
    {
        var explicitSessions = visitor.Explicit is { Count: > 0 } open ? open : null;
        to.Hash(visitor.Id.Value);
        to.Byte((byte)(
            (visitor.ConsentRequired ? ConsentRequired : 0) |
            (visitor.OptedOut ? OptedOut : 0) |
            (visitor.PrivacyControl ? PrivacyControl : 0) |
            (visitor.IsTest ? IsTest : 0) |
            (visitor.VisitorBlock >= 0 ? HasWindows : 0) |
            (visitor.Main.Exists ? HasMain : 0) |
            (explicitSessions is not null ? HasExplicit : 0) |
            (visitor.Ledger is not null ? HasLedger : 0)));
        to.Byte((byte)visitor.Consent);
        to.Int(visitor.ZoneOffsetMinutes);
        to.Int(visitor.ZoneQuarter);
        to.At(visitor.LastAt);
        to.Long(NameOf(visitor));
        if (visitor.VisitorBlock >= 0)
        {
            to.Raw(visitor.VisitorWindows);
        }

        if (visitor.Main.Exists)
        {
            Write(to, visitor, in visitor.Main);
        }

        if (explicitSessions is not null)
        {
            to.Int(explicitSessions.Count);
            foreach (var session in explicitSessions)
            {
                to.Hash(session.Key);
                to.Byte((byte)(session.State.Exists ? 1 : 0));
                if (session.State.Exists)
                {
                    Write(to, visitor, in session.State);
                }
            }
        }

        if (visitor.Ledger is { } ledger)
        {
            to.Int(ledger.Count);
            for (var i = ledger.Count - 1; i >= 0; i--)
            {
                Write(to, in ledger.Newest(i));
            }

            to.Long(BitConverter.DoubleToInt64Bits(ledger.Attention.Spent));
            to.At(ledger.Attention.At);
            to.Int(ledger.Refusals.Length);
            foreach (ref readonly var refusal in ledger.Refusals)
            {
                to.Long(unchecked((long)refusal.Scenario));
                to.Hash(refusal.Session.Value);
                to.At(refusal.At);
                to.Byte(refusal.InARow);
            }
        }

        LinkCodec.Write(to, visitor);
    }

    /// <summary>Reads a visitor into the stores; its blocks are rented there.</summary>
    public static VisitorState Read(ref CheckpointCursor from, BlockStore sessions, BlockStore? visitors)
    {
        var visitor = new VisitorState(new VisitorId(from.Hash()), sessions, visitors);
        var flags = from.Byte();
        visitor.ConsentRequired = (flags & ConsentRequired) != 0;
        visitor.OptedOut = (flags & OptedOut) != 0;
        visitor.PrivacyControl = (flags & PrivacyControl) != 0;
        visitor.IsTest = (flags & IsTest) != 0;
        visitor.Consent = (ConsentState)from.Byte();
        visitor.ZoneOffsetMinutes = (short)from.Int();
        visitor.ZoneQuarter = from.Int();
        visitor.LastAt = from.At();
        visitor.NamedAt = from.Long();
        if ((flags & HasWindows) != 0)
        {
            visitor.VisitorBlock = (visitors ?? throw new InvalidDataException("It holds windows of a visitor that the plan does not keep.")).Rent();
            from.Raw(visitors.BlockSize).CopyTo(visitor.VisitorWindows);
        }

        if ((flags & HasMain) != 0)
        {
            Read(ref from, sessions, ref visitor.Main);
        }

        if ((flags & HasExplicit) != 0)
        {
            var count = from.Count(Hash128.Size);
            visitor.Explicit = new List<ExplicitSession>(count);
            for (var i = 0; i < count; i++)
            {
                var session = new ExplicitSession(from.Hash());
                if (from.Byte() != 0)
                {
                    Read(ref from, sessions, ref session.State);
                }

                visitor.Explicit.Add(session);
            }
        }

        if ((flags & HasLedger) != 0)
        {
            visitor.Ledger = new PromptLedger();
            for (var left = from.Count(Hash128.Size); left > 0; left--)
            {
                visitor.Ledger.Add(new Prompt(
                    new DecisionId(from.Hash()), new SessionId(from.Hash()), unchecked((ulong)from.Long()), from.At(), from.At(), (PromptAnswer)from.Byte()));
            }

            visitor.Ledger.Attention = new AttentionAccount(BitConverter.Int64BitsToDouble(from.Long()), from.At());
            for (var left = from.Count(Hash128.Size); left > 0; left--)
            {
                visitor.Ledger.Restore(new Refusal(unchecked((ulong)from.Long()), new SessionId(from.Hash()), from.At(), from.Byte()));
            }
        }

        LinkCodec.Read(ref from, visitor);
        return visitor;
    }

    /// <summary>A name is kept as long as a session is: what a visit said about itself ends with it.</summary>
    private static long NameOf(VisitorState visitor) =>
        visitor.DisplayName is not null && (visitor.Main.Exists || visitor.Explicit is { Count: > 0 }) ? visitor.NamedAt : VisitorState.NoName;

    private static void Write(CheckpointBuffer to, VisitorState visitor, in SessionState session)
    {
        to.Hash(session.Id.Value);
        to.At(session.StartedAt);
        to.At(session.LastAt);
        to.At(session.WarmingFrom);
        to.Int(session.SignalCount);
        to.Int(session.LateCount);
        to.Int(session.Prompts);
        to.Byte((byte)(session.IsLikelyBot ? 1 : 0));
        to.Raw(visitor.BlockOf(in session));
    }

    private static void Read(ref CheckpointCursor from, BlockStore sessions, ref SessionState session)
    {
        session.Id = new SessionId(from.Hash());
        session.StartedAt = from.At();
        session.LastAt = from.At();
        session.WarmingFrom = from.At();
        session.SignalCount = from.Int();
        session.LateCount = from.Int();
        session.Prompts = (ushort)from.Int();
        session.IsLikelyBot = from.Byte() != 0;
        session.Block = sessions.Rent();
        from.Raw(sessions.BlockSize).CopyTo(sessions[session.Block]);
    }

    internal static void Write(CheckpointBuffer to, in Prompt prompt)
    {
        to.Hash(prompt.Id.Value);
        to.Hash(prompt.Session.Value);
        to.Long(unchecked((long)prompt.Scenario));
        to.At(prompt.At);
        to.At(prompt.AnsweredAt);
        to.Byte((byte)prompt.Answer);
    }
}
