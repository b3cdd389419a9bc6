using System.Text.Json;
using System.Text.Json.Nodes;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Scenarios;

namespace MicroIntervention.Tests.Engine.Decisions;

/// <summary>Policy in its order, episodes, timers and the late rule, each through the one step.</summary>
public sealed class SessionStepTests
{
    private static readonly PolicyOverride Relaxed = new() { Scenario = new ScenarioKey("checkout-failure"), CoolDown = TimeSpan.Zero, MaxPerSession = 16, MaxPerVisitor = 16 };

    [Fact]
    [Proves("R-24")]
    public void Run_ScoreCrosses_OpensOneEpisodeAndCountsRepeats()
    {
        var walk = Checkout(Relaxed);

        Decline(walk, 0, 1, 2, 3, 4);

        var decision = Assert.IsType<Decision.Intervene>(Assert.Single(walk.All));
        Assert.Equal(decision.Id, decision.Facts.Episode);
        Assert.Equal(0, decision.Facts.RepeatsBefore);
    }

    [Fact]
    public void Run_ScoreFallsBelowClosingAndRises_OpensASecondEpisode()
    {
        var walk = Checkout(Relaxed);
        Decline(walk, 0, 1);
        walk.At(700, "Page Viewed"); // both declines have left the window: the episode closes

        Decline(walk, 710, 711);

        Assert.Equal(2, walk.All.Count);
        Assert.All(walk.All, d => Assert.IsType<Decision.Intervene>(d));
        Assert.NotEqual(walk.All[0].Facts.Episode, walk.All[1].Facts.Episode);
    }

    [Fact]
    public void Run_ScoreFallsButNotBelowClosing_KeepsTheEpisode()
    {
        // 88 with three declines, 82 with two: under a threshold of 85 but not under 80.
        var walk = Checkout(Relaxed with { Threshold = 85 });
        Decline(walk, 0, 300, 301);
        Assert.Single(walk.All);

        walk.At(620, "Page Viewed");
        Decline(walk, 621);

        Assert.Single(walk.All);
    }

    [Theory]
    [Proves("R-20")]
    [InlineData("Payment Declined")]
    [InlineData("Rage Clicked")]
    [InlineData("Field Error")]
    public void Run_ThresholdLoweredBelowTheScore_SpeaksAtTheNextSignalAboutTheScenario(string about)
    {
        var walk = Checkout(Relaxed with { Threshold = 85 });
        Decline(walk, 0, 1); // 82
        Assert.Empty(walk.All);
        var before = walk.Plan;
        walk.Plan = Walk.PlanOf([Relaxed], "checkout-failure"); // 60
        Assert.True(walk.Plan.SameLayout(before));

        walk.At(2, "Page Viewed");
        walk.At(3, "Element Clicked");
        walk.At(4, "Opted In");
        Assert.Empty(walk.All);

        var decision = Assert.IsType<Decision.Intervene>(Assert.Single(walk.At(5, about)));
        Assert.Equal(60, decision.Facts.Threshold);
        Assert.Single(walk.All);
    }

    [Fact]
    [Proves("R-20")]
    public void Run_ThresholdLoweredAndTheScoreGone_SaysNothing()
    {
        var walk = Checkout(Relaxed with { Threshold = 85 });
        Decline(walk, 0, 1);
        walk.Plan = Walk.PlanOf([Relaxed], "checkout-failure");

        walk.At(650, "Field Error");

        Assert.Empty(walk.All);
    }

    [Fact]
    public void Run_AFeatureOfTime_IsLookedAtWithEverySignal()
    {
        var walk = new Walk(PlanWith(p =>
        {
            p["features"]!.AsArray().Add(JsonNode.Parse("""{"name":"since","title":"seconds since a payment was declined","kind":"timeSince","signal":"paymentDeclined"}"""));
            p["model"]!["terms"] = JsonNode.Parse("""[{"feature":"since","steps":[{"from":30,"add":80}]},{"feature":"payments_declined_10m","steps":[{"from":9,"add":1}]},{"feature":"rage_clicks_2m","steps":[{"from":9,"add":1}]},{"feature":"field_errors_5m","steps":[{"from":9,"add":1}]}]""");
        }));
        walk.At(0, "Payment Declined");
        Assert.Empty(walk.At(29, "Page Viewed"));

        Assert.Single(walk.At(31, "Page Viewed"));
    }

