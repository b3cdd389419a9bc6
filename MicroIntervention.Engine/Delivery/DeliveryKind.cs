namespace MicroIntervention.Engine.Delivery;

/// <summary>What is delivered.</summary>
public enum DeliveryKind : byte
{
    /// <summary>A nudge: worthless when late, so it expires.</summary>
    Prompt = 0,

    /// <summary>A context bundle for a person: retried until it arrives.</summary>
    Handoff = 1,
}
