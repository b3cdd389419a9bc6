using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Signals;

/// <summary>What became of a prompt or of a request for a person, as the log keeps it beside the records. No record of its own: it moves no offset and no state.</summary>
/// <param name="Decision">Which decision.</param>
/// <param name="Visitor">Whose.</param>
/// <param name="Kind">What happened.</param>
/// <param name="At">When.</param>
/// <param name="SignalToPaintMs">With <see cref="DeliveryNoteKind.Shown"/>: the browser's own measurement; null when it sent none.</param>
public readonly record struct DeliveryNote(DecisionId Decision, VisitorId Visitor, DeliveryNoteKind Kind, Moment At, double? SignalToPaintMs = null);

/// <summary>Part of the data format: never renumber. 0 to 5 are the delivery results, 16 to 22 the reports' kinds of signal.</summary>
public enum DeliveryNoteKind : byte
{
    Sent = 0,
    Expired = 1,
    Withdrawn = 2,
    NoReceiver = 3,
    Failed = 4,
    Overloaded = 5,

    Shown = 16,
    Accepted = 17,
    Dismissed = 18,
    Helpful = 19,
    NotHelpful = 20,
    PersonRequested = 21,
    WithheldInBrowser = 22,

    /// <summary>A customer asked for a person: a bundle has to be delivered.</summary>
    HandoffWanted = 32,

    /// <summary>The receiver has the bundle.</summary>
    HandoffSent = 33,

    /// <summary>There is nothing to deliver: the report was about no decision of that visitor.</summary>
    HandoffVoid = 34,
}
