namespace MicroIntervention.Engine.Signals;

/// <summary>One field that a contract promises.</summary>
/// <param name="Path">Below <c>properties</c> (of an identify call: <c>traits</c>), keys joined by dots.</param>
/// <param name="Type">What its value is when it is there.</param>
/// <param name="IsRequired">It is there in every event, and not null.</param>
/// <param name="PersonalData">How personal it is.</param>
public readonly record struct ContractField(string Path, FieldType Type, bool IsRequired, PersonalData PersonalData = PersonalData.Pseudonymous)
{
    /// <summary>Whether a text can be the name of a field.</summary>
    public static bool IsPath(string? path) =>
        path is { Length: > 0 and <= SignalContract.LongestText } && !path.StartsWith('.') && !path.EndsWith('.') && !path.Contains("..", StringComparison.Ordinal);
}

/// <summary>One field of one event that is not as its contract says.</summary>
/// <param name="Path">Which.</param>
/// <param name="IsMissing">Not there, or null; otherwise of another type.</param>
/// <param name="Expected">What the contract says.</param>
public readonly record struct FieldFault(string Path, bool IsMissing, FieldType Expected)
{
    public override string ToString() => IsMissing ? $"{Path} is missing" : $"{Path} is no {Expected.Word()}";
}
