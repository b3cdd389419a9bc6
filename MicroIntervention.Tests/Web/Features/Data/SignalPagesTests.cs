using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Features.Data;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Ownership;
using MicroIntervention.Web.Shell;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Features.Data;

/// <summary>The pages of signals and the bell: loading, empty, stale, broken, with rights and without.</summary>
[Proves("R-72")]
public sealed class SignalPagesTests
{
    private const string Evil = "<script>alert(1)</script>";
    private const string Payment = "Payment Declined";

    [Fact]
    public async Task Signals_LoadingThenBrokenThenStale_AreDrawn()
    {
        var board = new LatestValue<SignalBoard>(SignalBoard.None);
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager, configure: services => WithBoard(services, board));
        var page = stage.Pages.Render<SignalsPage>();
        Assert.NotNull(page.Find("[role=progressbar]"));

        await AgreeAsync(stage);
        board.Publish(BoardOf(DateTimeOffset.UtcNow, SignalFault.Silent));
        page.WaitForAssertion(() => Assert.Contains("Silent", page.Find("tbody tr").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Contains("Payments; validated by viktor", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.Find(".notice.bad"));
        Assert.Empty(page.FindAll("script"));
        Assert.Empty(page.FindAll(".notice.warn"));

        board.Publish(BoardOf(DateTimeOffset.UtcNow.AddMinutes(-5), SignalFault.None));
        page.WaitForElement(".notice.warn", TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Signals_WithoutTheRightToEdit_OffersNoImport()
    {
        await using var stage = await PageStage.StartAsync(null);
        var page = stage.Pages.Render<SignalsPage>();

        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent == "Import");
    }

    [Fact]
    public async Task Import_BadThenGoodFile_ListsFaultsThenProposes()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        var page = stage.Pages.Render<ContractImport>();
        var input = page.FindComponent<Microsoft.AspNetCore.Components.Forms.InputFile>();
        input.UploadFiles(InputFileContent.CreateFromText("kind: Contract\nschema: 7", "bad.yaml"));
        page.WaitForAssertion(() => Assert.True(page.FindAll(".notice.bad li").Count > 3), TimeSpan.FromSeconds(10));

        input.UploadFiles(InputFileContent.CreateFromText("kind: DataContract\napiVersion: v3.1.0\nid: a\nversion: \"1\"\nstatus: active\nschema:\n  - name: Refund Asked\n", "good.yaml"));
        page.WaitForElement("button.primary", TimeSpan.FromSeconds(10)).Click();
        page.WaitForElement(".notice.good", TimeSpan.FromSeconds(10));
        Assert.NotNull(stage.Get<ContractDesk>().Book.Current.Proposal(ContractSubject.Signal, "Refund Asked"));
    }

    [Fact]
    public async Task Signal_Unknown_CanBeProposedAndAgreedByTheNamedPerson()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        await stage.Server.AddPersonAsync("ada", ConsoleRole.Manager);
        await stage.Server.AddPersonAsync("viktor", ConsoleRole.Manager);
        var page = stage.Pages.Render<SignalPage>(p => p.Add(s => s.Name, Evil));
        Assert.Empty(page.FindAll("script"));
        page.WaitForElement("#c-supplier option[value=viktor]", TimeSpan.FromSeconds(10));
        page.Find("#c-supplier").Change("ada");
        page.Find("#c-validator").Change("ada");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Contains("same person", page.Find(".notice.bad").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));

        page.Find("#c-validator").Change("viktor");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Contains("Agree as supplier", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.DoesNotContain("Agree as validator", page.Markup, StringComparison.Ordinal);
        page.FindAll("button").Single(button => button.TextContent == "Agree as supplier").Click();
        page.WaitForAssertion(() => Assert.DoesNotContain("Agree as supplier", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Equal("ada", stage.Get<ContractDesk>().Book.Current.Proposal(ContractSubject.Signal, Evil)!.Supplied!.Who);
        page.WaitForAssertion(() => Assert.Contains("ada agreed to version 1 as supplier", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Signal_SampleOpened_IsAuditedAndShownAsText()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        await stage.Get<MeasureStore>().AddAsync([new Violation(Payment, 1, DateTimeOffset.UtcNow, 1, "amount is missing", Evil)]);
        var page = stage.Pages.Render<SignalPage>(p => p.Add(s => s.Name, Payment));

        page.WaitForElement(".violation button", TimeSpan.FromSeconds(10)).Click();

        page.WaitForAssertion(() => Assert.Contains("alert(1)", page.Find(".violation pre").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Empty(page.FindAll("script"));
        Assert.Contains(await stage.Get<AuditLog>().NewestAsync(5), entry => entry is { Action: ConsoleAction.ContractsSample, Target: Payment, Who: "ada" });
    }

    [Fact]
    [Proves("R-74")]
    public async Task Bell_NewNotification_IsCountedUntilItIsRead()
    {
        await using var stage = await PageStage.StartAsync(ConsoleRole.Manager);
        var bell = stage.Pages.Render<NoticeBell>();
        Assert.Empty(bell.FindAll(".count"));
        await stage.Get<NoticeStore>().AddAsync(Notice.ContractBroken, Payment, Evil, "/data/signals/x", ConsoleAction.ContractsView);
        bell.WaitForAssertion(() => Assert.Equal("1", bell.Find(".count").TextContent), TimeSpan.FromSeconds(10));

        bell.Find("#open-notices").Click();
        Assert.Empty(bell.FindAll("script"));
        bell.Find(".head button").Click();
        bell.WaitForAssertion(() => Assert.Empty(bell.FindAll(".count")), TimeSpan.FromSeconds(10));
        Assert.True(await stage.Get<NoticeStore>().LastReadAsync("ada") > 0);
        Assert.Equal(0, await stage.Get<NoticeStore>().LastReadAsync("another"));
    }

    private static void WithBoard(IServiceCollection services, LatestValue<SignalBoard> board)
    {
        // The watch would publish over it.
        services.Remove(services.Single(service => service.ImplementationType == typeof(ContractWatch)));
        services.AddSingleton(board);
    }

    private static SignalBoard BoardOf(DateTimeOffset at, SignalFault fault) =>
        new(at, [new SignalHealth(Payment, fault, true, at.AddMinutes(-3), 12, 1, 9, [new ScenarioKey("checkout-failure")]), new SignalHealth(Evil, SignalFault.None, false, at, 1, 0, 0, [])], 0);

    private static async Task AgreeAsync(PageStage stage)
    {
        var desk = stage.Get<ContractDesk>();
        await desk.ProposeAsync(new SignalContract { Subject = ContractSubject.Signal, Name = Payment, Team = "Payments", Supplier = "paula", Validator = "viktor" }, "mona", "");
        await desk.AgreeAsync(desk.Book.Current.Proposal(ContractSubject.Signal, Payment)!, ContractSide.Supplier, "paula", isAdmin: false);
        await desk.AgreeAsync(desk.Book.Current.Proposal(ContractSubject.Signal, Payment)!, ContractSide.Validator, "viktor", isAdmin: false);
    }
}
