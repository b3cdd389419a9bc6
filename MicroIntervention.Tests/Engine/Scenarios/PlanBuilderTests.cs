using System.Text.Json;
using System.Text.Json.Nodes;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Tests.Engine.Decisions;

namespace MicroIntervention.Tests.Engine.Scenarios;

[Proves("R-61")]
public sealed class PlanBuilderTests
{
    [Fact]
    public void Build_AnyOrder_GivesTheSamePlan()
    {
        var plan = Walk.PlanOf("checkout-failure", "password-lockout", "bench");
        var other = Walk.PlanOf("bench", "password-lockout", "checkout-failure");

        Assert.Equal(["bench", "checkout-failure", "password-lockout"], plan.Scenarios.Select(s => s.Policy.Key.Value));
        Assert.Equal(plan.Fingerprint, other.Fingerprint);
        Assert.Equal(plan.Schema.Version, other.Schema.Version);
        Assert.True(plan.SameLayout(other));
        Assert.NotEqual(0, plan.Schema.Version);
    }

    [Fact]
    public void Build_SameMeaningTwice_IsComputedOnce()
    {
        var one = Walk.PlanOf("checkout-failure");
        var two = Build([PackFiles.Read("checkout-failure"), Changed("checkout-failure", p => p["pack"] = "copy")], []).Plan!;

        Assert.Equal(one.Features.Width, two.Features.Width);
        Assert.Equal(one.Schema.Matchers.Length, two.Schema.Matchers.Length);
        Assert.Equal(one.Schema.Version, two.Schema.Version);
        Assert.NotEqual(one.Fingerprint, two.Fingerprint);
    }

    [Fact]
    public void Build_OneNameForTwoMeanings_KeepsBothApart()
    {
        var other = Changed("checkout-failure", p => { p["pack"] = "other"; p["features"]![0]!["window"] = "5m"; });
        var plan = Build([PackFiles.Read("checkout-failure"), other], []).Plan!;

        Assert.Contains("payments_declined_10m", plan.Features.Features.Select(f => f.Name));
        Assert.Contains("other/payments_declined_10m", plan.Features.Features.Select(f => f.Name));
        Assert.Equal("other/payments_declined_10m", plan.Scenarios[1].Model.Artifact.Terms[0].Feature);
    }

    [Fact]
    public void Fingerprint_MeaningChanged_Changes()
    {
        var pack = PackFiles.Read("checkout-failure");
        var same = PackFiles.Sound(JsonSerializer.SerializeToUtf8Bytes(JsonNode.Parse(pack.Source.Span)));
        var all = new[]
        {
            Build([pack], []),
            Build([Changed("checkout-failure", p => p["threshold"] = 61)], []),
            Build([pack], [Override with { Threshold = 61 }]),
            Build([pack], [Override with { Enabled = false }]),
            Build([Changed("checkout-failure", p => p["script"]!["web"]!["title"] = "Card")], []),
        };

        Assert.Equal(all[0].Plan!.Fingerprint, Build([same], []).Plan!.Fingerprint);
        Assert.Equal(all.Length, all.Select(r => r.Plan!.Fingerprint).Distinct().Count());
    }

    [Fact]
    [Proves("R-20")]
    public void Build_Overrides_ReplaceThePacksValues()
    {
        var result = Build([PackFiles.Read("checkout-failure")],
        [
            Override with
            {
                Threshold = 3, Enabled = false, Stage = Stage.Observe, MaxPerSession = 4, MaxPerVisitor = 5, VisitorCapWindow = TimeSpan.FromHours(1),
                CoolDown = TimeSpan.Zero, QuietHours = new QuietHours(60, 120),
            },
        ]);

        var policy = result.Plan!.Scenarios[0].Policy;
        Assert.Equal(
            (3.0, false, Stage.Observe, 4, 5, TimeSpan.FromHours(1), TimeSpan.Zero, new QuietHours(60, 120)),
            (policy.Threshold, policy.Enabled, policy.Stage, policy.MaxPerSession, policy.MaxPerVisitor, policy.VisitorCapWindow, policy.CoolDown, policy.QuietHours));
        Assert.True(policy.ClosingDrop < policy.Threshold);
        Assert.Equal(policy.Threshold, result.Packs[0].Policy.Threshold);
    }

