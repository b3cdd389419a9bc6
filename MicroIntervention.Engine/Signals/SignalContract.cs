using System.Collections.Immutable;

namespace MicroIntervention.Engine.Signals;

/// <summary>What a team promises about one kind of signal, or about one kind of outcome: who supplies it, who vouches for it, its shape and its freshness.</summary>
/// <remarks>Immutable; a change is a new version, to be agreed on again. <see cref="Faults"/> says whether it can stand.</remarks>
public sealed record SignalContract
{
    /// <summary>Longest name of an event; the same as at the doors.</summary>
    public const int LongestName = 256;

    /// <summary>Longest team, person or field.</summary>
    public const int LongestText = 200;

    /// <summary>Longest description.</summary>
    public const int LongestDescription = 2000;

    /// <summary>Most fields: each is one more look into every event that is checked.</summary>
    public const int MostFields = 32;

    public required ContractSubject Subject { get; init; }

    /// <summary>The event's name, compared exactly; a page call's is <see cref="EventNames.PageViewed"/>, an identify call's <see cref="EventNames.Identified"/>.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, in words.</summary>
    public string Description { get; init; } = "";

    /// <summary>The supplying team; empty while nobody said.</summary>
    public string Team { get; init; } = "";

    /// <summary>Sign-in name of the person who answers for the supply; empty while nobody is named.</summary>
    public string Supplier { get; init; } = "";

    /// <summary>Sign-in name of the person who vouches that it says what it should; empty while nobody is named.</summary>
    public string Validator { get; init; } = "";

    public ImmutableArray<ContractField> Fields { get; init; } = [];

    /// <summary>Null: nothing is promised, so it can never be silent.</summary>
    public FreshnessPromise? Freshness { get; init; }

    /// <summary>Largest share of events that may break the shape, 0 to 1. Default 0.1.</summary>
    public double InvalidShare { get; init; } = 0.1;

    public KnownWhen Known { get; init; } = KnownWhen.AsItHappens;

    public PersonalData PersonalData { get; init; } = PersonalData.Pseudonymous;

    /// <summary>Where its fields lie in an event's JSON: identify and group calls speak in traits, the others in properties.</summary>
    public string FieldsBelow => Name is EventNames.Identified or EventNames.GroupJoined ? "traits." : "properties.";

    /// <summary>Checks the shape of one event.</summary>
    /// <param name="raw">The event's JSON object, of the kind that the contract names.</param>
    /// <returns>Every field that is wrong; empty when none is. Allocates nothing then.</returns>
    public ImmutableArray<FieldFault> Check(ReadOnlySpan<byte> raw)
    {
        var faults = ImmutableArray<FieldFault>.Empty;
        var below = FieldsBelow;
        foreach (var field in Fields)
        {
            var kind = SignalText.KindOf(raw, below, field.Path);
            var missing = kind is JsonTokenKind.Absent or JsonTokenKind.Null;
            if (missing ? field.IsRequired : !field.Type.Fits(kind))
            {
                faults = faults.Add(new FieldFault(field.Path, missing, field.Type));
            }
        }

        return faults;
    }

    /// <summary>Everything that is wrong with the contract itself, as sentences; empty when it can stand.</summary>
    public ImmutableArray<string> Faults()
    {
        var faults = ImmutableArray.CreateBuilder<string>();
        Require(!string.IsNullOrWhiteSpace(Name) && Name.Length <= LongestName, "The name of the signal or outcome is empty or too long.");
        Require(Subject != ContractSubject.Signal || !Name.StartsWith(EventNames.ReservedPrefix, StringComparison.Ordinal), "Names that start with mi: are the engine's own.");
        Require(Team.Length <= LongestText && Supplier.Length <= LongestText && Validator.Length <= LongestText, "Team, supplier or validator is too long.");
        Require(Description.Length <= LongestDescription, "The description is too long.");
        Require(Supplier.Length == 0 || Supplier != Validator, "Supplier and validator are the same person; name two.");
        Require(Fields.Length <= MostFields, "There are more than 32 fields.");
        Require(InvalidShare is >= 0 and <= 1, "The allowed share of events that break the shape is not between 0 and 1.");
        foreach (var twice in Fields.GroupBy(f => f.Path, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            faults.Add($"The field {twice.Key} is there twice.");
        }

        foreach (var field in Fields)
        {
            Require(ContractField.IsPath(field.Path), $"\"{field.Path}\" is no name of a field: keys joined by dots, none empty.");
        }

        faults.AddRange(Freshness?.Faults(Name) ?? []);
        return faults.ToImmutable();

        void Require(bool holds, string sentence)
        {
            if (!holds)
            {
                faults.Add(sentence);
            }
        }
    }

    public bool Equals(SignalContract? other) => other is not null &&
        (Subject, Name, Description, Team, Supplier, Validator, InvalidShare, Known, PersonalData) ==
        (other.Subject, other.Name, other.Description, other.Team, other.Supplier, other.Validator, other.InvalidShare, other.Known, other.PersonalData) &&
        Equals(Freshness, other.Freshness) && Fields.AsSpan().SequenceEqual(other.Fields.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Subject, Name, Team, Supplier, Validator, Fields.Length, Freshness);
}
