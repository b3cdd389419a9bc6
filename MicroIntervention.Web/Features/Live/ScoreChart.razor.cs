using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Web.Features.Live;

/// <summary>Score and threshold over a session's time, as steps: a score holds until the next signal.</summary>
public sealed partial class ScoreChart
{
    private const double Top = 12;
    private const double Bottom = 184;

    /// <summary>What is drawn.</summary>
    [Parameter, EditorRequired] public required SessionView View { get; set; }

    private string Low => DecisionWords.Number(Scale, 0);

    private string High => DecisionWords.Number(Scale, Most);

    private ScoreScale Scale => View.Score?.Scale ?? ScoreScale.Points;

    private double Most
    {
        get
        {
            var most = Scale == ScoreScale.Points ? 100.0 : 1.0;
            for (var i = 0; i < View.Count; i++)
            {
                most = Math.Max(most, View.ScoreAt(i)?.Value ?? 0);
            }

            return most;
        }
    }

    private IEnumerable<double> Grid => [Y(0), Y(Most / 4), Y(Most / 2), Y(Most * 3 / 4), Y(Most)];

    private string ScoreLine => Steps(score => score.Value);

    private string ThresholdLine => Steps(score => score.Threshold);

    private static string F(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private double Y(double value) => Bottom - (Math.Clamp(value / Most, 0, 1) * (Bottom - Top));

    // The slider below has the same scale and, by its style, the same ends.
    private double X(int index) => View.PlaceOf(index);

    private string Steps(Func<Engine.Runtime.ScenarioScore, double> pick)
    {
        var points = new StringBuilder();
        double? before = null;
        for (var i = 0; i < View.Count; i++)
        {
            if (View.ScoreAt(i) is not { } score)
            {
                continue;
            }

            var y = Y(pick(score));
            if (before is { } last)
            {
                points.Append(CultureInfo.InvariantCulture, $"{F(X(i))},{F(last)} ");
            }

            points.Append(CultureInfo.InvariantCulture, $"{F(X(i))},{F(y)} ");
            before = y;
        }

        if (before is { } end)
        {
            points.Append(CultureInfo.InvariantCulture, $"{F(SessionView.Places)},{F(end)}");
        }

        return points.ToString();
    }
}
