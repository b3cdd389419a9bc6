using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Operations;

/// <summary>Lets signals of a made-up visitor through a scratch engine under the real plan, so that the first customer does not wait for the compiler.</summary>
/// <remarks>Nothing of it reaches the log, a channel, a page or a figure.</remarks>
internal static class EngineWarmUp
{
    // Enough for triggers that count to five.
    private const int Rounds = 6;

    private static readonly SignalDoor Door = new(new SourceId(0), SignalFlags.Test, default, default, null);

    /// <param name="plan">What is in force.</param>
    /// <param name="book">Knows what the plan was built from.</param>
    /// <param name="parser">The installation's.</param>
    /// <param name="time">The wall clock.</param>
    /// <returns>Decisions made on the way, by the scratch engine's count.</returns>
    public static async Task<long> RunAsync(Plan plan, PlanBook book, SignalParser parser, TimeProvider time)
    {
        var gates = new SendGates();
        var engine = new EngineHost(
            new EngineOptions { Partitions = 1, Shards = 1, DedupeKeysPerTable = 1024, DedupeTables = 2 },
            new EngineParts(
                new ScratchLog(), parser, book, new PromptComposer(book, gates, () => plan), [new ScratchChannel(ChannelKind.Web), new ScratchChannel(ChannelKind.Webhook)], gates, time));
        engine.Start();
        try
        {
            await engine.ControlAsync(ControlCodec.Encode(new ControlRecord.Activate(book.SourceOf(plan.Fingerprint), "", "warm-up")));
            foreach (var body in Bodies(plan.Schema))
            {
                var batch = new SignalBatch { Buffer = body, Length = body.Length };
                parser.ParseRequest(SignalRoute.Track, Door with { ReceivedAt = Moment.From(time.GetUtcNow()) }, engine.Schema, batch);
                if (batch.Count > 0 && engine.TryPost(batch) == PostResult.Taken)
                {
                    await batch.WhenDurable;
                }
            }

            return Enum.GetValues<DecisionReason>().Sum(engine.Counters.ByReason);
        }
        finally
        {
            engine.Stop();
        }
    }

    /// <summary>Every event name that the plan looks for, in turn, several times over.</summary>
    private static IEnumerable<byte[]> Bodies(SignalSchema schema)
    {
        var names = schema.Matchers.SelectMany(m => m.Events).Distinct(StringComparer.Ordinal).ToArray();
        var message = 0;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var name in names)
            {
                using var stream = new MemoryStream();
                using (var json = new System.Text.Json.Utf8JsonWriter(stream))
                {
                    json.WriteStartObject();
                    json.WriteString("type", "track");
                    json.WriteString("anonymousId", "warm-up");
                    json.WriteString("messageId", $"warm-up-{message++}");
                    json.WriteString("event", name);
                    json.WriteStartObject("properties");
                    json.WriteNumber("value", 1);
                    json.WriteEndObject();
                    json.WriteEndObject();
                }

                yield return stream.ToArray();
            }
        }
    }

    /// <summary>Says "durable" at once and keeps nothing.</summary>
    private sealed class ScratchLog : ISignalLog
    {
        public long NextOffset(int partition) => 0;

        public void Append(LogBatch batch) => batch.Completed();

        public void Read(ReadOnlySpan<long> fromOffsets, ILogReader reader, CancellationToken cancellation)
        {
        }

        public void ReadAt(IReadOnlySet<LogPosition> places, ILogReader reader, CancellationToken cancellation)
        {
        }
    }

    private sealed class ScratchChannel(ChannelKind kind) : IChannel
    {
        public ChannelKind Kind => kind;

        public void Send(DeliveryRequest request, IDeliveryObserver completed) => completed.OnDelivered(request, DeliveryResult.Sent, request.ReceivedAt);
    }
}
