using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Storage;

/// <summary>One version of a contract with what became of it.</summary>
/// <param name="Id">Its row.</param>
/// <param name="Version">1, 2, 3 … within subject and name.</param>
/// <param name="Terms">What it says; never changes.</param>
/// <param name="Supplied">The supplier's agreement; null until given.</param>
/// <param name="Validated">The validator's agreement; null until given.</param>
/// <param name="SupersededAt">Null while no later version took its place and nobody withdrew it.</param>
public sealed record ContractVersion(
    long Id,
    int Version,
    SignalContract Terms,
    string ProposedBy,
    DateTimeOffset ProposedAt,
    string Why,
    Agreement? Supplied,
    Agreement? Validated,
    DateTimeOffset? SupersededAt)
{
    public ContractState State => SupersededAt is not null ? ContractState.Superseded
        : Supplied is not null && Validated is not null ? ContractState.Agreed
        : ContractState.Proposed;
}

/// <summary>Who agreed, and when.</summary>
public sealed record Agreement(string Who, DateTimeOffset At);

/// <summary>How far a version came.</summary>
public enum ContractState
{
    /// <summary>Measured and shown; nothing follows from it.</summary>
    Proposed,

    /// <summary>Supplier and validator agreed: it is enforced.</summary>
    Agreed,

    /// <summary>A later version took its place, or it was withdrawn.</summary>
    Superseded,
}

/// <summary>In whose name somebody agrees.</summary>
public enum ContractSide
{
    Supplier,
    Validator,
}
