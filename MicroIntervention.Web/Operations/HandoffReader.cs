using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Operations;

/// <summary>Reads a visitor's records up to a request for a person: runs them again, and notes what a person wants to know.</summary>
internal sealed class HandoffReader(VisitorReplay replay, VisitorId visitor, DecisionId about) : ILogReader
{
    public string? PagePath { get; private set; }

    public string? PageTitle { get; private set; }

    public string? Locale { get; private set; }

    public string? TimeZone { get; private set; }

    public string? DisplayName { get; private set; }

    public string? UserId { get; private set; }

    /// <summary>The latest identify call came with a server key, or proved whose the browser is.</summary>
    public bool IsVerified { get; private set; }

    public string? Choice { get; private set; }

    public Moment? ShownAt { get; private set; }

    public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        replay.OnRecord(in header, payload);
        if (header.Kind != RecordKind.Signal || header.Visitor != visitor || payload.IsEmpty)
        {
            return;
        }

        if (header.SignalKind >= SignalKind.Shown)
        {
            NoteReport(in header, payload);
            return;
        }

        PagePath = SignalText.Read(payload, "context.page.path") ?? PagePath;
        PageTitle = SignalText.Read(payload, "context.page.title") ?? PageTitle;
        Locale = SignalText.Read(payload, "context.locale") ?? Locale;
        TimeZone = SignalText.Read(payload, "context.timezone") ?? TimeZone;
        if (header.SignalKind == SignalKind.Identify)
        {
            DisplayName = CustomerName.Read(payload) ?? DisplayName;
            UserId = SignalText.Read(payload, "userId") ?? UserId;
            IsVerified = (header.Flags & (SignalFlags.Verified | SignalFlags.SignedUser)) != 0;
        }
    }

    private void NoteReport(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.About != about)
        {
            return;
        }

        if (header.SignalKind == SignalKind.Shown)
        {
            ShownAt = header.At;
        }
        else if (header.SignalKind == SignalKind.PersonRequested)
        {
            Choice = SignalText.Read(payload, "choice");
        }
    }
}
