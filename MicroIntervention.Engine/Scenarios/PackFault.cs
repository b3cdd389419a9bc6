namespace MicroIntervention.Engine.Scenarios;

/// <summary>One thing that is wrong with a pack, an override or a set of them.</summary>
/// <param name="Path">JSON path from the pack's root, for example <c>$.features[2].window</c>; for an override <c>override.threshold</c>.</param>
/// <param name="Message">A sentence that continues the path and says what to do.</param>
public sealed record PackFault(string Path, string Message)
{
    public override string ToString() => $"{Path} {Message}";
}
