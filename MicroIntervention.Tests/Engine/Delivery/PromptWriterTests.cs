using System.Text;
using System.Text.Json;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scripts;
using MicroIntervention.Tests.Engine.Decisions;
using MicroIntervention.Tests.Engine.Scenarios;

namespace MicroIntervention.Tests.Engine.Delivery;

public sealed class PromptWriterTests
{
    [Fact]
    [Proves("R-30")]
    public void Web_Decision_IsThePromptOfTheContract()
    {
        var (_, facts) = Decide();

        var json = Parse(PromptWriter.Web(facts, PackFiles.Read("checkout-failure").ScriptFor(ChannelKind.Web)!, new TemplateFacts("</script><b>Zoë"), "m-1", TimeSpan.FromSeconds(3)));

        Assert.Equal(
            ["decisionId", "scenario", "messageId", "lateAfterMs", "title", "acknowledge", "offer", "choices", "contact", "automatedNotice", "locale"],
            json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(facts.Id.ToString(), json.GetProperty("decisionId").GetString());
        Assert.Equal("m-1", json.GetProperty("messageId").GetString());
        Assert.Equal(3000, json.GetProperty("lateAfterMs").GetInt32());
        Assert.Equal("Hello </script><b>Zoë, I see the payment isn't going through.", json.GetProperty("acknowledge").GetString());
        Assert.Equal(["accept", "person", "dismiss"], json.GetProperty("choices").EnumerateArray().Select(c => c.GetProperty("action").GetString()));
    }

    [Fact]
    public void Web_HostileName_LeavesNoMarkupInTheBytes()
    {
        var (_, facts) = Decide();
        var bytes = PromptWriter.Web(facts, PackFiles.Read("checkout-failure").ScriptFor(ChannelKind.Web)!, new TemplateFacts("<script>alert('x')</script>"), null, TimeSpan.FromSeconds(3));
        Assert.DoesNotContain("<script>", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, Parse(bytes).GetProperty("messageId").ValueKind);
    }

    [Fact]
    [Proves("R-24")]
    public void Webhook_Decision_QuotesItsMessageAndNamesItsReasons()
    {
        var (plan, facts) = Decide();

        var bytes = PromptWriter.Webhook(facts, plan, PackFiles.Read("checkout-failure").ScriptFor(ChannelKind.Webhook)!, default, "e-0000000042", facts.At + TimeSpan.FromSeconds(3));

        Assert.Contains("\"e-0000000042\"", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        var json = Parse(bytes);
        Assert.Equal("intervention.offered", json.GetProperty("type").GetString());
        Assert.Equal("""{"scale":"points","value":82,"threshold":60}""", json.GetProperty("score").GetRawText());
        Assert.Equal("""[{"title":"payments declined in 10 minutes","value":2,"adds":82}]""", json.GetProperty("reasons").GetRawText());
        Assert.Equal(facts.Session.ToString(), json.GetProperty("session").GetString());
        Assert.Equal(facts.Visitor.ToString(), json.GetProperty("visitor").GetString());
        Assert.Equal(facts.At.ToDateTimeOffset().AddSeconds(3), json.GetProperty("expiresAt").GetDateTimeOffset());
    }

    [Fact]
    public void Webhook_DecisionOfAnotherPlan_NamesNoReasonsRatherThanWrongOnes()
    {
        var (_, facts) = Decide();
        var other = Walk.PlanOf("checkout-failure");
        var json = Parse(PromptWriter.Webhook(facts, other, PackFiles.Read("checkout-failure").ScriptFor(ChannelKind.Webhook)!, default, null, facts.At));
        Assert.Equal(0, json.GetProperty("reasons").GetArrayLength());
    }

    private static (Plan Plan, DecisionFacts Facts) Decide()
    {
        var walk = new Walk(Walk.PlanOf("checkout-failure", "password-lockout"));
        walk.At(0, "Payment Declined");
        walk.At(1, "Payment Declined");
        return (walk.Plan, Assert.Single(walk.All).Facts);
    }

    private static JsonElement Parse(byte[] json) => JsonDocument.Parse(json).RootElement;
}
