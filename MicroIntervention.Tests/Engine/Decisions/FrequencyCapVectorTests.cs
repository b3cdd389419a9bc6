using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;

namespace MicroIntervention.Tests.Engine.Decisions;

/// <summary>The reference cases on caps, quiet hours, refusals and shares.</summary>
[Proves("R-21")]
public sealed class FrequencyCapVectorTests
{
    [SharedFact]
    public void Ask_CapSequence_AgreesAtEveryStep()
    {
        var (input, expected) = Case("cap_sequence");
        var policy = input.GetProperty("policy");
        var plan = Walk.PlanOf("checkout-failure");
        var scenario = plan.Scenarios[0] with
        {
            Policy = plan.Scenarios[0].Policy with
            {
                MaxPerSession = policy.GetProperty("session_cap").GetInt32(),
                MaxPerVisitor = policy.GetProperty("day_cap").GetInt32(),
                VisitorCapWindow = TimeSpan.FromHours(24),
                MaxPerWeek = policy.GetProperty("week_cap").GetInt32(),
                CoolDown = TimeSpan.FromMinutes(policy.GetProperty("cooldown_minutes").GetInt32()),
                QuietHours = new QuietHours(Minute(policy, "quiet_start"), Minute(policy, "quiet_end")),
                AnswersInQuietHours = true,
                DeclinedFor = TimeSpan.FromHours(24),
                DeclinedForAtMost = TimeSpan.FromHours(168),
            },
        };
        var visitor = new Walk(plan).Visitor;
        var refusedIn = default(SessionId);
        var step = 0;
        foreach (var (one, wanted) in input.GetProperty("events").EnumerateArray().Zip(expected.GetProperty("decisions").EnumerateArray()))
        {
            step++;
            var at = new Moment(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() + (one.GetProperty("minute").GetInt64() * 60_000));
            var session = new SessionState { Id = new SessionId(plan.Hash.Of(HashDomain.Session, one.GetProperty("session").GetString()!)) };
            visitor.OptedOut = Flag(one, "opt_out");

            var reason = PolicyGate.Ask(plan, scenario, visitor, in session, default, 1, at, answers: Flag(one, "session_active"));

            Assert.Equal((step, wanted.GetProperty("reason").GetString()), (step, NameOf(reason, session.Id == refusedIn)));
            Assert.Equal(wanted.GetProperty("allowed").GetBoolean(), reason == DecisionReason.Chosen);
            if (reason == DecisionReason.Chosen)
            {
                var id = new DecisionId(new Hash128(1, (ulong)step));
                (visitor.Ledger ??= new PromptLedger()).Add(new Prompt(id, session.Id, scenario.Name, at, default, PromptAnswer.None));
                if (one.TryGetProperty("outcome", out var outcome))
                {
                    var dismissed = outcome.GetString() == "dismissed";
                    visitor.Ledger.Answer(id, dismissed ? PromptAnswer.Dismissed : PromptAnswer.Accepted, at);
                    refusedIn = dismissed ? session.Id : refusedIn;
                }
            }
        }

        Assert.Equal(14, step);
    }

    /// <summary>The vectors hash with SHA-256, the engine with the installation's key; what a hash means is the same.</summary>
    [SharedFact]
    public void Of_Hash_GivesTheReferenceBucketAndArm()
    {
        var (input, expected) = Case("assignment");
        var units = input.GetProperty("units").EnumerateArray().Select(u => u.GetString()).ToList();
        var places = units.Select(unit => UnitShare.Of(SHA256.HashData(Encoding.UTF8.GetBytes($"{input.GetProperty("salt").GetString()}:{unit}")))).ToList();

        Assert.Equal(6, places.Count);
        Assert.All(places.Zip(expected.GetProperty("bucket").EnumerateArray()), p => Assert.Equal(p.Second.GetDouble(), p.First, 1e-12));
        Assert.Equal(expected.GetProperty("arm_50_50").EnumerateArray().Select(a => a.GetString()), places.Select(p => p < 0.5 ? "A" : "B"));
    }

    /// <summary>A time after a "no" is called a cool-down there, outside of the session that said it; here it has the reason of its own.</summary>
    private static string? NameOf(DecisionReason reason, bool refusedHere) => reason switch
    {
        DecisionReason.Chosen => null,
        DecisionReason.OptedOut => "opt_out",
        DecisionReason.QuietHours => "quiet_hours",
        DecisionReason.Declined => refusedHere ? "declined_session" : "cooldown",
        DecisionReason.SessionCap => "session_cap",
        DecisionReason.CoolDown => "cooldown",
        DecisionReason.VisitorCap => "day_cap",
        DecisionReason.WeekCap => "week_cap",
        _ => reason.ToString(),
    };

    private static (JsonElement Input, JsonElement Expected) Case(string id)
    {
        var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("vectors", "11_frequency_caps.json")));
        var found = document.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("id").GetString() == id);
        return (found.GetProperty("input"), found.GetProperty("expected"));
    }

    private static int Minute(JsonElement policy, string name)
    {
        Assert.True(ClockText.TryParse(policy.GetProperty(name).GetString()!, out var minute));
        return minute;
    }

    private static bool Flag(JsonElement one, string name) => one.TryGetProperty(name, out var flag) && flag.GetBoolean();
}
