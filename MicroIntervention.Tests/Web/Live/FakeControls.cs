using System.Collections.Concurrent;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Tests.Web.Live;

/// <summary>Remembers what the console asked of the engine.</summary>
internal sealed class FakeControls : IEngineControls
{
    public ConcurrentQueue<string> Acts { get; } = new();

    public ScenarioPolicy? InForce { get; private set; }

    public Task SetKilledAsync(bool killed, string who, CancellationToken cancel)
    {
        Acts.Enqueue($"{who}: {(killed ? "kill" : "unkill")}");
        return Task.CompletedTask;
    }

    public Task PutInForceAsync(ScenarioPolicy policy, string who, CancellationToken cancel)
    {
        InForce = policy;
        Acts.Enqueue($"{who}: {policy.Key} {policy.Threshold.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
        return Task.CompletedTask;
    }
}
