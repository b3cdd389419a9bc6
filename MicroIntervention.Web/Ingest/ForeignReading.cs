using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ingest;

/// <summary>How the writing of a request's body as a batch ended.</summary>
/// <param name="Form">The form that was read.</param>
/// <param name="Fault">Why the whole request is refused; otherwise its reason is none.</param>
/// <param name="IsSingle">The body is one event, so its refusal is the request's.</param>
/// <param name="Refused">Elements that are no event of that form; null for none.</param>
internal readonly record struct ForeignReading(DoorForm Form, SignalRejection Fault, bool IsSingle, List<RefusedElement>? Refused);

/// <summary>An element that is no event of its form, with its text.</summary>
internal readonly record struct RefusedElement(SignalRejection Rejection, byte[] Payload);
