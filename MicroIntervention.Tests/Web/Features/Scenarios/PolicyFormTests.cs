using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Tests.Web.Live;
using MicroIntervention.Web.Features.Scenarios;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Features.Scenarios;

[Proves("R-20")]
public sealed class PolicyFormTests
{
    private static readonly PolicyValues Values = new(true, Stage.On, 0.6, 1, 2, TimeSpan.FromMinutes(30), ImmutableSortedDictionary<string, double>.Empty);

    [Theory]
    [InlineData(ScoreScale.Points)]
    [InlineData(ScoreScale.Probability)]
    public void ToValues_NothingEdited_IsTheSameAndChangesNothing(ScoreScale scale)
    {
        var form = new PolicyForm(scale, [], Values);

        Assert.Equal(Values, form.ToValues());
        Assert.Empty(form.ChangesFrom(Values, DecisionWordsTests.Text()));
    }

    [Fact]
    public void ChangesFrom_Edited_NamesEachChangeWithBothValues()
    {
        var form = new PolicyForm(ScoreScale.Points, [], Values with { Threshold = 60 }) { Threshold = 75, MaxPerSession = 2 };

        Assert.Equal(
            ["Threshold 60 points → 75 points", "Prompts per session 1 → 2"],
            form.ChangesFrom(Values with { Threshold = 60 }, DecisionWordsTests.Text()));
    }
}
