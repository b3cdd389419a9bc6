namespace MicroIntervention.Engine.Signals;

/// <summary>What an identify call says the customer wants to be called.</summary>
public static class CustomerName
{
    private static readonly string[] Paths =
    [
        "traits.preferredName", "traits.firstName", "traits.first_name", "traits.name",
        "context.traits.preferredName", "context.traits.firstName", "context.traits.first_name", "context.traits.name",
    ];

    /// <summary>The first of the known traits that is there; null when none is. Untrusted text.</summary>
    /// <param name="raw">The event's JSON.</param>
    public static string? Read(ReadOnlySpan<byte> raw)
    {
        foreach (var path in Paths)
        {
            if (SignalText.Read(raw, path) is { Length: > 0 } name)
            {
                return name;
            }
        }

        return null;
    }
}
