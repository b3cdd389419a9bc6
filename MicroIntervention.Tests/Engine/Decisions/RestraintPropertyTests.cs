using System.Text.Json;
using System.Text.Json.Nodes;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Scenarios;

namespace MicroIntervention.Tests.Engine.Decisions;

/// <summary>What must hold of every history, whatever it is: caps, "no", quiet hours. Random histories of weeks, several sessions and two scenarios at a time.</summary>
[Proves("R-21")]
public sealed class RestraintPropertyTests
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(6);

    [Theory]
    [InlineData(1, 1, 3, 7)]
    [InlineData(2, 2, 16, 16)]
    [InlineData(3, 16, 5, 9)]
    [InlineData(4, 1, 1, 2)]
    public void Run_RandomHistory_StaysUnderEveryCap(ulong seed, int perSession, int perWindow, int perWeek)
    {
        foreach (var history in Histories(seed, p => p["caps"] = new JsonObject
        {
            ["perSession"] = perSession, ["perVisitor"] = perWindow, ["visitorWindow"] = "6h", ["perWeek"] = perWeek,
        }))
        {
            var sent = history.Prompts.Select(d => d.Facts.At).ToList();
            Assert.All(history.Prompts.GroupBy(d => d.Facts.Session), session => Assert.InRange(session.Count(), 1, perSession));

            // The fullest window of its length ends at one of the prompts.
            Assert.All(sent, end => Assert.InRange(sent.Count(at => at <= end && end - at < Window), 1, perWindow));
            Assert.All(sent, end => Assert.InRange(sent.Count(at => at <= end && end - at < TimeSpan.FromDays(7)), 1, perWeek));
        }
    }

    [Theory]
    [InlineData(5, "24h", "168h")]
    [InlineData(6, "1h", "720h")]
    [InlineData(7, "2h", "2h")]
    public void Run_RandomHistory_AsksNobodyAgainWhoSaidNo(ulong seed, string once, string atMost)
    {
        Assert.True(DurationText.TryParse(once, out var single) & DurationText.TryParse(atMost, out var longest));
        var refusals = 0;
        foreach (var history in Histories(seed, p => (p["caps"], p["declinedFor"], p["declinedForAtMost"]) = (null, once, atMost)))
        {
            var inARow = new Dictionary<ScenarioKey, int>();
            var told = history.Answers.OrderBy(a => a.At).ToList();
            foreach (var (at, decision, kind) in told)
            {
                var scenario = decision.Facts.Scenario;
                inARow[scenario] = kind == SignalKind.Dismissed ? inARow.GetValueOrDefault(scenario) + 1 : 0;
                if (kind != SignalKind.Dismissed)
                {
                    continue;
                }

                refusals++;
                var held = TimeSpan.FromMilliseconds(Math.Min(longest.TotalMilliseconds, single.TotalMilliseconds * Math.Pow(2, inARow[scenario] - 1)));
                var nextNo = told.FirstOrDefault(a => a.At > at && a.Decision.Facts.Scenario == scenario).At;
                Assert.DoesNotContain(history.Prompts, p => p.Facts.Scenario == scenario && p.Facts.At > at && p.Facts.Session == decision.Facts.Session);

                // Until the next answer, which begins a time of its own.
                Assert.DoesNotContain(history.Prompts, p => p.Facts.Scenario == scenario && p.Facts.At > at && p.Facts.At - at < held && (nextNo == default || p.Facts.At <= nextNo));
            }
        }

        Assert.InRange(refusals, 50, int.MaxValue);
    }

    [Theory]
    [InlineData("Europe/Berlin", 2026, 3, 28)]
    [InlineData("Europe/Berlin", 2026, 10, 24)]
    [InlineData("America/New_York", 2026, 3, 7)]
    [InlineData("America/New_York", 2026, 10, 31)]
    [InlineData("Australia/Lord_Howe", 2026, 10, 3)]
    [InlineData("America/St_Johns", 2026, 3, 7)]
    [InlineData("Pacific/Auckland", 2026, 9, 26)]
    public void Run_ClocksPutOnOrBack_KeepsTheCustomersQuietHours(string zoneName, int year, int month, int day)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneName);
        var clock = new ZoneClock(zone);
        var random = new SeededRandom((ulong)(year + month + zoneName.Length));
        var spoken = 0;
        for (var round = 0; round < 300; round++)
        {
            var from = random.Next(1440);
            var quiet = new QuietHours(from, (from + 1 + random.Next(1200)) % 1440);
            var walk = new Walk(PlanWith(p =>
            {
                (p["caps"], p["attention"], p["coolDown"]) = (null, null, null);
                p["quietHours"] = new JsonObject { ["from"] = ClockText.Format(quiet.FromMinute), ["to"] = ClockText.Format(quiet.ToMinute) };
                p["features"]![0]!["window"] = "24h";
                p["timers"] = JsonNode.Parse("""[{"name":"later","after":"20m","start":"paymentDeclined"}]""");
            }));
            var at = (new DateTimeOffset(year, month, day, 12, 0, 0, TimeSpan.Zero) - Walk.Noon.ToDateTimeOffset()).TotalSeconds;
            for (var signal = 0; signal < 40; signal++)
            {
                at += random.Next(4) == 0 ? random.Next(5_000) : random.Next(600);

                // Some signals come without a zone: what an earlier one said may be an hour old by now.
                walk.Zone = random.Next(3) == 0 ? Signal.UnknownZone : clock.OffsetMinutesAt(Walk.Noon + TimeSpan.FromSeconds(at));
                walk.At(at, "Payment Declined");
            }

            foreach (var decision in walk.All.Where(d => d is Decision.Intervene))
            {
                // A visit that never told a zone counts in UTC: a stated rule, and no breach of hours that nobody knows.
                var told = walk.ZoneTold.TryGetValue(decision.Facts.Session, out var since) && since <= decision.Facts.At;
                var local = told ? (int)zone.GetUtcOffset(decision.Facts.At.ToDateTimeOffset()).TotalMinutes : 0;
                Assert.False(quiet.Contains(decision.Facts.At, local), $"{decision.Facts.At.ToDateTimeOffset():O} is quiet in {zoneName}");
                spoken++;
            }
        }

        Assert.InRange(spoken, 100, int.MaxValue);
    }

    [Fact]
    public void Run_NoAndManyPromptsOfAnother_StaysANo()
    {
        // Twenty prompts of another scenario push the refused one out of the ledger; the refusal stays.
        var walk = new Walk(Plan(p => (p["caps"], p["attention"], p["coolDown"]) = (null, null, null)));
        var refused = Speak(walk, 0, "Payment Declined");
        walk.Report(5, SignalKind.Dismissed, refused.Id);
        for (var i = 1; i <= 20; i++)
        {
            Assert.Equal("password-lockout", Speak(walk, i * 2000, "Login Failed").Facts.Scenario.Value);
        }

        walk.At(50_000, "Payment Declined");
        walk.At(50_001, "Payment Declined");
        Assert.Equal(DecisionReason.Declined, walk.All[^1].Reason);
    }

    [Fact]
    public void Run_ConversationInQuietHours_IsAnsweredOnlyWhereThePackSaysSo()
    {
        foreach (var except in new[] { true, false })
        {
            var plan = PlanWith(p => p["quietHours"] = new JsonObject { ["from"] = "00:00", ["to"] = "23:59", ["exceptInConversation"] = except });
            var chat = new Walk(plan) { Explicit = new Hash128(1, 2) };
            var visit = new Walk(plan, "another");
            foreach (var walk in new[] { chat, visit })
            {
                walk.At(0, "Payment Declined");
                walk.At(1, "Payment Declined");
            }

            Assert.Equal(except ? DecisionReason.Chosen : DecisionReason.QuietHours, Assert.Single(chat.All).Reason);
            Assert.Equal(DecisionReason.QuietHours, Assert.Single(visit.All).Reason);
        }
    }

    private static IEnumerable<(List<Decision> Prompts, List<(Moment At, Decision Decision, SignalKind Kind)> Answers)> Histories(ulong seed, Action<JsonObject> change)
    {
        var plan = Plan(p =>
        {
            (p["attention"], p["coolDown"]) = (null, null);
            change(p);
        });
        var random = new SeededRandom(seed);
        for (var visitor = 0; visitor < 25; visitor++)
        {
            var walk = new Walk(plan, $"visitor {visitor}");
            var answers = new List<(Moment, Decision, SignalKind)>();
            var at = 0.0;
            for (var i = 0; i < 400; i++)
            {
                at += random.Next(6) == 0 ? random.Next(90_000) : random.Next(400);
                walk.Explicit = random.Next(3) == 0 ? new Hash128(9, (ulong)random.Next(4) + 1) : default;
                foreach (var decision in walk.At(at, random.Next(2) == 0 ? "Payment Declined" : "Login Failed").OfType<Decision.Intervene>().ToList())
                {
                    var kind = random.Next(4) switch { 0 => SignalKind.Dismissed, 1 => SignalKind.Accepted, _ => SignalKind.Shown };
                    at += random.Next(30) + 1;
                    walk.Report(at, kind, decision.Id);
                    if (kind != SignalKind.Shown)
                    {
                        answers.Add((Walk.Noon + TimeSpan.FromMilliseconds((long)(at * 1000)), decision, kind));
                    }
                }
            }

            var prompts = walk.All.Where(d => d is Decision.Intervene).ToList();
            Assert.NotEmpty(prompts);
            yield return (prompts, answers);
        }
    }

    private static Decision.Intervene Speak(Walk walk, double at, string name)
    {
        var before = walk.All.Count;
        walk.At(at, "Page Viewed"); // a person
        for (var i = 0; i < 6; i++)
        {
            walk.At(at + i, name);
        }

        return Assert.IsType<Decision.Intervene>(walk.All[before]);
    }

    private static Plan PlanWith(Action<JsonObject> change) => Build(Changed("checkout-failure", change));

    private static Plan Plan(Action<JsonObject> change) => Build(Changed("checkout-failure", change), Changed("password-lockout", change));

    private static Plan Build(params ScenarioPack[] packs)
    {
        var result = PlanBuilder.Build(PackFiles.Hash, packs, []);
        Assert.True(result.Plan is not null, string.Join('\n', result.Faults));
        return result.Plan;
    }

    private static ScenarioPack Changed(string name, Action<JsonObject> change)
    {
        var pack = (JsonObject)JsonNode.Parse(PackFiles.Bytes(name))!;
        change(pack);
        return PackFiles.Sound(JsonSerializer.SerializeToUtf8Bytes(pack));
    }
}
