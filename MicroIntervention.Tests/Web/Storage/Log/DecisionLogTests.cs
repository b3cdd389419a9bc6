using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Tests.Web.Storage.Log;

[Proves("R-24")]
public sealed class DecisionLogTests
{
    [Fact]
    public void Latest_PagedOverSegments_GivesEveryDecisionOnceNewestFirst()
    {
        using var fixture = Filled(out var source);
        var found = new List<DecisionEntry>();
        DecisionCursor? after = null;
        while (true)
        {
            var page = fixture.Decisions.Latest(new DecisionQuery { After = after, Limit = 7 });
            if (page.Count == 0)
            {
                break;
            }

            found.AddRange(page.Select(one => one.Entry));
            after = page[^1].Cursor;
        }

        AssertSame(source.Decisions.AsEnumerable().Reverse(), found);
    }

    [Fact]
    public void Latest_Filtered_GivesOnlyThatKind()
    {
        using var fixture = Filled(out var source);
        var since = source.Decisions[10].At;
        var found = fixture.Decisions.Latest(new DecisionQuery { Scenario = "checkout-failure", Verdict = 1, Reason = 4, Since = since, Limit = 1000 });
        AssertSame(
            source.Decisions.Where(one => one is { Scenario: "checkout-failure", Verdict: 1, Reason: 4 } && one.At >= since).Reverse(),
            found.Select(one => one.Entry));
        Assert.NotEmpty(found);
    }

    [Fact]
    public void Find_ByIdAndBySession_GivesWhatWasRecorded()
    {
        using var fixture = Filled(out var source);
        foreach (var wanted in source.Decisions.Where((_, i) => i % 40 == 0))
        {
            AssertSame([wanted], [fixture.Decisions.Find(wanted.Id)!.Entry]);
            AssertSame(source.Decisions.Where(one => one.Session == wanted.Session), fixture.Decisions.OfSession(wanted.Session).Select(one => one.Entry));
        }

        Assert.Null(fixture.Decisions.Find(new DecisionId(new Hash128(1, 1))));
    }

    [Fact]
    public void CountSince_AllSegments_CountsByScenarioVerdictAndReason()
    {
        using var fixture = Filled(out var source);
        var since = source.Decisions[5].At;
        var expected = source.Decisions.Where(one => one.At >= since).GroupBy(one => (one.Scenario, one.Verdict, one.Reason)).ToDictionary(one => one.Key, one => (long)one.Count());
        Assert.Equal(expected, fixture.Decisions.CountSince(since).ToDictionary(one => (one.Scenario, one.Verdict, one.Reason), one => one.Count));
    }

    private static LogFixture Filled(out SignalSource source)
    {
        var fixture = new LogFixture();
        source = new SignalSource(LogFixture.Partitions, seed: 21);
        for (var day = 0; day < 2; day++)
        {
            for (var i = 0; i < 30; i++)
            {
                fixture.Log.Append(source.Batch(400, decisionEvery: 4));
            }

            source.WaitFor((day + 1) * 30);
            fixture.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(2, fixture.Segments.Length);
        return fixture;
    }

    private static void AssertSame(IEnumerable<DecisionEntry> expected, IEnumerable<DecisionEntry> found)
    {
        static string Text(DecisionEntry one) => $"{one with { Body = [] }} {Convert.ToHexString(one.Body)}".Replace("System.Byte[]", "", StringComparison.Ordinal);
        Assert.Equal(expected.Select(Text), found.Select(Text));
    }
}
