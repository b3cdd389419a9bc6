namespace MicroIntervention.Web.Live;

/// <summary>What the hub sends at once.</summary>
/// <param name="Epoch">Changes when the server restarted; sequence numbers of two epochs are not compared.</param>
/// <param name="Reset">True when what the caller knew is of another epoch: forget it, this batch starts anew.</param>
/// <param name="Sequence">Ask for what comes after this number next time.</param>
/// <param name="Decisions">New or changed, oldest change first; a decision that changes comes again with a higher sequence.</param>
public sealed record HubBatch(string Epoch, bool Reset, long Sequence, IReadOnlyList<HubDecision> Decisions);
