using System.Text;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Support;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>A customer with several browsers is one person: what one of them was offered, refused or wished counts for the others. A claim without a proof counts for nobody.</summary>
/// <remarks>The pack: at most two prompts in 24 hours, 30 minutes between two, a "no" holds for 24 hours.</remarks>
[Proves("R-06")]
public sealed class CustomerTests : IDisposable
{
    private const int Partitions = 8;
    private readonly ManualTime _time = new();
    private readonly InMemorySignalLog _log = new(Partitions);
    private readonly EngineStage _stage;
    private int _message;

    public CustomerTests()
    {
        _stage = new EngineStage(_log, _time, new EngineOptions { Partitions = Partitions, Shards = 2, DedupeKeysPerTable = 1024, DedupeTables = 2 });
    }

    public void Dispose() => _stage.Dispose();

    [Fact]
    public async Task Offer_OnOneBrowser_CountsOnTheOther()
    {
        await BeginAsync("anna", "phone", "laptop");

        Assert.Null(await FailAsync("phone"));
        Assert.Equal(DecisionReason.CoolDown, await FailAsync("laptop"));
        _time.Advance(TimeSpan.FromMinutes(31));
        Assert.Null(await FailAsync("laptop"));
        _time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(DecisionReason.VisitorCap, await FailAsync("phone"));
    }

    [Fact]
    public async Task Offer_BeforeTheLink_CountsOnceLinked()
    {
        await BeginAsync("anna", "laptop");
        Assert.Null(await FailAsync("phone"));
        await IdentifyAsync("phone", "anna");

        Assert.Equal(DecisionReason.CoolDown, await FailAsync("laptop"));
    }

