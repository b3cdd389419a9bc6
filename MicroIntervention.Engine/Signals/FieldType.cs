namespace MicroIntervention.Engine.Signals;

/// <summary>JSON type of a field.</summary>
public enum FieldType : byte
{
    Text = 0,
    Number = 1,

    /// <summary>true or false.</summary>
    Flag = 2,

    Object = 3,
    List = 4,
}

/// <summary>What the types mean.</summary>
public static class FieldTypes
{
    /// <summary>The type in a sentence.</summary>
    public static string Word(this FieldType type) => type switch
    {
        FieldType.Text => "text",
        FieldType.Number => "number",
        FieldType.Flag => "true or false",
        FieldType.Object => "object",
        FieldType.List => "list",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type."),
    };

    /// <summary>A number written as text is text: windows would not count it.</summary>
    internal static bool Fits(this FieldType type, JsonTokenKind kind) => type switch
    {
        FieldType.Text => kind == JsonTokenKind.Text,
        FieldType.Number => kind == JsonTokenKind.Number,
        FieldType.Flag => kind is JsonTokenKind.True or JsonTokenKind.False,
        FieldType.Object => kind == JsonTokenKind.Object,
        FieldType.List => kind == JsonTokenKind.Array,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type."),
    };
}
