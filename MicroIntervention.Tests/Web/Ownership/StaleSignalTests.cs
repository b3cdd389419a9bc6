using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Ownership;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Ownership;

/// <summary>The whole program on a clock that the test moves: a signal stops, its scenarios abstain, people are told; it comes back, they speak.</summary>
[Proves("R-72")]
public sealed class StaleSignalTests
{
    private const string Payment = "Payment Declined";
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private int _message;

    [Fact]
    [Proves("R-74")]
    public async Task Payment_StopsAndComesBack_AbstainsWithinThePromiseAndASecondThenResumes()
    {
        await using var server = await ConsoleServer.StartAsync(configure: services => services.AddSingleton<TimeProvider>(_time));
        await server.AddPersonAsync("mona", ConsoleRole.Manager);
        using var person = await server.SignInAsync("mona");
        var key = (await server.Services.GetRequiredService<SourceStore>().CreateAsync(new NewSource("backend", SourceKind.Server, []))).Key;
        using var door = server.NewClient(key);
        var engine = server.Services.GetRequiredService<EngineHost>();
        var feed = server.Services.GetRequiredService<LiveFeed>();
        await AgreeAsync(server);

        // Somebody whose score is high and who must not be spoken to, until they opt in again.
        await SendAsync(door, "quiet", "Opted Out");
        await SendAsync(door, "quiet", Payment);
        await SendAsync(door, "quiet", Payment);
        var lastSeen = _time.GetUtcNow();
        while (_time.GetUtcNow() - lastSeen < Promise - TimeSpan.FromMilliseconds(500))
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            await SendAsync(door, "browsing", "Product Viewed");
        }

        Assert.Empty(engine.CurrentPlan.SignalFaults);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        await SendAsync(door, "browsing", "Product Viewed");
        await TickUntilAsync(3, () => engine.CurrentPlan.SignalFaults.ContainsKey(Payment));
        Assert.InRange(_time.GetUtcNow() - lastSeen, Promise, Promise + TimeSpan.FromSeconds(1));

        await SendAsync(door, "quiet", "Opted In");
        await UntilAsync(() => feed.Latest(1) is [{ Decision.Reason: DecisionReason.SignalStale }]);
        var notices = server.Services.GetRequiredService<NoticeStore>();
        await UntilAsync(() => Newest(notices) is { Kind: Notice.ContractBroken } told && told.Text.Contains("paula (Payments)", StringComparison.Ordinal) && told.Text.Contains("Checkout failure", StringComparison.Ordinal));
        var page = await person.GetStringAsync(new Uri("/data/signals/" + Uri.EscapeDataString(Payment), UriKind.Relative));
        Assert.Contains("Ask paula (Payments).", page, StringComparison.Ordinal);
        Assert.Contains("Notifications, 1 unread", page, StringComparison.Ordinal);

