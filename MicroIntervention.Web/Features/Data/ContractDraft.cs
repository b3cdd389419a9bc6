using System.Collections.Immutable;
using System.Globalization;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Features.Data;

/// <summary>What a person is changing in a contract, as the form holds it.</summary>
public sealed class ContractDraft
{
    public string Description { get; set; } = "";

    public string Team { get; set; } = "";

    public string Supplier { get; set; } = "";

    public string Validator { get; set; } = "";

    public bool HasPromise { get; set; }

    /// <summary>In <see cref="Unit"/>.</summary>
    public double Within { get; set; } = 1;

    /// <summary>Seconds: 1, 60, 3600 or 86400.</summary>
    public int Unit { get; set; } = 3_600;

    public int AtLeast { get; set; } = 1;

    /// <summary>Names joined by commas; empty for any other signal.</summary>
    public string Company { get; set; } = "";

    public double SharePercent { get; set; } = 10;

    public KnownWhen Known { get; set; } = KnownWhen.AsItHappens;

    public PersonalData PersonalData { get; set; } = PersonalData.Pseudonymous;

    public List<FieldDraft> Fields { get; } = [];

    public string Why { get; set; } = "";

    /// <summary>The draft of a change to these terms; of a new contract when there are none.</summary>
    public static ContractDraft Of(SignalContract? terms)
    {
        if (terms is null)
        {
            return new ContractDraft();
        }

        var draft = new ContractDraft
        {
            Description = terms.Description, Team = terms.Team, Supplier = terms.Supplier, Validator = terms.Validator,
            SharePercent = terms.InvalidShare * 100, Known = terms.Known, PersonalData = terms.PersonalData, HasPromise = terms.Freshness is not null,
        };
        if (terms.Freshness is { } promise)
        {
            draft.Unit = promise.Within.TotalSeconds switch { >= 86_400 and var s when s % 86_400 == 0 => 86_400, >= 3_600 and var s when s % 3_600 == 0 => 3_600, >= 60 and var s when s % 60 == 0 => 60, _ => 1 };
            draft.Within = promise.Within.TotalSeconds / draft.Unit;
            draft.AtLeast = promise.AtLeast;
            draft.Company = string.Join(", ", promise.Company);
        }

        draft.Fields.AddRange(terms.Fields.Select(field => new FieldDraft { Path = field.Path, Type = field.Type, IsRequired = field.IsRequired, PersonalData = field.PersonalData }));
        return draft;
    }

    /// <summary>The terms as they would be; <see cref="SignalContract.Faults"/> says whether they can stand.</summary>
    public SignalContract Terms(ContractSubject subject, string name) => new()
    {
        Subject = subject,
        Name = name,
        Description = Description.Trim(),
        Team = Team.Trim(),
        Supplier = Supplier.Trim(),
        Validator = Validator.Trim(),
        Fields = [.. Fields.Where(field => field.Path.Trim().Length > 0).Select(field => new ContractField(field.Path.Trim(), field.Type, field.IsRequired, field.PersonalData))],
        Freshness = HasPromise ? new FreshnessPromise(Span(), Names(), AtLeast) : null,

        // Rounded: a tenth of a percent is the form's finest step, and 10 / 100.0 must be what a file calls 0.1.
        InvalidShare = Math.Round(SharePercent / 100, 4),
        Known = Known,
        PersonalData = PersonalData,
    };

    // A number that no time span can hold becomes one that the contract's own rule refuses.
    private TimeSpan Span() => double.IsFinite(Within) ? TimeSpan.FromSeconds(Math.Clamp(Within * Unit, 0, 1e9)) : TimeSpan.Zero;

    private ImmutableArray<string> Names() => [.. Company.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    /// <summary>One field.</summary>
    public sealed class FieldDraft
    {
        public string Path { get; set; } = "";

        public FieldType Type { get; set; }

        public bool IsRequired { get; set; } = true;

        public PersonalData PersonalData { get; set; } = PersonalData.Pseudonymous;

        internal string Key { get; } = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    }
}
