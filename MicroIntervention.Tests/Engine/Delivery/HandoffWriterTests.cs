using System.Text.Json;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Features;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Tests.Engine.Delivery;

[Proves("R-32")]
public sealed class HandoffWriterTests
{
    private static readonly Moment At = new(1_767_225_600_000);

    [Fact]
    public void Write_FullBundle_HoldsWhatAPersonNeeds()
    {
        using var json = JsonDocument.Parse(HandoffWriter.Write(Bundle()));
        var root = json.RootElement;
        Assert.Equal("person.requested", root.GetProperty("type").GetString());
        Assert.Equal(1, root.GetProperty("version").GetInt32());
        Assert.Equal(32, root.GetProperty("decisionId").GetString()!.Length);
        Assert.Equal("checkout-failure", root.GetProperty("scenario").GetProperty("key").GetString());
        Assert.Equal(62.5, root.GetProperty("score").GetProperty("value").GetDouble());
        Assert.Equal("points", root.GetProperty("score").GetProperty("scale").GetString());
        Assert.Equal(2, root.GetProperty("reasons")[0].GetProperty("value").GetDouble());
        Assert.Equal(40, root.GetProperty("reasons")[0].GetProperty("adds").GetDouble());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("reasons")[1].GetProperty("value").ValueKind);
        Assert.Equal("I see the payment isn't going through.", root.GetProperty("offered").GetProperty("acknowledge").GetString());
        Assert.Equal("2026-01-01T00:00:02+00:00", root.GetProperty("requestedAt").GetString());
        Assert.Equal("/checkout", root.GetProperty("page").GetProperty("path").GetString());
        Assert.Equal("Anna", root.GetProperty("customer").GetProperty("displayName").GetString());
        Assert.False(root.GetProperty("customer").GetProperty("verified").GetBoolean());
        Assert.Equal("en-GB", root.GetProperty("customer").GetProperty("locale").GetString());
        Assert.Equal("Call 0800 123", root.GetProperty("contact").GetString());
    }

    [Fact]
    public void Write_NothingKnown_SaysNullAndLeavesNothingOut()
    {
        var bundle = Bundle() with
        {
            Page = null,
            Customer = new HandoffCustomer(null, null, false, null, null),
            Reasons = [],
            Offered = new HandoffOffer(ChannelKind.Webhook, "", "", "", null, null, null),
        };
        using var json = JsonDocument.Parse(HandoffWriter.Write(bundle));
        var root = json.RootElement;
        Assert.Equal(JsonValueKind.Null, root.GetProperty("page").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("contact").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("offered").GetProperty("shownAt").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("customer").GetProperty("userId").ValueKind);
        Assert.Equal(0, root.GetProperty("reasons").GetArrayLength());
    }

    [Fact]
    public void Write_HostileTexts_StayTextsOfBoundedLength()
    {
        var bundle = Bundle() with
        {
            Page = new HandoffPage("/a#" + new string('x', 9000), new string('y', 499) + "\U0001F600" + "<script>\u0000\ud800"),
            Customer = new HandoffCustomer("</script><script>alert(1)</script>\"\r\n", new string('z', 100_000), false, null, null),
        };
        var bytes = HandoffWriter.Write(bundle);
        Assert.InRange(bytes.Length, 1, 8000);
        Assert.DoesNotContain((byte)'<', bytes);
        using var json = JsonDocument.Parse(bytes);
        Assert.Equal("/a", json.RootElement.GetProperty("page").GetProperty("path").GetString());
        Assert.Equal(new string('y', 499), json.RootElement.GetProperty("page").GetProperty("title").GetString());
        Assert.StartsWith("</script>", json.RootElement.GetProperty("customer").GetProperty("displayName").GetString(), StringComparison.Ordinal);
    }

    private static HandoffBundle Bundle()
    {
        var id = new Hash128(1, 2);
        var facts = new DecisionFacts(
            new DecisionId(id),
            new DecisionId(id),
            new ScenarioKey("checkout-failure"),
            new VisitorId(new Hash128(3, 4)),
            new SessionId(new Hash128(5, 6)),
            At,
            new LogPosition(0, 7),
            new MessageKey(id),
            "",
            new Forecast(ScoreScale.Points, 62.5, 62.5, 0, [2], [40]),
            60,
            new Money(1.5, "EUR"),
            id,
            0,
            IsTest: false);
        return new HandoffBundle(
            facts,
            "Payment trouble",
            [new FeatureShare("Payments declined", "declined", 2, 40), new FeatureShare("Since the last", "since", FeatureRow.Missing, 22.5)],
            new HandoffOffer(
                ChannelKind.Web, "Payment", "I see the payment isn't going through.", "Would you like another method?", "person", At + TimeSpan.FromSeconds(1), "Call 0800 123"),
            At + TimeSpan.FromSeconds(2),
            new HandoffPage("/checkout?card=4111", "Checkout"),
            new HandoffCustomer("Anna", "u-1", false, "en-GB", "Europe/London"));
    }
}
