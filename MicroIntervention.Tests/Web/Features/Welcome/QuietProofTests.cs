using MicroIntervention.Tests.Web.Features.Live;
using MicroIntervention.Tests.Web.Live;
using MicroIntervention.Web.Features.Welcome;

namespace MicroIntervention.Tests.Web.Features.Welcome;

public sealed class QuietProofTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_NothingDeclinedSince_IsNotYetProven()
    {
        var timeline = SessionStage.Timeline(Start, threshold: 100, "Payment Declined", "Payment Declined", "Element Clicked");

        Assert.Null(QuietProof.Of(timeline, "checkout-failure", Start.AddSeconds(2)));
        Assert.Null(QuietProof.Of(null, "checkout-failure", Start));
    }

    [Fact]
    public void Of_DeclinedBelowTheThreshold_SaysScoreAndThreshold()
    {
        var timeline = SessionStage.Timeline(Start, threshold: 100, "Payment Declined", "Payment Declined");

        var proof = QuietProof.Of(timeline, "checkout-failure", Start.AddSeconds(1));

        Assert.Equal((60d, 100d), (proof!.Value, proof.Threshold));
    }

    [Fact]
    public void Of_APromptSince_IsNotQuiet()
    {
        var timeline = SessionStage.Timeline(Start, threshold: 100, "Payment Declined", "Payment Declined") with { Decisions = [LiveStage.Decide(1, Start.AddSeconds(1))] };

        Assert.Null(QuietProof.Of(timeline, "checkout-failure", Start));
    }
}
