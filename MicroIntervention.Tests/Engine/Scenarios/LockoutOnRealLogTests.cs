using System.Globalization;
using System.Text.RegularExpressions;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Decisions;

namespace MicroIntervention.Tests.Engine.Scenarios;

/// <summary>The lockout pack over a real server's log, straight through the step.</summary>
public sealed partial class LockoutOnRealLogTests
{
    [SharedFact]
    [Proves("R-10")]
    public void Walk_OpenSshLog_FindsElevenSourcesAtTheirFifthFailure()
    {
        var plan = Walk.PlanOf("password-lockout");
        var walks = new Dictionary<string, Walk>();
        var failures = new Dictionary<string, List<double>>();
        foreach (var line in File.ReadLines(SharedData.PathOf("data", "loghub_auth", "OpenSSH_2k.log")))
        {
            if (Failed().Match(line) is not { Success: true } match)
            {
                continue;
            }

            var at = (DateTime.ParseExact("2026 " + line[..15].Replace("  ", " ", StringComparison.Ordinal), "yyyy MMM d HH:mm:ss", CultureInfo.InvariantCulture) - new DateTime(2026, 12, 10)).TotalSeconds;
            var source = match.Groups["source"].Value;
            var times = match.Groups["times"] is { Success: true } repeated ? int.Parse(repeated.Value, CultureInfo.InvariantCulture) : 1;
            if (!walks.TryGetValue(source, out var walk))
            {
                walks[source] = walk = new Walk(plan, source) { Flags = SignalFlags.EventClock };
                failures[source] = [];
            }

            for (var i = 0; i < times; i++)
            {
                failures[source].Add(at);
                if (walk.At(at, "Login Failed").Count > 0 && walk.All.Count == 1)
                {
                    Assert.Equal(5, failures[source].Count(f => f > at - 600));
                }
            }
        }

        Assert.Equal(528, failures.Values.Sum(f => f.Count));
        Assert.Equal(23, walks.Count);
        Assert.Equal(11, walks.Values.Count(w => w.All.Count > 0));
        Assert.Equal(12, walks.Values.Sum(w => w.All.Count));
        Assert.Equal(2, walks["103.99.0.122"].All.Count);
        Assert.All(walks.Values.SelectMany(w => w.All), d => Assert.Equal("password-lockout", d.Facts.Scenario.Value));

        // These are attackers: the moments are recorded, nobody is spoken to.
        Assert.All(walks.Values.SelectMany(w => w.All), d => Assert.Equal(DecisionReason.LikelyBot, d.Reason));
    }

    [GeneratedRegex(@"sshd\[\d+\]: (message repeated (?<times>\d+) times: \[ )?Failed password for .* from (?<source>[0-9.]+) port")]
    private static partial Regex Failed();
}