        // It comes back by itself.
        await SendAsync(door, "another", Payment);
        await TickUntilAsync(3, () => engine.CurrentPlan.SignalFaults.IsEmpty);
        await SendAsync(door, "quiet", "Field Error");
        await UntilAsync(() => feed.Latest(1) is [{ Decision: Decision.Intervene }]);
        await UntilAsync(() => Newest(notices) is { Kind: Notice.ContractKept });
    }

    [Fact]
    public async Task Payment_ComesInTheWrongShape_IsInvalidAndItsSampleNamesNobody()
    {
        await using var server = await ConsoleServer.StartAsync(configure: services => services.AddSingleton<TimeProvider>(_time));
        var key = (await server.Services.GetRequiredService<SourceStore>().CreateAsync(new NewSource("backend", SourceKind.Server, []))).Key;
        using var door = server.NewClient(key);
        var engine = server.Services.GetRequiredService<EngineHost>();
        await AgreeAsync(server);

        for (var i = 0; i < ShapeWatch.Fewest; i++)
        {
            await SendAsync(door, "someone@example.com", Payment, """{"amount":"12,50","note":"call me, Eve"}""");
        }

        await TickUntilAsync(3, () => engine.CurrentPlan.SignalFaults.GetValueOrDefault(Payment) == SignalFault.Invalid);
        var measures = server.Services.GetRequiredService<MeasureStore>();
        IReadOnlyList<Violation> violations = [];
        await TickUntilAsync(3, () => (violations = Violations(measures)).Count > 0);
        Assert.Equal("amount is no number", violations[0].Fault);
        Assert.DoesNotContain("Eve", violations[0].Sample, StringComparison.Ordinal);
        Assert.DoesNotContain("example.com", violations[0].Sample, StringComparison.Ordinal);
        Assert.DoesNotContain("12,50", violations[0].Sample, StringComparison.Ordinal);
        Assert.Contains("text of 5 characters", violations[0].Sample, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AgreeAsync_BothSides_AreTwoPeopleAndTheVersionBeforeStandsUntilThen()
    {
        await using var server = await ConsoleServer.StartAsync();
        var desk = server.Services.GetRequiredService<ContractDesk>();
        var book = desk.Book.Current;
        Assert.NotNull(book.Proposal(ContractSubject.Signal, Payment));
        Assert.False(book.IsValidated("escalated"));

        Assert.Empty(await desk.ProposeAsync(Terms(ContractSubject.Outcome, "escalated"), "mona", "new"));
        var first = desk.Book.Current.Proposal(ContractSubject.Outcome, "escalated")!;
        Assert.Equal("Contracts.FaultNotYou", await desk.AgreeAsync(first, ContractSide.Supplier, "mona", isAdmin: false));
        Assert.Null(await desk.AgreeAsync(first, ContractSide.Supplier, "boss", isAdmin: true));
        first = desk.Book.Current.Proposal(ContractSubject.Outcome, "escalated")!;
        Assert.Equal("Contracts.FaultBoth", await desk.AgreeAsync(first, ContractSide.Validator, "boss", isAdmin: true));
        Assert.False(desk.Book.Current.IsValidated("escalated"));
        Assert.Null(await desk.AgreeAsync(first, ContractSide.Validator, "viktor", isAdmin: false));
        Assert.True(desk.Book.Current.IsValidated("escalated"));

        await desk.ProposeAsync(Terms(ContractSubject.Outcome, "escalated") with { Team = "Care" }, "mona", "");
        Assert.Equal(1, desk.Book.Current.InForce(ContractSubject.Outcome, "escalated")!.Version);
        var second = desk.Book.Current.Proposal(ContractSubject.Outcome, "escalated")!;
        await desk.AgreeAsync(second, ContractSide.Supplier, "paula", isAdmin: false);
        await desk.AgreeAsync(desk.Book.Current.Proposal(ContractSubject.Outcome, "escalated")!, ContractSide.Validator, "viktor", isAdmin: false);

        var versions = await server.Services.GetRequiredService<ContractStore>().VersionsAsync(ContractSubject.Outcome, "escalated", 10);
        Assert.Equal([(2, ContractState.Agreed), (1, ContractState.Superseded)], versions.Select(v => (v.Version, v.State)));
        Assert.Equal("boss", versions[1].Supplied!.Who);
    }

    private static SignalContract Terms(ContractSubject subject, string name) => new()
    {
        Subject = subject,
        Name = name,
        Team = "Payments",
        Supplier = "paula",
        Validator = "viktor",
        Fields = [new("amount", FieldType.Number, IsRequired: false, PersonalData.None)],
        Freshness = subject == ContractSubject.Signal ? new FreshnessPromise(Promise, [], 3) : null,
    };

    private static Notice? Newest(NoticeStore notices) => Task.Run(() => notices.NewestAsync([ConsoleAction.ContractsView], 1)).GetAwaiter().GetResult() is [var newest] ? newest : null;

    private static IReadOnlyList<Violation> Violations(MeasureStore measures) => Task.Run(() => measures.ListViolationsAsync(Payment, 10)).GetAwaiter().GetResult();

    private async Task AgreeAsync(ConsoleServer server)
    {
        var desk = server.Services.GetRequiredService<ContractDesk>();
        Assert.Empty(await desk.ProposeAsync(Terms(ContractSubject.Signal, Payment), "mona", ""));
        Assert.Null(await desk.AgreeAsync(desk.Book.Current.Proposal(ContractSubject.Signal, Payment)!, ContractSide.Supplier, "paula", isAdmin: false));
        Assert.Null(await desk.AgreeAsync(desk.Book.Current.Proposal(ContractSubject.Signal, Payment)!, ContractSide.Validator, "viktor", isAdmin: false));
        var board = server.Services.GetRequiredService<LatestValue<SignalBoard>>();
        await TickUntilAsync(20, () => board.Current.Find(Payment) is { IsEnforced: true });
    }

    private async Task SendAsync(HttpClient door, string visitor, string name, string properties = "{}")
    {
        var body = $$"""{"type":"track","event":"{{name}}","anonymousId":"{{visitor}}","messageId":"m{{++_message}}","properties":{{properties}}}""";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await door.PostAsync(new Uri("/v1/track", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Moves the clock by quarter seconds, as the watch looks, and waits after each for what should come of it.</summary>
    private async Task TickUntilAsync(int most, Func<bool> holds)
    {
        for (var tick = 0; tick < most && !holds(); tick++)
        {
            _time.Advance(ContractWatch.Interval);
            for (var wait = 0; wait < 200 && !holds(); wait++)
            {
                await Task.Delay(10);
            }
        }

        Assert.True(holds());
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var wait = 0; wait < 1_000 && !holds(); wait++)
        {
            await Task.Delay(10);
        }

        Assert.True(holds());
    }
}
