namespace MicroIntervention.Web.Storage.Tables;

/// <summary>One immutable version of a contract about a kind of signal or outcome. Only the two agreements and its end are added later, each once.</summary>
public sealed class SignalContractRow
{
    public long Id { get; set; }

    /// <summary><c>signal</c> or <c>outcome</c>.</summary>
    public required string Subject { get; set; }

    /// <summary>The event's name, or the outcome's kind.</summary>
    public required string Name { get; set; }

    /// <summary>1, 2, 3 … within its subject and name.</summary>
    public int Version { get; set; }

    /// <summary>Sign-in name of the supplier; null while nobody is named.</summary>
    public string? Supplier { get; set; }

    /// <summary>Sign-in name of the validator; null while nobody is named.</summary>
    public string? Validator { get; set; }

    /// <summary>All that the contract says, as JSON.</summary>
    public required string Terms { get; set; }

    /// <summary>Sign-in name, or <c>packs</c> for what the packs' needs led to.</summary>
    public required string ProposedBy { get; set; }

    /// <summary>Unix milliseconds.</summary>
    public long ProposedAtMs { get; set; }

    public string Why { get; set; } = "";

    /// <summary>Unix milliseconds; null until the supplier agrees.</summary>
    public long? SupplierAgreedAtMs { get; set; }

    /// <summary>Who agreed as the supplier: the named person, or an admin in their place.</summary>
    public string? SupplierAgreedBy { get; set; }

    /// <summary>Unix milliseconds; null until the validator agrees.</summary>
    public long? ValidatorAgreedAtMs { get; set; }

    /// <summary>Who agreed as the validator.</summary>
    public string? ValidatorAgreedBy { get; set; }

    /// <summary>Unix milliseconds; null while no later version has taken its place and nobody withdrew it.</summary>
    public long? SupersededAtMs { get; set; }
}
