using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>A seeded stream of requests: shoppers who fail, rest, come back and retry. The same seed gives the same bodies at the same times.</summary>
internal sealed class SignalScript(ulong seed, int visitors = 20)
{
    private static readonly string[] Names =
        ["Payment Declined", "Payment Declined", "Payment Declined", "Login Failed", "Login Failed", "Rage Clicked", "Field Error", "Product Added", "Product Added", "Checkout Started", "Opted Out", "Opted In"];

    private readonly SeededRandom _random = new(seed);
    private int _message;

    /// <summary>The next request: how long before it nothing happens, and its events.</summary>
    public (TimeSpan Pause, string[] Events) Next()
    {
        var pause = _random.Next(25) == 0 ? TimeSpan.FromMinutes(35) : TimeSpan.FromSeconds(_random.Next(20));
        var events = new string[1 + _random.Next(4)];
        for (var i = 0; i < events.Length; i++)
        {
            // One in ten is a retry of something sent before.
            var message = _message > 0 && _random.Next(10) == 0 ? _random.Next(_message) : _message++;
            var pick = new SeededRandom(seed + (ulong)message);
            var name = Names[pick.Next(pick.Next(4) == 0 ? Names.Length : Names.Length - 2)];
            events[i] = EngineStage.Event($"s{pick.Next(visitors)}", $"m{message}", name);
        }

        return (pause, events);
    }
}
