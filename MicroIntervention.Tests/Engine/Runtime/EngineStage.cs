using System.Text;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Tests.Engine.Scenarios;
using MicroIntervention.Tests.Support;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>One life of an engine on a log in memory: recovered, started, posted to with real bodies, stopped.</summary>
internal sealed class EngineStage : IDisposable
{
    private ulong _seed;

    public EngineStage(InMemorySignalLog log, ManualTime time, EngineOptions options, ISignalLog? through = null, ICheckpointStore? checkpoints = null, ChannelKind channel = ChannelKind.Web)
    {
        Log = log;
        Time = time;
        Channel = new RecordingChannel(time, channel);
        Gates = new SendGates();
        Book = new PlanBook(PackFiles.Hash);
        Host = new EngineHost(
            options,
            new EngineParts(through ?? log, Parser, Book, new PromptComposer(Book, Gates, () => Host!.CurrentPlan), [Channel], Gates, time, checkpoints));
        Host.Observe(Feed);
        Recovered = Host.Recover(CancellationToken.None);
        Host.Start();
    }

    public static SignalParser Parser { get; } = new(PackFiles.Hash);

    public InMemorySignalLog Log { get; }

    public ManualTime Time { get; }

    public RecordingChannel Channel { get; }

    public SendGates Gates { get; }

    public PlanBook Book { get; }

    public EngineHost Host { get; }

    public LiveFeed Feed { get; } = new();

    /// <summary>Records that the recovery read.</summary>
    public long Recovered { get; }

    /// <summary>Every committed decision, decoded.</summary>
    public List<Decision> Decisions => [.. Log.Decisions.Select(d => DecisionCodec.Decode(d.Body))];

    public int SignalsInLog => Log.Records.Count(r => r.Header.Kind == RecordKind.Signal);

    public static VisitorId VisitorOf(string name) => new(PackFiles.Hash.Of(HashDomain.Visitor, "a:" + name));

    public static PlanSource SourceOf(params string[] packs) => new([.. packs.Select(p => (ReadOnlyMemory<byte>)PackFiles.Bytes(p))], [], Killed: false);

    public static string Event(string visitor, string message, string name) =>
        $$"""{"type":"track","event":"{{name}}","anonymousId":"{{visitor}}","messageId":"{{message}}"}""";

    /// <summary>A name whose signals go to this shard.</summary>
    public string VisitorOn(int shard, int shards, int which = 0)
    {
        for (var i = 0; ; i++)
        {
            if (Host.PartitionOf(VisitorOf($"v{i}")) % shards == shard && which-- == 0)
            {
                return $"v{i}";
            }
        }
    }

    public Task ActivateAsync(PlanSource source) => ControlAsync(new ControlRecord.Activate(source, "a person", "a reason"));

    public Task ControlAsync(ControlRecord control) => Bounded(Host.ControlAsync(ControlCodec.Encode(control)));

    /// <summary>Reads a request's body as a door does.</summary>
    public SignalBatch Read(params string[] events)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"batch":[{{string.Join(',', events)}}]}""");
        var batch = new SignalBatch { Buffer = body, Length = body.Length };
        var door = new SignalDoor(new SourceId(1), SignalFlags.None, Moment.From(Time.GetUtcNow()), new Hash128(++_seed, 1), null);
        Assert.Equal(RejectionReason.None, Parser.ParseRequest(SignalRoute.Batch, in door, Host.Schema, batch).Reason);
        Assert.Empty(batch.Rejections);
        Assert.Equal(events.Length, batch.Count);
        return batch;
    }

    /// <summary>Posts and waits until it is durable.</summary>
    public async Task PostAsync(params string[] events)
    {
        var batch = Read(events);
        Assert.Equal(PostResult.Taken, Host.TryPost(batch));
        Assert.Equal(BatchResult.Durable, await Answer(batch));
    }

    public static Task<BatchResult> Answer(SignalBatch batch) => batch.WhenDurable.AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>A wait that ends: nothing in a test waits for longer than half a minute.</summary>
    public static Task Bounded(Task task) => task.WaitAsync(TimeSpan.FromSeconds(30));

    public void Dispose() => Host.Stop();
}