    [Fact]
    public void Build_WrongOverrides_TellsEveryFault()
    {
        var result = Build([PackFiles.Read("checkout-failure"), PackFiles.Read("password-lockout")],
        [
            Override with { Threshold = double.NaN, MaxPerSession = 17, MaxPerVisitor = 0, VisitorCapWindow = TimeSpan.Zero, CoolDown = TimeSpan.FromDays(2), QuietHours = new QuietHours(-1, 5) },
            BuiltInPackTests.Changed("password-lockout") with { Settings = Override.Settings.Add("failures", 99).Add("failure", 2) },
            BuiltInPackTests.Changed("chekout-failure"),
        ]);

        Assert.Null(result.Plan);
        Assert.Equal(
            [
                "checkout-failure: override.coolDown", "checkout-failure: override.maxPerSession", "checkout-failure: override.maxPerVisitor", "checkout-failure: override.quietHours",
                "checkout-failure: override.threshold", "checkout-failure: override.visitorCapWindow", "chekout-failure: override.scenario",
                "password-lockout: override.settings.failure", "password-lockout: override.settings.failures",
            ],
            result.Faults.Select(f => f.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Build_TooManySignalsOrNumbers_NamesThePacks()
    {
        var packs = Enumerable.Range(0, 3).Select(p => PackFiles.Sound(JsonSerializer.SerializeToUtf8Bytes(Wide(p)))).ToList();

        var result = Build(packs, []);

        Assert.Contains(result.Faults, f => f.Message.Contains("90 different signals", StringComparison.Ordinal) && f.Message.Contains("wide-0 30, wide-1 30, wide-2 30", StringComparison.Ordinal));
        Assert.Contains(result.Faults, f => f.Message.Contains("9 different numbers", StringComparison.Ordinal));
    }

    [Fact]
    public void Build_OneKeyTwice_IsAFault() =>
        Assert.Contains("two packs", Assert.Single(Build([PackFiles.Read("checkout-failure"), PackFiles.Read("checkout-failure")], []).Faults).Message, StringComparison.Ordinal);

    [Fact]
    [Proves("R-22")]
    public void ControlCodec_EveryCase_ComesBackAndBuildsTheSamePlan()
    {
        var source = new PlanSource(
            [PackFiles.Bytes("checkout-failure"), PackFiles.Bytes("bench")],
            [Override with { Threshold = 61.5, CoolDown = TimeSpan.FromMinutes(3), QuietHours = new QuietHours(0, 0), Stage = Stage.On, Enabled = true, MaxPerSession = 2 }],
            Killed: true);

        var payload = ControlCodec.Encode(new ControlRecord.Activate(source, "admin", "because \"so\""));
        Assert.True(ControlCodec.TryDecode(payload, out var control, out var fault), fault);
        var back = Assert.IsType<ControlRecord.Activate>(control);

        Assert.InRange(payload.Length, 1, 64 * 1024); // fits a log blob although the reference pack alone is 230 KB
        Assert.Equal(("admin", "because \"so\""), (back.By, back.Why));
        Assert.True(back.Source.Killed);
        Assert.Equal(source.Packs.Select(Text), back.Source.Packs.Select(Text));
        Assert.Equal(source.Build(PackFiles.Hash).Plan!.Fingerprint, back.Source.Build(PackFiles.Hash).Plan!.Fingerprint);
        Assert.True(back.Source.Build(PackFiles.Hash).Plan!.Killed);
        foreach (var small in new ControlRecord[] { new ControlRecord.Kill(true, "a", ""), new ControlRecord.Switch(new ScenarioKey("x"), false, "", "why") })
        {
            Assert.True(ControlCodec.TryDecode(ControlCodec.Encode(small), out var same, out _));
            Assert.Equal(small, same);
        }
    }

    private static string Text(ReadOnlyMemory<byte> json) => System.Text.Encoding.UTF8.GetString(json.Span).TrimEnd();

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"control":"explode","by":"","why":""}""")]
    [InlineData("""{"control":"kill","by":"","why":""}""")]
    [InlineData("""{"control":"activate","killed":false,"packs":["not base64!"],"overrides":[],"by":"","why":""}""")]
    public void TryDecode_DamagedRecord_IsAFaultAndNeverThrows(string payload)
    {
        Assert.False(ControlCodec.TryDecode(System.Text.Encoding.UTF8.GetBytes(payload), out _, out var fault));
        Assert.NotEmpty(fault);
    }

    private static PolicyOverride Override { get; } = BuiltInPackTests.Changed("checkout-failure");

    private static PlanResult Build(IEnumerable<ScenarioPack> packs, IEnumerable<PolicyOverride> overrides) => PlanBuilder.Build(PackFiles.Hash, packs, overrides);

    private static ScenarioPack Changed(string name, Action<JsonObject> change)
    {
        var pack = (JsonObject)JsonNode.Parse(PackFiles.Bytes(name))!;
        change(pack);
        return PackFiles.Sound(JsonSerializer.SerializeToUtf8Bytes(pack));
    }

    /// <summary>30 signals and 3 numbers of its own.</summary>
    private static JsonObject Wide(int number)
    {
        var pack = PackFaultCase.Sample();
        pack["pack"] = $"wide-{number}";
        pack.Remove("settings");
        var signals = new JsonObject();
        var features = new JsonArray();
        var terms = new JsonArray();
        for (var i = 0; i < 30; i++)
        {
            signals[$"s{i}"] = JsonNode.Parse($$"""{"family":"behavioral","events":["{{number}} {{i}}"]}""");
            features.Add(JsonNode.Parse(i < 3
                ? $$"""{"name":"f{{i}}","title":"t","kind":"sum","property":"p{{number}}{{i}}","signal":"s{{i}}","window":"1m"}"""
                : $$"""{"name":"f{{i}}","title":"t","kind":"count","signal":"s{{i}}","window":"1m"}"""));
            terms.Add(JsonNode.Parse($$"""{"feature":"f{{i}}","steps":[{"from":1,"add":3}]}"""));
        }

        pack["signals"] = signals;
        pack["features"] = features;
        pack["model"]!["terms"] = terms;
        return pack;
    }
}
