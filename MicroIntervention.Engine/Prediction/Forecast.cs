namespace MicroIntervention.Engine.Prediction;

/// <summary>What a model says of a session at one moment, with the exact share of every feature.</summary>
/// <param name="Scale">Points or probability.</param>
/// <param name="Score">Intercept plus contributions in order: points, or log-odds.</param>
/// <param name="Value">What the threshold is compared with: the points, or the calibrated probability.</param>
/// <param name="Intercept">First summand of the score.</param>
/// <param name="Features">The plan's feature row at that moment.</param>
/// <param name="Contributions">Terms then pairs, in the model's order.</param>
public sealed record Forecast(ScoreScale Scale, double Score, double Value, double Intercept, double[] Features, double[] Contributions)
{
    /// <summary>0 to 1: the probability; for points, points/100, used only to rank and never shown as a chance.</summary>
    public double Risk => Math.Clamp(Scale == ScoreScale.Points ? Value / 100 : Value, 0, 1);
}
