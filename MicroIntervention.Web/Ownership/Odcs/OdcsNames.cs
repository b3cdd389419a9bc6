using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Ownership.Odcs;

/// <summary>The words in which contracts are written to and read from files of the Open Data Contract Standard.</summary>
internal static class OdcsNames
{
    public const string ApiVersion = "v3.1.0";
    public const string Kind = "DataContract";
    public const string Frequency = "frequency";
    public const string Supplier = "supplier";
    public const string Validator = "validator";
    public const string KnownWhen = "knownWhen";
    public const string PersonalData = "personalData";
    public const string InvalidShare = "invalidShare";
    public const string Company = "freshnessCompany";
    public const string AtLeast = "freshnessAtLeast";

    public static string Of(ContractSubject subject) => subject switch
    {
        ContractSubject.Signal => "signal",
        ContractSubject.Outcome => "outcome",
        _ => throw new ArgumentOutOfRangeException(nameof(subject), subject, "Not a subject."),
    };

    public static string Of(FieldType type) => type switch
    {
        FieldType.Text => "string",
        FieldType.Number => "number",
        FieldType.Flag => "boolean",
        FieldType.Object => "object",
        FieldType.List => "array",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type."),
    };

    /// <summary>Null for a word that is none of the standard's.</summary>
    public static FieldType? TypeOf(string word) => word switch
    {
        // In JSON a time is text.
        "string" or "date" or "timestamp" or "time" => FieldType.Text,
        "number" or "integer" => FieldType.Number,
        "boolean" => FieldType.Flag,
        "object" => FieldType.Object,
        "array" => FieldType.List,
        _ => null,
    };

    public static string Of(PersonalData personal) => personal switch
    {
        Engine.Signals.PersonalData.None => "none",
        Engine.Signals.PersonalData.Pseudonymous => "pseudonymous",
        Engine.Signals.PersonalData.Personal => "personal",
        Engine.Signals.PersonalData.Sensitive => "sensitive",
        _ => throw new ArgumentOutOfRangeException(nameof(personal), personal, "Not a class."),
    };

    /// <summary>Null for an unknown word. The first row are words that other tools use for the same.</summary>
    public static PersonalData? PersonalOf(string word) => word switch
    {
        "public" or "none" => Engine.Signals.PersonalData.None,
        "internal" or "pseudonymous" => Engine.Signals.PersonalData.Pseudonymous,
        "confidential" or "personal" => Engine.Signals.PersonalData.Personal,
        "restricted" or "sensitive" => Engine.Signals.PersonalData.Sensitive,
        _ => null,
    };

    public static string Of(KnownWhen known) => known switch
    {
        Engine.Signals.KnownWhen.AtStart => "atStart",
        Engine.Signals.KnownWhen.AsItHappens => "asItHappens",
        Engine.Signals.KnownWhen.AtEnd => "atEnd",
        Engine.Signals.KnownWhen.Afterwards => "afterwards",
        _ => throw new ArgumentOutOfRangeException(nameof(known), known, "Not a time."),
    };

    public static KnownWhen? KnownOf(string word) => word switch
    {
        "atStart" => Engine.Signals.KnownWhen.AtStart,
        "asItHappens" => Engine.Signals.KnownWhen.AsItHappens,
        "atEnd" => Engine.Signals.KnownWhen.AtEnd,
        "afterwards" => Engine.Signals.KnownWhen.Afterwards,
        _ => null,
    };

    /// <summary>Seconds in a unit of a service level; null for an unknown one.</summary>
    public static double? SecondsIn(string unit) => unit switch
    {
        "ms" => 0.001,
        "s" or "sec" or "second" or "seconds" => 1,
        "m" or "min" or "minute" or "minutes" => 60,
        "h" or "hr" or "hour" or "hours" => 3_600,
        "d" or "day" or "days" => 86_400,
        _ => null,
    };
}
