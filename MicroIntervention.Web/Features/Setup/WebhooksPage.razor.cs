using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Radzen;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Web.Channels.Webhook;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Shared;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Setup;

/// <summary>Where prompts and context bundles may go: allowed, tried out, taken off the list.</summary>
public sealed partial class WebhooksPage
{
    private IReadOnlyList<AllowedWebhook>? _webhooks;
    private CreatedWebhook? _made;
    private string _name = "";
    private string _url = "";
    private string _kind = "";
    private string _scenario = "";
    private string? _fault;
    private int? _testing;
    private bool _busy;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required WebhookStore Store { get; init; }

    [Inject] public required WebhookChannel Channel { get; init; }

    [Inject] internal WebhookTester Tester { get; init; } = default!;

    [Inject] public required ControlRoom Room { get; init; }

    [Inject] public required AuditLog Audit { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    [Inject] public required DialogService Dialogs { get; init; }

    protected override async Task OnInitializedAsync() => _webhooks = await Store.ListAsync();

    private static string StateOf(AllowedWebhook webhook, WebhookStatus? status) =>
        webhook.DisabledReason is not null ? "Webhooks.Is.Disabled" : "Webhooks.Is." + (status?.Health.ToString() ?? "Unusable");

    private static string ToneOf(AllowedWebhook webhook, WebhookStatus? status) => webhook.DisabledReason is not null || status is null ? "bad" : status.Health switch
    {
        WebhookHealth.Healthy => "good",
        WebhookHealth.Recovering => "warn",
        WebhookHealth.Failing or WebhookHealth.Disabled => "bad",
        _ => throw new InvalidOperationException($"No such health: {status.Health}."),
    };

    private Task AllowAsync() => DoAsync(async () =>
    {
        var made = await Store.AllowAsync(_name, _url.Trim(), _scenario.Length > 0 ? _scenario : null, Enum.TryParse<DeliveryKind>(_kind, out var kind) ? kind : null);
        _fault = made.Fault;
        if (made.Webhook is { } webhook)
        {
            (_made, _name, _url) = (made, "", "");
            await NoteAsync(webhook, "allowed");
        }
    });

    private Task SwitchOnAsync(AllowedWebhook webhook) => DoAsync(async () =>
    {
        if (await Store.SwitchOnAsync(webhook.Number))
        {
            await NoteAsync(webhook, "switched on");
        }
    });

    private async Task RemoveAsync(AllowedWebhook webhook)
    {
        if (await Dialogs.AskAsync(Text["Webhooks.RemoveTitle", webhook.Name], Text["Webhooks.RemoveAsk"], Text["Webhooks.Remove"]))
        {
            await DoAsync(async () =>
            {
                if (await Store.RemoveAsync(webhook.Number))
                {
                    _made = _made?.Webhook?.Number == webhook.Number ? null : _made;
                    await NoteAsync(webhook, "removed");
                }
            });
        }
    }

    private async Task TestAsync(AllowedWebhook webhook)
    {
        _testing = webhook.Number;
        try
        {
            await DoAsync(async () =>
            {
                _fault = await Tester.SendAsync(webhook.Number) is null ? Text["Webhooks.TestNot"].Value : null;
                await NoteAsync(webhook, "test sent");
            });
        }
        finally
        {
            _testing = null;
        }
    }

    private Task NoteAsync(AllowedWebhook webhook, string what) => NoteAsync("webhook " + webhook.Number.ToString(CultureInfo.InvariantCulture), what);

    private async Task NoteAsync(string target, string what) => await Audit.AddAsync(await User.NameAsync(), ConsoleAction.WebhooksManage, target, what);

    private async Task DoAsync(Func<Task> change)
    {
        if (_busy || !await User.MayAsync(ConsoleAction.WebhooksManage))
        {
            return;
        }

        _busy = true;
        try
        {
            await change();
            _webhooks = await Store.ListAsync();
        }
        finally
        {
            _busy = false;
        }
    }
}
