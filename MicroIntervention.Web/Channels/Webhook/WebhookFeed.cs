namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>Keeps the channel's addresses equal to the allow-list; in bench mode they are the one fixed receiver instead.</summary>
internal sealed class WebhookFeed(WebhookChannel channel, WebhookStore store, WebhookBench? bench = null) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (bench is not null)
        {
            channel.Use([bench.Endpoint]);
            return;
        }

        store.Changed += Reload;
        channel.Use(await store.LoadAsync(cancellationToken));
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        store.Changed -= Reload;
        channel.Dispose();
        return Task.CompletedTask;
    }

    // The change was an admin's click; the few milliseconds on that request's thread make its effect certain when it is answered.
    private void Reload() => channel.Use(Task.Run(() => store.LoadAsync()).GetAwaiter().GetResult());
}