    [Fact]
    public async Task Claim_WithoutProof_SpendsNoCapAndLearnsNothing()
    {
        await BeginAsync("anna", "phone");
        await _stage.PostAsync(SignalFlags.Verified, EngineStage.Identify(null, "profile", "anna", "\"firstName\":\"Anna\",\"tier\":\"gold\""));
        _stage.Settle();
        await _stage.PostAsync(EngineStage.Identify("mallory", "claim", "anna"));
        _stage.Settle();

        Assert.Null(await FailAsync("mallory"));
        Assert.Null(await FailAsync("phone"));
        await _stage.ReportAsync("mallory", _stage.Decisions[1].Id, SignalKind.Dismissed);
        _time.Advance(TimeSpan.FromMinutes(31));
        Assert.Null(await FailAsync("phone"));

        Assert.DoesNotContain("Anna", BodyFor("mallory"), StringComparison.Ordinal);
        Assert.Contains("Anna", BodyFor("phone"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_OnOneBrowser_IsRespectedOnTheOther()
    {
        await BeginAsync("anna", "phone", "laptop");
        Assert.Null(await FailAsync("phone"));
        await _stage.ReportAsync("phone", _stage.Decisions[0].Id, SignalKind.Dismissed);
        _time.Advance(TimeSpan.FromMinutes(31));

        Assert.Equal(DecisionReason.Declined, await FailAsync("laptop"));
    }

    [Fact]
    public async Task OptOut_OnOneBrowser_HoldsOnTheOther_UntilTheLatestWord()
    {
        await BeginAsync("anna", "phone", "laptop");
        await _stage.PostAsync(EngineStage.Event("phone", "out", "Opted Out"));
        _stage.Settle();
        Assert.Equal(DecisionReason.OptedOut, await FailAsync("laptop"));

        // Her latest word, wherever it is said: what waited on the laptop is said at once, and the phone knows of it.
        await _stage.PostAsync(EngineStage.Event("laptop", "in", "Opted In"));
        _stage.Settle();
        Assert.IsType<Decision.Intervene>(_stage.Decisions[^1]);
        Assert.Equal(DecisionReason.CoolDown, await FailAsync("phone"));
    }

    [Fact]
    public async Task Unmerge_Caps_AreEachOnesOwnAgain_AndMergedAgainAreOne()
    {
        await BeginAsync("anna", "phone", "laptop");
        Assert.Null(await FailAsync("phone"));
        var anna = EngineStage.CustomerOf("anna");
        await EngineStage.Bounded(_stage.Host.UnmergeAsync(EngineStage.VisitorOf("phone"), anna));
        _stage.Settle();

        Assert.Null(await FailAsync("laptop"));
        _time.Advance(TimeSpan.FromMinutes(31));
        await EngineStage.Bounded(_stage.Host.MergeAsync(EngineStage.VisitorOf("phone"), anna));
        _stage.Settle();
        Assert.Equal(DecisionReason.VisitorCap, await FailAsync("phone"));
        Assert.Equal(DecisionReason.VisitorCap, await FailAsync("laptop"));
    }

    [Fact]
    public async Task Merge_StrangerOfTheSameCustomer_JoinsCapsAndWishes()
    {
        await BeginAsync("anna", "phone");
        Assert.Null(await FailAsync("phone"));
        await _stage.PostAsync(EngineStage.Event("tablet", "out", "Opted Out"));
        await EngineStage.Bounded(_stage.Host.MergeAsync(EngineStage.VisitorOf("tablet"), EngineStage.CustomerOf("anna")));
        _stage.Settle();

        // A no of either holds.
        _time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(DecisionReason.OptedOut, await FailAsync("phone"));
    }

    [Fact]
    public async Task Identify_AsAnother_TakesNoPromptAlong()
    {
        await BeginAsync("anna", "shared");
        await IdentifyAsync("phone", "bert");
        Assert.Null(await FailAsync("shared"));
        await IdentifyAsync("shared", "bert");

        // What Anna was offered on the shared browser counts for that browser, as ever, and not for Bert.
        Assert.Null(await FailAsync("phone"));
        _time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(DecisionReason.VisitorCap, await FailAsync("shared"));
        Assert.Null(await FailAsync("phone"));
    }

    [Fact]
    public async Task ServerEvent_WithNothingButTheUserId_IsShownWhereTheCustomerWasLast()
    {
        await BeginAsync("anna", "phone", "laptop");
        _time.Advance(TimeSpan.FromMinutes(40));
        await _stage.PostAsync(EngineStage.Event("phone", "seen", "Product Viewed"));
        _stage.Settle();
        for (var i = 0; i < 2; i++)
        {
            await _stage.PostAsync(SignalFlags.Verified, $$"""{"type":"track","event":"Payment Declined","userId":"anna","messageId":"server-{{i}}"}""");
            _stage.Settle();
        }

        var sent = Assert.Single(_stage.Channel.Sent);
        Assert.Equal(EngineStage.CustomerOf("anna"), sent.Visitor);
        Assert.Equal(EngineStage.VisitorOf("phone"), sent.Screen);

        // Answered on the phone, refused for the customer.
        await _stage.ReportAsync("phone", sent.Id, SignalKind.Dismissed);
        _time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(DecisionReason.Declined, await FailAsync("laptop"));
    }

    [Fact]
    public async Task Record_LostWithACrash_IsToldAgain()
    {
        await BeginAsync("anna", "phone", "laptop");
        Assert.Null(await FailAsync("phone"));
        _stage.Dispose();

        // All that the log holds up to the offer, and nothing of what the partitions told each other of it.
        var offer = _log.Decisions[0].Position;
        var kept = new InMemorySignalLog(Partitions);
        var records = _log.Records;
        var last = records.ToList().FindIndex(r => r.Header.Partition == offer.Partition && r.Header.Offset == offer.Offset);
        var batch = new LogBatch(new NoOwner());
        foreach (var (header, payload) in records.Take(last + 1))
        {
            batch.Add(header, payload);
        }

        kept.Append(batch);
        using var second = new EngineStage(kept, _time, _stage.Host.Options);
        second.Settle();
        Assert.Equal(DecisionReason.CoolDown, await FailAsync("laptop", second));
        Assert.Equal(records.Where(r => r.Header.Kind == RecordKind.Internal).Select(r => Convert.ToHexString(r.Payload)).Order(StringComparer.Ordinal),
            kept.Records.Where(r => r.Header.Kind == RecordKind.Internal).Select(r => Convert.ToHexString(r.Payload)).Order(StringComparer.Ordinal));
    }

    private async Task BeginAsync(string user, params string[] visitors)
    {
        await _stage.ActivateAsync(EngineStage.SourceOf("checkout-failure"));
        foreach (var visitor in visitors)
        {
            await IdentifyAsync(visitor, user);
        }
    }

    private async Task IdentifyAsync(string visitor, string user)
    {
        await _stage.PostAsync(SignalFlags.Verified, EngineStage.Identify(visitor, $"id-{visitor}-{user}", user));
        _stage.Settle();
    }

    /// <summary>Two declined payments; why nothing is said, null when something is.</summary>
    private async Task<DecisionReason?> FailAsync(string visitor, EngineStage? stage = null)
    {
        stage ??= _stage;
        var before = stage.Log.Decisions.Count;
        for (var i = 0; i < 2; i++)
        {
            await stage.PostAsync(EngineStage.Event(visitor, $"{visitor}-{++_message}", "Payment Declined"));
        }

        stage.Settle();
        return stage.Decisions.Skip(before).Last() is Decision.Suppress suppressed ? suppressed.Reason : null;
    }

    private string BodyFor(string visitor) => Encoding.UTF8.GetString(_stage.Channel.Sent.Last(r => r.Screen == EngineStage.VisitorOf(visitor)).Body.Span);

    private sealed class NoOwner : ILogBatchOwner
    {
        public void OnCommitted(LogBatch batch)
        {
        }

        public void OnStalled(LogBatch batch, Exception cause)
        {
        }
    }
}
