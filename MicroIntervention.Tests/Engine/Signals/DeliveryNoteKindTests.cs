using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

/// <summary>Results and reports become notes by their number, so the three lists must go on agreeing.</summary>
public sealed class DeliveryNoteKindTests
{
    [Fact]
    public void Results_AreNotesOfTheSameNameAndNumber() =>
        Assert.All(Enum.GetValues<DeliveryResult>(), result => Assert.Equal(result.ToString(), ((DeliveryNoteKind)result).ToString()));

    [Fact]
    public void Reports_AreNotesOfTheSameNameAndNumber() =>
        Assert.All(Enum.GetValues<SignalKind>().Where(kind => kind >= SignalKind.Shown), kind => Assert.Equal(kind.ToString(), ((DeliveryNoteKind)kind).ToString()));
}
