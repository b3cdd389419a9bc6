using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>One group commit's worth of a shard: what the log stores, who waits for it, and what is sent after it. Reused.</summary>
internal sealed class ShardBatch : ILogBatchOwner
{
    private readonly EngineHost _host;
    private readonly Shard _shard;

    public ShardBatch(EngineHost host, Shard shard)
    {
        _host = host;
        _shard = shard;
        Log = new LogBatch(this) { Shard = shard.Index };
    }

    public LogBatch Log { get; }

    public List<SignalBatch> Waiting { get; } = [];

    public List<ControlWork> Controls { get; } = [];

    public List<Decision> Decisions { get; } = [];

    public List<DeliveryRequest[]> Prompts { get; } = [];

    /// <summary>What other partitions must know of this batch: told after the commit.</summary>
    public List<CustomerMessage> Messages { get; } = [];

    /// <summary>Messages that became records in this batch.</summary>
    public List<MessageOrigin> Received { get; } = [];

    public int Late { get; set; }

    public int Duplicates { get; set; }

    public int Signals { get; set; }

    public void OnCommitted(LogBatch batch)
    {
        _host.OnCommitted(this);
        foreach (var waiting in Waiting)
        {
            waiting.ShardDone();
        }

        foreach (var control in Controls)
        {
            control.ShardDone();
        }

        Log.Clear();
        Waiting.Clear();
        Controls.Clear();
        Decisions.Clear();
        Prompts.Clear();
        Messages.Clear();
        Received.Clear();
        Late = Duplicates = Signals = 0;
        _shard.GiveBack(this);
    }

    public void OnStalled(LogBatch batch, Exception cause)
    {
        _host.OnStalled(cause);
        foreach (var waiting in Waiting)
        {
            waiting.Stalled();
        }
    }
}
