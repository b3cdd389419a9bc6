namespace MicroIntervention.Engine.Signals;

/// <summary>Told when its batch is durable. Called on the log's thread: hand over and return.</summary>
public interface ILogBatchOwner
{
    void OnCommitted(LogBatch batch);

    void OnStalled(LogBatch batch, Exception cause);
}