    [Fact]
    public void Run_VerdictChangesInsideTheEpisode_RecordsItWithTheRepeats()
    {
        var walk = Checkout(Relaxed);
        walk.At(0, "Opted Out");
        Decline(walk, 1, 2, 3, 4);
        walk.At(5, "Opted In"); // the score still holds, so this signal already speaks

        Assert.Equal([DecisionReason.OptedOut, DecisionReason.Chosen], walk.All.Select(d => d.Reason));
        Assert.Equal(walk.All[0].Facts.Episode, walk.All[1].Facts.Episode);
        Assert.Equal(2, walk.All[1].Facts.RepeatsBefore);
        Assert.NotEqual(walk.All[0].Id, walk.All[1].Id);
    }

    [Theory]
    [Proves("R-22")]
    [InlineData("kill", DecisionReason.Killed)]
    [InlineData("flag", DecisionReason.SwitchedOff)]
    [InlineData("stage", DecisionReason.Observing)]
    [InlineData("opt-out", DecisionReason.OptedOut)]
    [InlineData("refused", DecisionReason.NoConsent)]
    [InlineData("required", DecisionReason.NoConsent)]
    [InlineData("gpc", DecisionReason.PrivacyControl)]
    [InlineData("quiet", DecisionReason.QuietHours)]
    public void Run_OneRuleObjects_IsTheReason(string rule, DecisionReason expected)
    {
        var walk = Objecting([rule]);
        Decline(walk, 1, 2);
        Assert.Equal(expected, Assert.Single(walk.All).Reason);
        Assert.Null(walk.Visitor.Ledger);
    }

    [Fact]
    [Proves("R-21")]
    public void Run_SeveralRulesObject_TheFirstInOrderIsTheReason()
    {
        string[] rules = ["kill", "flag", "stage", "opt-out", "refused", "gpc", "quiet"];
        DecisionReason[] reasons = [DecisionReason.Killed, DecisionReason.SwitchedOff, DecisionReason.Observing, DecisionReason.OptedOut, DecisionReason.NoConsent, DecisionReason.PrivacyControl, DecisionReason.QuietHours];
        for (var first = 0; first < rules.Length; first++)
        {
            var walk = Objecting(rules[first..]);
            Decline(walk, 1, 2);
            Assert.Equal(reasons[first], Assert.Single(walk.All).Reason);
        }
    }

    [Theory]
    [Proves("R-71")]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_PrivacyControl_StopsOnlyWhatIsNoService(bool service)
    {
        var walk = new Walk(PlanWith(p => p["service"] = service)) { Flags = SignalFlags.PrivacyControl };
        Decline(walk, 1, 2);
        Assert.Equal(service ? DecisionReason.Chosen : DecisionReason.PrivacyControl, Assert.Single(walk.All).Reason);
    }

    [Fact]
    [Proves("R-71")]
    public void Run_ConsentRequired_SpeaksOnceItIsGranted()
    {
        var walk = Checkout(Relaxed);
        walk.Flags = SignalFlags.ConsentRequired;
        Decline(walk, 1, 2);
        walk.At(3, "Consent Granted");
        Assert.Equal([DecisionReason.NoConsent, DecisionReason.Chosen], walk.All.Select(d => d.Reason));
    }

    [Theory]
    [Proves("R-21")]
    [InlineData(Signal.UnknownZone, "11:59", "12:01", true)] // noon in UTC
    [InlineData(120, "13:59", "14:01", true)]
    [InlineData(120, "11:59", "12:01", false)]
    [InlineData(-600, "22:00", "03:00", true)] // two in the morning, past midnight
    [InlineData(-600, "22:00", "02:00", false)] // the end is outside
    [InlineData(0, "12:00", "12:01", true)] // the beginning is inside
    public void Run_QuietHours_AreInTheCustomersTime(int zone, string from, string to, bool quiet)
    {
        Assert.True(ClockText.TryParse(from, out var fromMinute));
        Assert.True(ClockText.TryParse(to, out var toMinute));
        var walk = Checkout(Relaxed with { QuietHours = new QuietHours(fromMinute, toMinute) });
        walk.Zone = (short)zone;
        Decline(walk, 1, 2);
        Assert.Equal(quiet ? DecisionReason.QuietHours : DecisionReason.Chosen, Assert.Single(walk.All).Reason);
    }

