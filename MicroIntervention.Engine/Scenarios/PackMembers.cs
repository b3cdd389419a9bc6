using System.Collections.Immutable;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>The members that each object of a pack may have. A test holds the published schema against these.</summary>
internal static class PackMembers
{
    public static readonly ImmutableArray<string> Pack =
    [
        "$schema", "pack", "version", "title", "description", "domain", "stage", "rampShare", "service", "currency", "valueOfRescue", "assumedSuccess", "promptCost",
        "minimumBenefit", "settings", "signals", "features", "model", "threshold", "closingDrop", "trigger", "timers", "likelyBot", "caps", "attention", "coolDown", "quietHours",
        "declinedFor", "declinedForAtMost", "lateAfter", "channels", "script",
    ];

    public static readonly ImmutableArray<string> Setting = ["title", "value", "min", "max"];
    public static readonly ImmutableArray<string> Signal = ["family", "events", "where"];
    public static readonly ImmutableArray<string> Condition = ["property", "is", "isNot", "atLeast", "atMost", "exists"];
    public static readonly ImmutableArray<string> Feature = ["name", "title", "kind", "signal", "property", "window", "halfLife", "exactUpTo", "scope", "whenMissing"];
    public static readonly ImmutableArray<string> Model = ["scale", "intercept", "calibration", "terms", "pairs"];
    public static readonly ImmutableArray<string> Calibration = ["slope", "offset"];
    public static readonly ImmutableArray<string> Term = ["feature", "missing", "steps", "cuts", "weights"];
    public static readonly ImmutableArray<string> Step = ["from", "add"];
    public static readonly ImmutableArray<string> Pair = ["first", "second", "weights"];
    public static readonly ImmutableArray<string> Trigger = ["signal", "repeat"];
    public static readonly ImmutableArray<string> Timer = ["name", "after", "start", "cancel"];
    public static readonly ImmutableArray<string> BotRule = ["title", "all"];
    public static readonly ImmutableArray<string> BotCondition = ["feature", "atLeast", "atMost", "atMostFeature"];
    public static readonly ImmutableArray<string> Attention = ["bid", "prompt", "repeat", "dismissal"];
    public static readonly ImmutableArray<string> Prompts = ["web", "webhook"];
    public static readonly ImmutableArray<string> Caps = ["perSession", "perVisitor", "visitorWindow", "perWeek"];
    public static readonly ImmutableArray<string> QuietHours = ["from", "to", "exceptInConversation"];
    public static readonly ImmutableArray<string> Scripts = ["web", "webhook"];
    public static readonly ImmutableArray<string> Script = ["title", "acknowledge", "offer", "choices", "contact"];
    public static readonly ImmutableArray<string> Choice = ["id", "label", "action"];

    public static readonly ImmutableArray<string> Override =
        ["scenario", "enabled", "stage", "rampShare", "threshold", "maxPerSession", "maxPerVisitor", "visitorCapWindow", "maxPerWeek", "coolDown", "quietHours", "likelyBot", "bid", "settings"];
}
