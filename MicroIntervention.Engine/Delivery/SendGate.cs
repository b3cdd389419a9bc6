namespace MicroIntervention.Engine.Delivery;

/// <summary>A volatile flag looked at in the moment of sending. One for the whole service, one for each scenario.</summary>
public sealed class SendGate(SendGate? parent = null)
{
    private volatile bool _closed;

    public bool IsOpen => !_closed && (parent?.IsOpen ?? true);

    public void Close() => _closed = true;

    public void Open() => _closed = false;
}
