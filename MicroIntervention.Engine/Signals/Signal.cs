using System.Runtime.CompilerServices;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>One observed event as the engine reads it: ids hashed, matchers already evaluated, numbers already read.</summary>
/// <remarks>
/// Made by <see cref="SignalParser"/> under one <see cref="SignalSchema"/>; the raw text stays in the request's buffer
/// (<see cref="RawStart"/>, <see cref="RawLength"/>). About 200 bytes; pass by reference.
/// </remarks>
public struct Signal
{
    /// <summary>No offset known; see <see cref="ZoneOffsetMinutes"/>.</summary>
    public const short UnknownZone = short.MinValue;

    public VisitorId Visitor;

    /// <summary>Hash of the explicit session key; zero when the event named none.</summary>
    public Hash128 ExplicitSession;

    /// <summary>Hash of the user id of an identify call (see <see cref="IsProved"/>), or of a server's event that has nothing else to say whose it is. Otherwise zero.</summary>
    public VisitorId Customer;

    public MessageKey Message;

    /// <summary>For reports about a prompt: the decision they are about. Otherwise zero.</summary>
    public DecisionId About;

    /// <summary>When the door had the whole request, Unix ms.</summary>
    public Moment ReceivedAt;

    /// <summary>timestamp + (receivedAt − sentAt), Unix ms, not yet clamped; the receive time when the event has no timestamp.</summary>
    public Moment SourceTime;

    /// <summary>Bit i set: matcher i of the schema holds.</summary>
    public ulong Matches;

    /// <summary>Number i of the schema's numeric properties; only where bit i of <see cref="ValueMask"/> is set. Always finite.</summary>
    public SignalValues Values;

    /// <summary>Bit i set: numeric property i was there and is a finite number.</summary>
    public byte ValueMask;

    public SignalKind Kind;

    /// <summary>Of a line of text: who said it.</summary>
    public TextSpeaker Speaker;

    public SignalFlags Flags;

    public SourceId Source;

    /// <summary>The customer's offset from UTC in minutes at the source time; <see cref="UnknownZone"/> when not known.</summary>
    public short ZoneOffsetMinutes;

    /// <summary><see cref="SignalSchema.Version"/> that <see cref="Matches"/> and <see cref="Values"/> were read under.</summary>
    public int SchemaVersion;

    /// <summary>Where the event's JSON object lies in the request's buffer.</summary>
    public int RawStart;

    /// <summary>Length of the event's JSON object in bytes.</summary>
    public int RawLength;

    /// <summary>Where the event's name lies in its JSON object, of a track event; length 0 when it is written with escapes, or not known.</summary>
    internal ushort NameStart;

    internal ushort NameLength;

    /// <summary>The event's name as the packs write it; empty when this reading does not know it.</summary>
    /// <param name="raw">The event's JSON object.</param>
    public readonly ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> raw) => Kind switch
    {
        SignalKind.Page => "Page Viewed"u8,
        SignalKind.Identify => "Identified"u8,
        SignalKind.Group => "Group Joined"u8,
        SignalKind.Alias => "Aliased"u8,
        _ => raw.Slice(NameStart, NameLength),
    };

    public readonly bool Has(SignalFlags flag) => (Flags & flag) != 0;

    /// <summary>Whether <see cref="Customer"/> is proved: by a server key, or by a browser's <see cref="UserProof"/>.</summary>
    public readonly bool IsProved => (Flags & (SignalFlags.Verified | SignalFlags.SignedUser)) != 0;
}

/// <summary>The numbers of one signal, in the order of <see cref="SignalSchema.NumericProperties"/>.</summary>
[InlineArray(SignalSchema.MaxNumericProperties)]
public struct SignalValues
{
    private double _first;
}
