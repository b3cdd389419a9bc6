using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

/// <summary>Silence is time without a signal while its company comes; a shape is a share of the latest events.</summary>
[Proves("R-72")]
public sealed class FreshnessClockTests
{
    private static readonly FreshnessPromise Minute = new(TimeSpan.FromSeconds(60), [], 3);

    private long _seen;
    private long _company;
    private double _lastSeen;
    private double _lastCompany;

    [Fact]
    public void Look_CompanyComesWithoutIt_IsSilentAtTheFirstOneAfterThePromise()
    {
        var clock = Begin(Minute);
        Signal(clock, 0);
        for (var second = 5; second < 60; second += 5)
        {
            Assert.False(Company(clock, second));
        }

        Assert.True(Company(clock, 60));
        Assert.False(Signal(clock, 61));
        Assert.False(Company(clock, 62));
    }

    [Fact]
    public void Look_NightWithoutAnybody_BreaksNothingAndTheMorningStartsAnew()
    {
        var clock = Begin(Minute);
        Signal(clock, 0);
        Company(clock, 50);
        Assert.False(Look(clock));

        // Nine hours later the first customer comes.
        Assert.False(Company(clock, 32_400));
        Assert.False(Company(clock, 32_430));
        Assert.False(Company(clock, 32_459));
        Assert.True(Company(clock, 32_460));
    }

    [Fact]
    public void Look_FewerThanPromisedOfItsCompany_SaysNothing()
    {
        var clock = Begin(Minute);
        Signal(clock, 0);
        Assert.False(Company(clock, 50));
        Assert.False(Company(clock, 100));
        Assert.True(Company(clock, 101));
    }

    [Fact]
    public void Look_NeverSeen_IsMeasuredFromTheFirstOfItsCompany()
    {
        var clock = Begin(Minute);
        Company(clock, 1_000);
        Company(clock, 1_030);
        Assert.False(Company(clock, 1_059));
        Assert.True(Company(clock, 1_060));
    }

    [Fact]
    public void Look_QuickPromiseWithSlowCompany_IsNotForgivenForIt()
    {
        var clock = Begin(new FreshnessPromise(TimeSpan.FromSeconds(2), [], 1));
        Signal(clock, 0);
        Assert.True(Company(clock, 30));
    }

    [Fact]
    public void Look_SilentInAFormerLife_StaysSoUntilItIsSeen()
    {
        var clock = Begin(Minute, isSilent: true);
        Assert.True(Company(clock, 1));
        Assert.True(Company(clock, 100_000));
        Assert.False(Signal(clock, 100_001));
    }

    [Fact]
    public void Add_ShareOfBadEvents_GoesAndComesWithoutWavering()
    {
        var shape = new ShapeWatch(0.1);
        for (var i = 0; i < ShapeWatch.Fewest - 1; i++)
        {
            shape.Add(true);
            Assert.False(shape.IsInvalid);
        }

        shape.Add(true);
        Assert.True(shape.IsInvalid);
        var good = 0;
        while (shape.IsInvalid)
        {
            shape.Add(false);
            good++;
        }

        // Half of the allowed share: two bad ones are left among the latest fifty.
        Assert.Equal((2, ShapeWatch.Window), (shape.Bad, shape.Checked));
        Assert.Equal(ShapeWatch.Window - 2, good);
    }

    [Theory]
    [InlineData("""{"properties":{"amount":12.5,"card":{"kind":"debit"}}}""", "")]
    [InlineData("""{"properties":{"amount":"12.5"}}""", "amount is no number; card.kind is missing")]
    [InlineData("""{"properties":{"amount":null,"card":{"kind":7},"test":"x"}}""", "amount is missing; card.kind is no text; test is no true or false")]
    [InlineData("""{"properties":[]}""", "amount is missing; card.kind is missing")]
    [InlineData("""{"properties":{"amount":1""", "amount is missing; card.kind is missing")]
    public void Check_EventOfAContract_NamesEveryWrongField(string raw, string faults)
    {
        var contract = new SignalContract
        {
            Subject = ContractSubject.Signal,
            Name = "Payment Declined",
            Fields = [new("amount", FieldType.Number, true), new("card.kind", FieldType.Text, true), new("test", FieldType.Flag, false)],
        };

        Assert.Equal(faults, string.Join("; ", contract.Check(Encoding.UTF8.GetBytes(raw))));
    }

    [Fact]
    public void Faults_ContractThatCannotStand_NamesEveryReason()
    {
        var contract = new SignalContract
        {
            Subject = ContractSubject.Signal,
            Name = "mi:own",
            Supplier = "paula",
            Validator = "paula",
            InvalidShare = 1.5,
            Fields = [new("a", FieldType.Text, true), new("a", FieldType.Text, true), new("b.", FieldType.Text, true)],
            Freshness = new FreshnessPromise(TimeSpan.Zero, ["mi:own"], 0),
        };

        Assert.Equal(8, contract.Faults().Length);
    }

    private FreshnessClock Begin(FreshnessPromise promise, bool isSilent = false)
    {
        var clock = new FreshnessClock(promise, isSilent);
        Look(clock);
        return clock;
    }

    private bool Signal(FreshnessClock clock, double second)
    {
        (_seen, _lastSeen) = (_seen + 1, second);
        return Look(clock);
    }

    private bool Company(FreshnessClock clock, double second)
    {
        (_company, _lastCompany) = (_company + 1, second);
        return Look(clock);
    }

    private bool Look(FreshnessClock clock)
    {
        clock.Look(new FreshnessSight(_seen, new Moment((long)(_lastSeen * 1000)), _company, new Moment((long)(_lastCompany * 1000))));
        return clock.IsSilent;
    }
}