    [Fact]
    [Proves("R-21")]
    public void Run_NoWasSaid_IsRespectedForItsTime()
    {
        var walk = Checkout(Relaxed);
        Decline(walk, 0, 1);
        walk.Report(3, SignalKind.Dismissed, walk.All[0].Id);
        walk.Report(4, SignalKind.Shown, walk.All[0].Id);

        Decline(walk, 7200, 7201);
        Decline(walk, 86_300, 86_301);
        Decline(walk, 90_000, 90_001);

        Assert.Equal([DecisionReason.Chosen, DecisionReason.Declined, DecisionReason.Declined, DecisionReason.Chosen], walk.All.Select(d => d.Reason));
    }

    [Fact]
    [Proves("R-21")]
    public void Run_Caps_CountPerSessionAndPerVisitor()
    {
        var walk = Checkout(Relaxed with { MaxPerSession = 1, MaxPerVisitor = 2 });
        Decline(walk, 0, 1);
        walk.At(700, "Page Viewed");
        Decline(walk, 710, 711); // same session
        Decline(walk, 7200, 7201); // a new session, the second prompt
        Decline(walk, 14_400, 14_401); // a third
        Decline(walk, 86_500, 86_501); // the first prompt is a day old

        Assert.Equal(
            [DecisionReason.Chosen, DecisionReason.SessionCap, DecisionReason.Chosen, DecisionReason.VisitorCap, DecisionReason.Chosen],
            walk.All.Select(d => d.Reason));
    }

    [Fact]
    [Proves("R-21")]
    public void Run_CoolDown_CountsAcrossScenarios()
    {
        var walk = new Walk(Walk.PlanOf("checkout-failure", "password-lockout"));
        Decline(walk, 0, 1);
        for (var i = 0; i < 5; i++)
        {
            walk.At(10 + i, "Login Failed");
        }

        Assert.Equal([DecisionReason.Chosen, DecisionReason.SessionCap], walk.All.Select(d => d.Reason));
        walk = new Walk(Walk.PlanOf([new PolicyOverride { Scenario = new ScenarioKey("password-lockout"), MaxPerSession = 5 }], "checkout-failure", "password-lockout"));
        Decline(walk, 0, 1);
        for (var i = 0; i < 5; i++)
        {
            walk.At(10 + i, "Login Failed");
        }

        walk.At(601.001, "Login Failed"); // ten minutes after the first prompt
        Assert.Equal([DecisionReason.Chosen, DecisionReason.CoolDown, DecisionReason.Chosen], walk.All.Select(d => d.Reason));
    }

    [Fact]
    [Proves("R-21")]
    public void Run_BenefitBelowMinimum_StaysSilent()
    {
        var walk = new Walk(PlanWith(p => p["minimumBenefit"] = 10));
        Decline(walk, 0, 1); // 0.82 × 60 × 0.2 − 0.5 = 9.34
        Decline(walk, 2); // 0.88 × 60 × 0.2 − 0.5 = 10.06

        Assert.Equal([DecisionReason.MinimumBenefit, DecisionReason.Chosen], walk.All.Select(d => d.Reason));
    }

    [Fact]
    [Proves("R-23")]
    public void Run_TwoScenariosAtOnce_TheLargerBenefitWins()
    {
        var rich = Pack("checkout-failure", p => { p["pack"] = "a-rich"; p["valueOfRescue"] = 90; });
        var poor = Pack("checkout-failure", p => p["pack"] = "a-poor");
        var walk = new Walk(Build(poor, rich));
        Decline(walk, 0, 1);

        Assert.Equal([("a-poor", DecisionReason.Outranked), ("a-rich", DecisionReason.Chosen)], walk.All.Select(d => (d.Facts.Scenario.Value, d.Reason)));
        Assert.Equal(1, walk.Visitor.Ledger!.Count);
    }

