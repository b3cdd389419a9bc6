namespace MicroIntervention.Web.Resources;

/// <summary>Names the resource file with the console's texts; pages take <c>IStringLocalizer&lt;ConsoleText&gt;</c>.</summary>
public sealed class ConsoleText;
