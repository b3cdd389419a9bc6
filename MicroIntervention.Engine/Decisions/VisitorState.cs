using System.Runtime.CompilerServices;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>Everything the engine knows of a visitor while deciding. Owned by one shard.</summary>
public sealed class VisitorState
{
    /// <summary>No record said a name.</summary>
    internal const long NoName = -1;

    private const long QuarterHourMs = 15 * 60_000;

    // Of most visitors nothing is known: one reference is all they pay.
    private CustomerTie? _tie;

    internal VisitorState(VisitorId id, BlockStore sessions, BlockStore? visitors)
    {
        Id = id;
        Sessions = sessions;
        Visitors = visitors;
        Main.Block = -1;
        VisitorBlock = -1;
    }

    public VisitorId Id { get; }

    /// <summary>The session of plain signals: a visit, ended by idleness.</summary>
    public SessionState Main;

    /// <summary>Explicit sessions (conversations, calls) by the hash of their key; null until there is one.</summary>
    internal List<ExplicitSession>? Explicit { get; set; }

    /// <summary>Null until the first prompt.</summary>
    public PromptLedger? Ledger { get; internal set; }

    /// <summary>The customer that this visitor is known to be; null for nobody in particular.</summary>
    public CustomerLink? Link
    {
        get => _tie?.Link;
        internal set => (_tie ??= new CustomerTie()).Link = value;
    }

    /// <summary>The customer it was taken for last, before <see cref="LeftAt"/>; zero for none.</summary>
    internal VisitorId Former => _tie?.Former ?? default;

    internal Moment LeftAt => _tie?.LeftAt ?? default;

    /// <summary>Nobody may prompt: the customer's word, else the visitor's own.</summary>
    internal bool IsOptedOut => Link?.Wishes.OptedOut ?? OptedOut;

    /// <summary>The customer's consent, else the visitor's own.</summary>
    internal ConsentState ConsentNow => Link?.Wishes.Consent ?? Consent;

    /// <summary>Latest known offset from UTC in minutes; <see cref="Signal.UnknownZone"/> when not known.</summary>
    public short ZoneOffsetMinutes { get; internal set; } = Signal.UnknownZone;

    /// <summary>Quarter hour (<see cref="QuarterOf"/>) of the signal that told the offset: zones put their clocks on and back at quarter hours.</summary>
    internal int ZoneQuarter { get; set; }

    public ConsentState Consent { get; internal set; }

    /// <summary>The source treats unknown consent as refused.</summary>
    public bool ConsentRequired { get; internal set; }

    public bool OptedOut { get; internal set; }

    /// <summary>Latest plain signal came with Global Privacy Control.</summary>
    public bool PrivacyControl { get; internal set; }

    public bool IsTest { get; internal set; }

    /// <summary>What to call the customer, as said by an identify call; unverified, shown to that customer only.</summary>
    public string? DisplayName { get; internal set; }

    /// <summary>Offset of the record that said <see cref="DisplayName"/>; meaningless while that is null.</summary>
    internal long NamedAt { get; set; } = NoName;

    public Moment LastAt { get; internal set; }

    internal BlockStore Sessions { get; private set; }

    internal BlockStore? Visitors { get; private set; }

    internal int VisitorBlock { get; set; }

    /// <summary>Quarter hours since 1970, kept within an int for any moment.</summary>
    internal static int QuarterOf(Moment at) => (int)Math.Clamp(at.Milliseconds / QuarterHourMs, int.MinValue, int.MaxValue);

    internal Span<byte> BlockOf(in SessionState session) => Sessions[session.Block];

    internal Span<byte> VisitorWindows => VisitorBlock < 0 || Visitors is null ? default : Visitors[VisitorBlock];

    /// <summary>Asks for this object's own memory.</summary>
    internal void Fetch()
    {
        CacheHint.Fetch(ref Unsafe.AddByteOffset(ref Unsafe.As<SessionState, byte>(ref Main), -64));
        CacheHint.Fetch(ref Main);
        CacheHint.Fetch(ref Unsafe.AddByteOffset(ref Unsafe.As<SessionState, byte>(ref Main), 64));
    }

    /// <summary>Asks for the windows of the main session.</summary>
    internal void FetchBlock()
    {
        if (Main.Block >= 0)
        {
            Sessions.Fetch(Main.Block);
        }
    }

    /// <summary>Takes the name that an identify call said, if it said one.</summary>
    internal void Name(string? name, long offset)
    {
        if (name is not null)
        {
            DisplayName = name;
            NamedAt = offset;
        }
    }

    /// <summary>Notes which customer it was taken for until now.</summary>
    internal void WasCustomer(VisitorId customer, Moment at)
    {
        _tie ??= new CustomerTie();
        (_tie.Former, _tie.LeftAt) = (customer, at);
    }

    /// <summary>Gives all blocks back.</summary>
    internal void Release()
    {
        ReleaseSession(ref Main);
        foreach (var session in Explicit ?? [])
        {
            ReleaseSession(ref session.State);
        }

        Explicit = null;
        if (VisitorBlock >= 0)
        {
            Visitors?.Return(VisitorBlock);
            VisitorBlock = -1;
        }
    }

    internal void ReleaseSession(ref SessionState session)
    {
        if (session.Block >= 0)
        {
            Sessions.Return(session.Block);
        }

        session = default;
        session.Block = -1;
    }

    /// <summary>Moves to the stores of a plan with other windows. The caller starts the blocks again.</summary>
    internal void MoveTo(BlockStore sessions, BlockStore? visitors)
    {
        Sessions = sessions;
        Visitors = visitors;
    }
}

/// <summary>Which customer a visitor is taken for, and was taken for before.</summary>
internal sealed class CustomerTie
{
    public CustomerLink? Link { get; set; }

    public VisitorId Former { get; set; }

    public Moment LeftAt { get; set; }
}

/// <summary>A session that its source named.</summary>
internal sealed class ExplicitSession(Hash128 key)
{
    public SessionState State = new() { Block = -1 };

    public Hash128 Key { get; } = key;
}

/// <summary>What is known of a visitor's consent. Part of the data format.</summary>
public enum ConsentState : byte
{
    /// <summary>Nobody said; the source's setting decides.</summary>
    Unknown = 0,
    Granted = 1,
    Refused = 2,
}
