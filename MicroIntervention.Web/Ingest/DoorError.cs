using System.Text.Json.Serialization;

namespace MicroIntervention.Web.Ingest;

/// <summary>The body of every error a door answers.</summary>
/// <param name="Error">What is wrong and what to do, in a sentence.</param>
internal sealed record DoorError([property: JsonPropertyName("error")] string Error);

/// <summary>How the doors write JSON.</summary>
[JsonSerializable(typeof(DoorError))]
internal sealed partial class DoorJson : JsonSerializerContext;