    [Fact]
    [Proves("R-23")]
    public void Run_EqualBenefit_TheFirstByKeyWins()
    {
        var walk = new Walk(Build(Pack("checkout-failure", p => p["pack"] = "b"), Pack("checkout-failure", p => p["pack"] = "a")));
        Decline(walk, 0, 1);
        Assert.Equal([("a", DecisionReason.Chosen), ("b", DecisionReason.Outranked)], walk.All.Select(d => (d.Facts.Scenario.Value, d.Reason)));
    }

    [Fact]
    [Proves("R-05")]
    public void Run_LateSignal_EntersNoWindowButItsWishCounts()
    {
        var walk = Checkout(Relaxed);
        walk.At(0, "Payment Declined");
        walk.At(1, "Payment Declined", lateBySeconds: 60.001);
        Assert.Equal(SignalVerdict.Late, walk.Verdict);
        Assert.Equal(1, walk.Visitor.Main.LateCount);
        Assert.Empty(walk.All);

        walk.At(2, "Payment Declined", lateBySeconds: 60);
        Assert.Equal(SignalVerdict.Taken, walk.Verdict);
        Assert.Single(walk.All);

        walk.At(3, "Opted Out", lateBySeconds: 3600);
        Assert.True(walk.Visitor.OptedOut);
    }

    [Fact]
    public void Run_TestVisitor_IsExemptFromLimitsButNotFromWishes()
    {
        var walk = new Walk(Walk.PlanOf("checkout-failure")) { Flags = SignalFlags.Test };
        Decline(walk, 0, 1);
        walk.At(700, "Page Viewed");
        Decline(walk, 710, 711);
        Assert.Equal([DecisionReason.Chosen, DecisionReason.Chosen], walk.All.Select(d => d.Reason));
        Assert.All(walk.All, d => Assert.True(d.Facts.IsTest));

        walk.At(1400, "Opted Out");
        Decline(walk, 1410, 1411);
        Assert.Equal(DecisionReason.OptedOut, walk.All[^1].Reason);
    }

    [Fact]
    [Proves("R-10")]
    public void Run_Timer_FiresWhenNothingCancelsIt()
    {
        var plan = Build(Cart());
        var left = new Walk(plan);
        left.At(0, "Product Added");
        left.At(30, "Product Added"); // starts again
        Assert.Empty(left.Wait(89.999));
        var decision = Assert.IsType<Decision.Intervene>(Assert.Single(left.Wait(90)));
        Assert.Equal("cart_left", decision.Facts.Timer);
        Assert.Equal(Walk.Noon + TimeSpan.FromSeconds(90), decision.Facts.At);
        Assert.Empty(left.Wait(1000));

        var bought = new Walk(plan);
        bought.At(0, "Product Added");
        bought.At(59, "Checkout Started");
        Assert.Empty(bought.Wait(1000));
    }

    [Fact]
    [Proves("R-24")]
    public void Run_SameSignalsTwice_GivesTheSameBytes()
    {
        var first = new Walk(Walk.PlanOf("checkout-failure", "password-lockout"));
        var second = new Walk(Walk.PlanOf("password-lockout", "checkout-failure"));
        var random = new SeededRandom(24);
        string[] names = ["Payment Declined", "Login Failed", "Rage Clicked", "Field Error", "Page Viewed", "Opted Out", "Opted In"];
        var at = 0.0;
        for (var i = 0; i < 2000; i++)
        {
            at += random.Next(100_000) / 1000.0;
            var name = names[random.Next(names.Length)];
            first.At(at, name);
            second.At(at, name);
        }

        Assert.NotEmpty(first.All);
        Assert.Equal(first.All.Select(DecisionCodec.Encode), second.All.Select(DecisionCodec.Encode));
        Assert.All(first.All, d => BuiltInPackTests.AssertAddsUp(d.Facts.Forecast));
        Assert.All(first.All, d => Assert.Equal(DecisionCodec.Encode(d), DecisionCodec.Encode(DecisionCodec.Decode(DecisionCodec.Encode(d)))));
    }

