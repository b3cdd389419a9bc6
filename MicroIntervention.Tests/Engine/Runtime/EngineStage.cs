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

    public static VisitorId CustomerOf(string user) => new(PackFiles.Hash.Of(HashDomain.Visitor, "u:" + user));

    /// <param name="visitor">Its anonymousId; null for an event with nothing but the user id.</param>
    /// <param name="traits">JSON members.</param>
    public static string Identify(string? visitor, string message, string user, string traits = "") =>
        "{\"type\":\"identify\"," + (visitor is null ? "" : $"\"anonymousId\":\"{visitor}\",") + $"\"userId\":\"{user}\",\"messageId\":\"{message}\",\"traits\":{{{traits}}}}}";

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
    public SignalBatch Read(params string[] events) => Read(SignalFlags.None, events);

    /// <summary>Reads a request's body as a door does that gives its signals these flags.</summary>
    public SignalBatch Read(SignalFlags flags, params string[] events)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"batch":[{{string.Join(',', events)}}]}""");
        var batch = new SignalBatch { Buffer = body, Length = body.Length };
        var door = new SignalDoor(new SourceId(1), flags, Moment.From(Time.GetUtcNow()), new Hash128(++_seed, 1), null);
        Assert.Equal(RejectionReason.None, Parser.ParseRequest(SignalRoute.Batch, in door, Host.Schema, batch).Reason);
        Assert.Empty(batch.Rejections);
        Assert.Equal(events.Length, batch.Count);
        return batch;
    }

    /// <summary>Posts and waits until it is durable.</summary>
    public Task PostAsync(params string[] events) => PostAsync(SignalFlags.None, events);

    /// <summary>The same, with these flags; <see cref="SignalFlags.Verified"/> is a server key.</summary>
    public async Task PostAsync(SignalFlags flags, params string[] events)
    {
        var batch = Read(flags, events);
        Assert.Equal(PostResult.Taken, Host.TryPost(batch));
        Assert.Equal(BatchResult.Durable, await Answer(batch));
    }

    /// <summary>Waits until partitions have told each other everything.</summary>
    public void Settle() => Assert.True(SpinWait.SpinUntil(() => Host.MessagesUnderWay == 0, TimeSpan.FromSeconds(30)));

    /// <summary>What the visitor's browser says of a prompt.</summary>
    public async Task ReportAsync(string visitor, DecisionId about, SignalKind kind)
    {
        var raw = "{}"u8.ToArray();
        var now = Moment.From(Time.GetUtcNow());
        var batch = new SignalBatch { Buffer = raw, Length = raw.Length };
        batch.Add(new Signal
        {
            Kind = kind, About = about, Visitor = VisitorOf(visitor), Message = new MessageKey(PackFiles.Hash.Of(HashDomain.Message, about.Value, new Hash128(VisitorOf(visitor).Value.Low ^ (ulong)kind, (ulong)now.Milliseconds))), ReceivedAt = now, SourceTime = now,
            Source = new SourceId(1), RawLength = raw.Length, ZoneOffsetMinutes = Signal.UnknownZone, SchemaVersion = Host.Schema.Version,
        });
        Assert.Equal(PostResult.Taken, Host.TryPost(batch));
        Assert.Equal(BatchResult.Durable, await Answer(batch));
        Settle();
    }

    public static Task<BatchResult> Answer(SignalBatch batch) => batch.WhenDurable.AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>A wait that ends: nothing in a test waits for longer than half a minute.</summary>
    public static Task Bounded(Task task) => task.WaitAsync(TimeSpan.FromSeconds(30));

    public void Dispose() => Host.Stop();
}
