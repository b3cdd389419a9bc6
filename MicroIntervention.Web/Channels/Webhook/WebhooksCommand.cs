using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary><c>webhooks allow|list|remove</c>: the addresses that prompts and context bundles may go to.</summary>
internal sealed class WebhooksCommand : ParsedCommand<WebhooksOrder>
{
    public override string Name => "webhooks";

    public override string Usage => "allow --name N --url https://desk.example/hook [--scenario KEY] | list | remove --number N [--data DIR]";

    public override string Summary => "Allows an address for signed webhooks and prints its signing secret, this once; lists the allowed ones; removes one.";

    protected override async Task<int> DoAsync(WebhooksOrder wanted, FolderWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var store = work.Services.GetRequiredService<WebhookStore>();
        return wanted switch
        {
            WebhooksOrder.Allow allow => await AllowAsync(store, allow, work),
            WebhooksOrder.List => await ListAsync(store, work),
            WebhooksOrder.Remove remove => await RemoveAsync(store, remove.Number, work),
            _ => throw new ArgumentOutOfRangeException(nameof(wanted), wanted, "Not an order."),
        };
    }

    private static async Task<int> AllowAsync(WebhookStore store, WebhooksOrder.Allow wanted, FolderWork work)
    {
        var made = await store.AllowAsync(wanted.Name, wanted.Url, wanted.Scenario, cancel: work.Cancel);
        if (made.Webhook is null)
        {
            await work.Error.WriteLineAsync(made.Fault);
            return ExitCode.Failed;
        }

        await AuditAsync(work, made.Webhook.Number, "allowed " + made.Webhook.Url);
        await work.Output.WriteLineAsync(made.Secret);
        return ExitCode.Done;
    }

    private static async Task<int> ListAsync(WebhookStore store, FolderWork work)
    {
        foreach (var webhook in await store.ListAsync(work.Cancel))
        {
            await work.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{webhook.Number}  {webhook.Name}  {webhook.Url}  {webhook.Scenario ?? "every scenario"}  {webhook.DisabledReason ?? "on"}"));
        }

        return ExitCode.Done;
    }

    private static async Task<int> RemoveAsync(WebhookStore store, int number, FolderWork work)
    {
        if (await store.RemoveAsync(number, work.Cancel))
        {
            await AuditAsync(work, number, "removed");
            return ExitCode.Done;
        }

        await work.Error.WriteLineAsync($"There is no webhook {number}; \"webhooks list\" shows them.");
        return ExitCode.Failed;
    }

    private static Task AuditAsync(FolderWork work, int number, string what) => work.Services.GetRequiredService<AuditLog>().AddAsync(
        FolderWork.Actor, "webhooks", "webhook " + number.ToString(CultureInfo.InvariantCulture), what, CancellationToken.None);

    protected override bool TryRead(IReadOnlyList<string> words, [NotNullWhen(true)] out WebhooksOrder? wanted, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(words);
        wanted = null;
        string[]? known = words.Count == 0 ? null : words[0] switch
        {
            "allow" => ["--name", "--url", "--scenario"],
            "list" => [],
            "remove" => ["--number"],
            _ => null,
        };
        if (known is null)
        {
            fault = "webhooks knows three words: allow, list, remove.";
            return false;
        }

        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 1; i < words.Count; i += 2)
        {
            if (!known.Contains(words[i]) || i + 1 == words.Count)
            {
                fault = $"webhooks {words[0]} does not understand \"{words[i]}\"; it takes {string.Join(", ", [.. known, "--data"])}, each with a value.";
                return false;
            }

            given[words[i]] = words[i + 1];
        }

        (wanted, fault) = words[0] switch
        {
            "list" => (new WebhooksOrder.List(), null),
            "allow" => given.TryGetValue("--name", out var name) && given.TryGetValue("--url", out var url)
                ? (new WebhooksOrder.Allow(name, url, given.GetValueOrDefault("--scenario")), null)
                : ((WebhooksOrder?)null, "webhooks allow needs --name and --url."),
            _ => int.TryParse(given.GetValueOrDefault("--number"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? (new WebhooksOrder.Remove(number), null)
                : (null, "webhooks remove needs --number, as \"webhooks list\" shows it."),
        };
        return wanted is not null;
    }
}
