using System.Collections.Concurrent;
using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Ingest;

namespace MicroIntervention.Tests.Web.Ingest;

/// <summary>An engine that keeps what it is given and answers as it is told.</summary>
internal sealed class FakeIntake : ISignalIntake
{
    public SignalParser Parser { get; } = new(new KeyedHash(new byte[KeyedHash.KeySize]));

    public SignalSchema Schema => SignalSchema.Empty;

    public bool RunsOnEventTime => false;

    public PostResult Answer { get; set; }

    /// <summary>The log stalls after taking.</summary>
    public bool Stalls { get; set; }

    /// <summary>Runs before the signals are reported durable.</summary>
    public Func<Task>? BeforeDurable { get; set; }

    public ConcurrentQueue<(Signal Signal, string Raw)> Taken { get; } = new();

    public PostResult TryPost(SignalBatch batch)
    {
        if (Answer != PostResult.Taken)
        {
            return Answer;
        }

        foreach (ref readonly var signal in batch.Signals)
        {
            Taken.Enqueue((signal, Encoding.UTF8.GetString(batch.RawOf(in signal))));
        }

        batch.Open(1);
        if (Stalls)
        {
            batch.Stalled();
        }
        else if (BeforeDurable is { } wait)
        {
            _ = Task.Run(async () =>
            {
                await wait();
                batch.ShardDone();
            });
        }
        else
        {
            batch.ShardDone();
        }

        return PostResult.Taken;
    }
}
