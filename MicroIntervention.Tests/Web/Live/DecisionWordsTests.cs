using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Tests.Browser;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Resources;

namespace MicroIntervention.Tests.Web.Live;

[Proves("R-24")]
public sealed class DecisionWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Why_Chosen_SaysScoreThresholdAndOutcome()
    {
        var feed = new LiveFeed();
        var decision = LiveStage.Decide(1, Now);
        feed.OnDecision(decision);

        var line = DecisionLine.Of(feed.Find(decision.Id)!, LiveStage.Plan());

        Assert.Equal("82 points ≥ 60 → being sent", DecisionWords.Why(line, Text()));
        Assert.Equal("payments declined in 10 minutes: 2 (+60), failed logins in 10 minutes: 1 (+22)", DecisionWords.Reasons(line));
    }

    [Fact]
    public void Why_EveryReasonAndState_HasItsOwnSentence()
    {
        var text = Text();
        var keys = Enum.GetNames<DecisionReason>().SelectMany(reason => new[] { "Reason." + reason, "Why." + reason })
            .Concat(Enum.GetNames<FeedState>().SelectMany(state => new[] { "State." + state, "Outcome." + state }));

        Assert.DoesNotContain(keys, key => text[key].ResourceNotFound);
    }

    [Fact]
    public void WireDocument_EveryReason_IsNamed()
    {
        var document = File.ReadAllText(RepositoryFolder.Of("docs/wire.md"));
        Assert.All(Enum.GetNames<DecisionReason>(), reason => Assert.Contains($"`{reason}`", document, StringComparison.Ordinal));
    }

    [Fact]
    public void Tone_EveryState_IsDefined() =>
        Assert.All(Enum.GetValues<FeedState>(), state => DecisionWords.Tone(state));

    [Fact]
    public void Of_PlanChangedShape_GivesNoWrongNames()
    {
        var feed = new LiveFeed();
        var decision = LiveStage.Decide(1, Now);
        feed.OnDecision(decision);

        Assert.Empty(DecisionLine.Of(feed.Find(decision.Id)!, LiveStage.Plan().With([])).Reasons);
    }

    internal static IStringLocalizer<ConsoleText> Text()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddLocalization();
        return services.BuildServiceProvider().GetRequiredService<IStringLocalizer<ConsoleText>>();
    }
}
