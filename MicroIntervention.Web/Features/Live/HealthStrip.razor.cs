using System.Globalization;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Web.Features.Live;

/// <summary>Is it well? The engine's figures, twice a second.</summary>
public sealed partial class HealthStrip
{
    /// <summary>The promise: 300 ms from signal to prompt.</summary>
    private const double TargetMs = 300;

    private Pulse Now => Pulses.Current;

    private string Rate => Now.Engine is null ? "–" : Now.SignalsPerSecond.ToString(Now.SignalsPerSecond < 10 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    private string Total => Count64(Now.Engine?.Counters.Signals);

    private string Refused => Count64(Now.Engine?.Counters.Refused);

    private string P99 => Now.Engine is { SignalToSent.Count: > 0 } engine ? engine.SignalToSent.P99.TotalMilliseconds.ToString("0.#", CultureInfo.InvariantCulture) : "–";

    private string P99Tone => Now.Engine is { SignalToSent.Count: > 0 } engine ? engine.SignalToSent.P99.TotalMilliseconds <= TargetMs ? "good" : "bad" : "";

    private double QueueShare => Now.Engine is { QueueLimit: > 0 } engine ? 100.0 * engine.Queued / engine.QueueLimit : 0;

    private string Queue => QueueShare.ToString("0", CultureInfo.InvariantCulture);

    private string QueueTone => QueueShare >= 80 ? "bad" : QueueShare >= 50 ? "warn" : "";

    private IEnumerable<(string Step, int Count, int Before)> Steps
    {
        get
        {
            var funnel = Now.Funnel;
            yield return ("Qualified", funnel.Qualified, 0);
            yield return ("Allowed", funnel.Allowed, funnel.Qualified);
            yield return ("Offered", funnel.Offered, funnel.Allowed);
            yield return ("Shown", funnel.Shown, funnel.Offered);
            yield return ("Accepted", funnel.Accepted, funnel.Shown);
        }
    }

    protected override void OnInitialized() => Follow(Pulses);

    private static string Count(int? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "–";

    private static string Count64(long? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "–";

    private string AtLeast(int number) => (Now.IsPartial ? "≥ " : "") + number.ToString("N0", CultureInfo.InvariantCulture);
}
