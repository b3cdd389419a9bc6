namespace MicroIntervention.Engine.Delivery;

/// <summary>How a delivery ended.</summary>
public enum DeliveryResult : byte
{
    /// <summary>The receiver has it.</summary>
    Sent = 0,

    /// <summary>Too late for the customer; withheld.</summary>
    Expired = 1,

    /// <summary>Stopped by the kill switch or the scenario's switch, or the visitor was erased.</summary>
    Withdrawn = 2,

    /// <summary>No stream of this visitor is open, or no address is set up.</summary>
    NoReceiver = 3,

    /// <summary>The receiver refused it or could not be reached in time.</summary>
    Failed = 4,

    /// <summary>The channel's queue was full.</summary>
    Overloaded = 5,
}