    [Fact]
    public void Run_TenThousandSignalsWithoutADecision_AllocateNothing()
    {
        var plan = Build([.. new[] { "checkout-failure", "password-lockout", "bench" }.Select(n => Pack(n, p =>
        {
            p.Remove("trigger");
            p["threshold"] = n == "bench" ? 0.99999 : p["threshold"]!.DeepClone();
        }))]);
        var visitor = new VisitorState(new VisitorId(new Hash128(1, 2)), new BlockStore(plan.SessionBlockSize), null);
        var output = new StepOutput();
        var decisions = 0;
        var signal = new Signal { Visitor = visitor.Id, Kind = SignalKind.Track, Matches = 0, ValueMask = 1 };
        signal.Values[0] = 1;
        Step(100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Step(10_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, decisions);
        Assert.Equal(0, allocated);

        void Step(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var at = new Moment(visitor.LastAt.Milliseconds + 100);
                signal.SourceTime = at;
                SessionStep.Run(visitor, LogRecord.OfSignal(new LogPosition(0, i), at, in signal), plan, ref output);
                decisions += output.Decisions.Count;
            }
        }
    }

    private static Walk Objecting(string[] rules)
    {
        var change = Relaxed with
        {
            Enabled = rules.Contains("flag") ? false : null,
            Stage = rules.Contains("stage") ? Stage.Observe : null,
            QuietHours = rules.Contains("quiet") ? new QuietHours(0, 1439) : null,
        };
        var read = PackReader.Read(Bytes("checkout-failure", p => p["service"] = !rules.Contains("gpc")));
        var plan = PlanBuilder.Build(PackFiles.Hash, [read.Pack!], [change]).Plan! with { Killed = rules.Contains("kill") };
        var walk = new Walk(plan)
        {
            Flags = (rules.Contains("gpc") ? SignalFlags.PrivacyControl : 0) | (rules.Contains("required") ? SignalFlags.ConsentRequired : 0),
        };
        if (rules.Contains("opt-out"))
        {
            walk.At(0, "Opted Out");
        }

        if (rules.Contains("refused"))
        {
            walk.At(0, "Consent Refused");
        }

        return walk;
    }

    private static ScenarioPack Cart() => Pack("checkout-failure", p =>
    {
        p["signals"] = JsonNode.Parse("""{"productAdded":{"family":"transactional","events":["Product Added"]},"checkoutStarted":{"family":"transactional","events":["Checkout Started"]}}""");
        p["features"] = JsonNode.Parse("""[{"name":"idle","title":"seconds since a product was added","kind":"timeSince","signal":"productAdded"}]""");
        p["model"] = JsonNode.Parse("""{"scale":"points","terms":[{"feature":"idle","steps":[{"from":60,"add":80}]}]}""");
        p["timers"] = JsonNode.Parse("""[{"name":"cart_left","after":"60s","start":"productAdded","cancel":"checkoutStarted"}]""");
    });

    private static Walk Checkout(PolicyOverride change) => new(Walk.PlanOf([change], "checkout-failure"));

    private static void Decline(Walk walk, params double[] seconds)
    {
        foreach (var at in seconds)
        {
            walk.At(at, "Payment Declined");
        }
    }

    private static Plan PlanWith(Action<JsonObject> change) => Build(Pack("checkout-failure", change));

    private static Plan Build(params ScenarioPack[] packs)
    {
        var result = PlanBuilder.Build(PackFiles.Hash, packs, []);
        Assert.True(result.Plan is not null, string.Join('\n', result.Faults));
        return result.Plan;
    }

    private static ScenarioPack Pack(string name, Action<JsonObject> change) => PackFiles.Sound(Bytes(name, change));

    private static byte[] Bytes(string name, Action<JsonObject> change)
    {
        var pack = (JsonObject)JsonNode.Parse(PackFiles.Bytes(name))!;
        change(pack);
        return JsonSerializer.SerializeToUtf8Bytes(pack);
    }
}
