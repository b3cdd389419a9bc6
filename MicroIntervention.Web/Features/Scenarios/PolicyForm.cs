using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Scenarios;

/// <summary>A policy while it is edited: what the fields hold, and what saving would change.</summary>
/// <remarks>Thresholds are edited in points or percent; stored on the model's own scale.</remarks>
public sealed class PolicyForm
{
    private readonly ScoreScale _scale;
    private readonly ImmutableArray<PackSetting> _settings;
    private readonly double? _rampShare;
    private readonly bool? _marksBots;

    public PolicyForm(ScoreScale scale, ImmutableArray<PackSetting> settings, PolicyValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _scale = scale;
        _settings = settings;
        Enabled = values.Enabled;
        Stage = values.Stage;
        Threshold = scale == ScoreScale.Points ? values.Threshold : values.Threshold * 100;
        MaxPerSession = values.MaxPerSession;
        MaxPerVisitor = values.MaxPerVisitor;
        CoolDownMinutes = values.CoolDown.TotalMinutes;
        Settings = values.Settings;
        _rampShare = values.RampShare;
        RampPercent = PercentOf(values.RampShare);
        MaxPerWeek = values.MaxPerWeek;
        Bid = values.Bid;
        _marksBots = values.MarksBots;
        MarksBots = values.MarksBots ?? true;
    }

    public bool Enabled { get; set; }

    public Stage Stage { get; set; }

    /// <summary>Points, or percent.</summary>
    public double Threshold { get; set; }

    public int? MaxPerSession { get; set; }

    public int? MaxPerVisitor { get; set; }

    public double CoolDownMinutes { get; set; }

    public int? MaxPerWeek { get; set; }

    /// <summary>Share of the visitors at stage ramp, percent.</summary>
    public double? RampPercent { get; set; }

    /// <summary>Units of attention.</summary>
    public double? Bid { get; set; }

    public bool MarksBots { get; set; }

    public ImmutableSortedDictionary<string, double> Settings { get; private set; }

    public string Why { get; set; } = "";

    /// <summary>The slider's end: a probability of 1 can never be reached.</summary>
    public static int MaxThreshold(ScoreScale scale) => scale == ScoreScale.Points ? 100 : 99;

    public PolicyValues ToValues() => new(
        Enabled,
        Stage,
        _scale == ScoreScale.Points ? Threshold : Threshold / 100,
        MaxPerSession,
        MaxPerVisitor,
        // Whole seconds, as the history keeps them.
        TimeSpan.FromSeconds(double.IsFinite(CoolDownMinutes) ? Math.Round(Math.Clamp(CoolDownMinutes, 0, 1440) * 60) : 0),
        Settings)
    {
        MaxPerWeek = MaxPerWeek,

        // What was not touched stays as it is, whatever its digits.
        RampShare = RampPercent == PercentOf(_rampShare) ? _rampShare : RampPercent / 100,
        Bid = Bid,
        MarksBots = _marksBots is null && MarksBots ? null : MarksBots,
    };

    /// <summary>Takes a setting's text; no number changes nothing.</summary>
    public void Set(string name, object? text)
    {
        if (double.TryParse(text?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            Settings = Settings.SetItem(name, number);
        }
    }

    /// <summary>What saving would change, one short phrase each; empty when nothing.</summary>
    public IReadOnlyList<string> ChangesFrom(PolicyValues before, IStringLocalizer<ConsoleText> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Differences(before, ToValues(), _scale, _settings, text);
    }

    /// <summary>What is different between two versions, as short phrases.</summary>
    public static IReadOnlyList<string> Differences(PolicyValues before, PolicyValues after, ScoreScale scale, ImmutableArray<PackSetting> settings, IStringLocalizer<ConsoleText> text)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(text);
        var changes = new List<string>();
        void Note(string name, string from, string to)
        {
            if (from != to)
            {
                changes.Add($"{name} {from} → {to}");
            }
        }

        Note(text["Policy.Enabled"], text[before.Enabled ? "Policy.Yes" : "Policy.No"], text[after.Enabled ? "Policy.Yes" : "Policy.No"]);
        Note(text["Policy.Stage"], text["Policy.Stage" + before.Stage], text["Policy.Stage" + after.Stage]);
        Note(text["Policy.Threshold"], DecisionWords.Score(scale, before.Threshold), DecisionWords.Score(scale, after.Threshold));
        Note(text["Policy.PerSession"], Cap(before.MaxPerSession), Cap(after.MaxPerSession));
        Note(text["Policy.PerVisitor"], Cap(before.MaxPerVisitor), Cap(after.MaxPerVisitor));
        Note(text["Policy.PerWeek"], Cap(before.MaxPerWeek), Cap(after.MaxPerWeek));
        Note(text["Policy.RampShare"], Number(PercentOf(before.RampShare)), Number(PercentOf(after.RampShare)));
        Note(text["Policy.Bid"], Number(before.Bid), Number(after.Bid));
        Note(text["Policy.MarksBots"], text[before.MarksBots ?? true ? "Policy.Yes" : "Policy.No"], text[after.MarksBots ?? true ? "Policy.Yes" : "Policy.No"]);
        Note(text["Policy.CoolDown"], Number(before.CoolDown.TotalMinutes), Number(after.CoolDown.TotalMinutes));
        foreach (var setting in settings)
        {
            Note(setting.Title, Number(before.Settings.GetValueOrDefault(setting.Name, setting.Value)), Number(after.Settings.GetValueOrDefault(setting.Name, setting.Value)));
        }

        return changes;
    }

    private static string Cap(int? cap) => cap?.ToString(CultureInfo.InvariantCulture) ?? "–";

    private static double? PercentOf(double? share) => share is { } known ? Math.Round(known * 100, 2) : null;

    private static string Number(double? number) => number is { } known ? Number(known) : "–";

    private static string Number(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);
}
