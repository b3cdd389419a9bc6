using System.Globalization;
using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Resources;

namespace MicroIntervention.Web.Live;

/// <summary>Says decisions in words. Points are never called a chance, probabilities never points.</summary>
public static class DecisionWords
{
    /// <summary>"82 points" or "64 %".</summary>
    public static string Score(ScoreScale scale, double value) => scale switch
    {
        ScoreScale.Points => string.Create(CultureInfo.InvariantCulture, $"{value:0.#} points"),
        ScoreScale.Probability => string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.#} %"),
        _ => throw new ArgumentOutOfRangeException(nameof(scale), scale, "Not a scale."),
    };

    /// <summary>The bare number on its scale.</summary>
    public static string Number(ScoreScale scale, double value) => scale switch
    {
        ScoreScale.Points => value.ToString("0.#", CultureInfo.InvariantCulture),
        ScoreScale.Probability => string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.#} %"),
        _ => throw new ArgumentOutOfRangeException(nameof(scale), scale, "Not a scale."),
    };

    /// <summary>"payments declined in 10 minutes: 2 (+60)", joined; empty when nothing is known.</summary>
    public static string Reasons(DecisionLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return string.Join(", ", line.Reasons.Select(Reason));
    }

    public static string Reason(Contribution contribution)
    {
        ArgumentNullException.ThrowIfNull(contribution);
        var value = contribution.Value is { } known ? string.Create(CultureInfo.InvariantCulture, $": {known:0.##}") : "";
        return $"{contribution.Title}{value} ({Signed(contribution.Amount)})";
    }

    /// <summary>"+60", "−0.5".</summary>
    public static string Signed(double amount) => (amount < 0 ? "−" : "+") + Math.Abs(amount).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>The one sentence: what was seen, what it came to, what became of it.</summary>
    public static string Why(DecisionLine line, IStringLocalizer<ConsoleText> text)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(text);
        var score = Score(line.Scale, line.Value);
        var threshold = Number(line.Scale, line.Threshold);
        var outcome = line.Intervened ? text["Outcome." + line.State].Value : text["Why." + line.Reason].Value;
        var paint = line.SignalToPaintMs is { } ms ? ", " + text["Live.Paint", ms.ToString("0", CultureInfo.InvariantCulture)].Value : "";
        return line.Value >= line.Threshold
            ? $"{score} ≥ {threshold} → {outcome}{paint}"
            : $"{score} → {outcome}{paint}";
    }

    /// <summary>The colour of a state's tag; its text says the same.</summary>
    public static string Tone(FeedState state) => state switch
    {
        FeedState.Suppressed => "",
        FeedState.Deciding or FeedState.Sent or FeedState.Shown => "accent",
        FeedState.Accepted or FeedState.Helpful or FeedState.PersonRequested => "good",
        FeedState.Expired or FeedState.WithheldInBrowser or FeedState.NoReceiver or FeedState.Dismissed or FeedState.NotHelpful or FeedState.Withdrawn => "warn",
        FeedState.Failed => "bad",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a state."),
    };
}
