namespace MicroIntervention.Engine.Scenarios;

/// <summary>How large a pack and its parts may be. Far above any sensible pack, far below what could hurt the engine.</summary>
internal static class PackLimits
{
    /// <summary>Bytes; the reference pack with ten full pair tables has 0.3 MB.</summary>
    public const int PackBytes = 1_000_000;
    public const int Depth = 16;
    public const int Faults = 200;
    public const int NameLength = 48;
    public const int TitleLength = 80;
    public const int DescriptionLength = 1000;
    public const int EventNameLength = 128;
    public const int Settings = 16;
    public const int Signals = 32;
    public const int EventsOfSignal = 32;
    public const int ConditionsOfSignal = 8;
    public const int PropertyDepth = 4;
    public const int Features = 64;
    public const int Terms = 64;
    public const int Pairs = 32;
    public const int Cuts = 254;
    public const int Timers = 8;
    public const int BotRules = 8;
    public const int BotConditions = 8;
    public const int Choices = 4;
    public const int Version = 1_000_000;

    /// <summary>Largest number anywhere: beyond it single precision in the windows means little.</summary>
    public const double Number = 1e9;

    public static readonly TimeSpan MinDuration = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MaxDuration = TimeSpan.FromHours(24);

    /// <summary>How long several refusals in a row are respected: as long as an idle visitor is remembered.</summary>
    public static readonly TimeSpan MaxDeclined = TimeSpan.FromDays(30);

    /// <summary>A prompt is for the moment: later than this it is another conversation.</summary>
    public static readonly TimeSpan MaxLateAfter = TimeSpan.FromSeconds(60);
}
