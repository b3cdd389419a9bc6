using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Streams;

/// <summary>The way a visitor's answers reach the engine.</summary>
public interface IFeedbackIntake
{
    /// <summary>Hands a batch of one signal to the engine. True when taken: <see cref="SignalBatch.WhenDurable"/> then completes.</summary>
    /// <remarks>
    /// False when the engine is overloaded, stalled or stopping: the browser is asked to come again. The engine drops a message key it has
    /// seen, and checks that the decision was offered to this visitor: reports about anything else count for nothing.
    /// </remarks>
    bool TryPost(SignalBatch batch);
}
