using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Live;

[Proves("R-20")]
public sealed class ControlRoomTests
{
    private const string Checkout = "checkout-failure";

    [Fact]
    public async Task Save_TwoManagersAtOnce_TheSecondIsToldAndNothingIsOverwritten()
    {
        var controls = new FakeControls();
        await using var server = await StartAsync(controls);
        var room = server.Services.GetRequiredService<ControlRoom>();
        var pack = PackOf(room);
        var read = PolicyValues.Of(pack);

        var first = await room.SaveAsync(pack, read, read with { Threshold = 70 }, "ada", "too many");
        var second = await room.SaveAsync(pack, read, read with { Threshold = 40 }, "bob", "too few");

        Assert.Equal(new PolicySaving.Done(1), first);
        var overtaken = Assert.IsType<PolicySaving.Overtaken>(second);
        Assert.Equal(("ada", 70d), (overtaken.By?.Who, overtaken.InForce.Threshold));
        Assert.Equal(70, PackOf(room).Policy.Threshold);
        Assert.Single(await VersionsAsync(server));

        var again = await room.SaveAsync(pack, overtaken.InForce, read with { Threshold = 40 }, "bob", "too few");
        Assert.Equal(new PolicySaving.Done(2), again);
    }

    [Fact]
    public async Task Save_ManyAtTheSameMoment_OneWins()
    {
        await using var server = await StartAsync(new FakeControls());
        var room = server.Services.GetRequiredService<ControlRoom>();
        var pack = PackOf(room);
        var read = PolicyValues.Of(pack);

        var ends = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() => room.SaveAsync(pack, read, read with { Threshold = 60 + i }, "m" + i, ""))));

        Assert.Single(ends.OfType<PolicySaving.Done>());
        Assert.Equal(7, ends.OfType<PolicySaving.Overtaken>().Count());
        Assert.Single(await VersionsAsync(server));
    }

    [Fact]
    public async Task Save_EngineDiesAtTheChange_HistoryHoldsTheTryAndTheEngineSaysWhatIsInForce()
    {
        await using var server = await StartAsync(new DyingControls());
        var room = server.Services.GetRequiredService<ControlRoom>();
        var pack = PackOf(room);
        var read = PolicyValues.Of(pack);

        await Assert.ThrowsAsync<IOException>(() => room.SaveAsync(pack, read, read with { Threshold = 70 }, "ada", ""));

        var version = Assert.Single(await VersionsAsync(server));
        Assert.False(version.Values.Fits(PolicyValues.Of(PackOf(room))));
    }

    [Fact]
    public async Task Save_ValuesThatThePackRefuses_LeavesNoVersion()
    {
        await using var server = await StartAsync(new FakeControls());
        var room = server.Services.GetRequiredService<ControlRoom>();
        var pack = PackOf(room);
        var read = PolicyValues.Of(pack);

        var refused = Assert.IsType<PolicySaving.Refused>(await room.SaveAsync(pack, read, read with { Threshold = 1000 }, "ada", ""));

        Assert.NotEmpty(refused.Faults);
        Assert.Empty(await VersionsAsync(server));
    }

    private static ScenarioPack PackOf(ControlRoom room) => room.Packs.Single(pack => pack.Key.Value == Checkout);

    private static Task<IReadOnlyList<PolicyVersion>> VersionsAsync(ConsoleServer server) => server.Services.GetRequiredService<PolicyStore>().VersionsAsync(Checkout, 10);

    private static Task<ConsoleServer> StartAsync(IEngineControls controls) =>
        ConsoleServer.StartAsync(configure: services => services.AddSingleton(controls));

    /// <summary>Fails in the middle of a change, as a crash would end it.</summary>
    private sealed class DyingControls : IEngineControls
    {
        private readonly FakeControls _inner = new();

        public ImmutableArray<ScenarioPack> Packs => _inner.Packs;

        public Task SetKilledAsync(bool killed, string who, string why) => throw new IOException("gone");

        public Task<ImmutableArray<string>> ChangeAsync(PolicyOverride changed, string who, string why) => throw new IOException("gone");
    }
}
