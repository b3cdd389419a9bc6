using System.Globalization;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary><c>webhooks allow|list|remove</c>: the addresses that prompts and context bundles may go to.</summary>
internal sealed class WebhooksCommand : FolderCommand
{
    public override string Name => "webhooks";

    public override string Usage => "allow --name N --url https://desk.example/hook [--scenario KEY] | list | remove --number N [--data DIR]";

    public override string Summary => "Allows an address for signed webhooks and prints its signing secret, this once; lists the allowed ones; removes one.";

    public override string? Prepare(ref IReadOnlyList<string> words) => TryParse(words, out _, out var fault) ? null : fault;

    public override async Task<int> WorkAsync(IReadOnlyList<string> words, FolderWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!TryParse(words, out var wanted, out var fault))
        {
            await work.Error.WriteLineAsync(fault);
            return ExitCode.Usage;
        }

        var store = work.Services.GetRequiredService<WebhookStore>();
        return words[0] switch
        {
            "allow" => await AllowAsync(store, wanted, work),
            "list" => await ListAsync(store, work),
            _ => await RemoveAsync(store, wanted, work),
        };
    }

    private static async Task<int> AllowAsync(WebhookStore store, Dictionary<string, string> wanted, FolderWork work)
    {
        var made = await store.AllowAsync(wanted["--name"], wanted["--url"], wanted.GetValueOrDefault("--scenario"), cancel: work.Cancel);
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

    private static async Task<int> RemoveAsync(WebhookStore store, Dictionary<string, string> wanted, FolderWork work)
    {
        var number = int.Parse(wanted["--number"], CultureInfo.InvariantCulture);
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

    private static bool TryParse(IReadOnlyList<string> arguments, out Dictionary<string, string> wanted, out string fault)
    {
        wanted = new Dictionary<string, string>(StringComparer.Ordinal);
        string[]? known = arguments.Count == 0 ? null : arguments[0] switch
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

        for (var i = 1; i < arguments.Count; i += 2)
        {
            if (!known.Contains(arguments[i]) || i + 1 == arguments.Count)
            {
                fault = $"webhooks {arguments[0]} does not understand \"{arguments[i]}\"; it takes {string.Join(", ", [.. known, "--data"])}, each with a value.";
                return false;
            }

            wanted[arguments[i]] = arguments[i + 1];
        }

        fault = arguments[0] switch
        {
            "allow" when !wanted.ContainsKey("--name") || !wanted.ContainsKey("--url") => "webhooks allow needs --name and --url.",
            "remove" when !int.TryParse(wanted.GetValueOrDefault("--number"), NumberStyles.None, CultureInfo.InvariantCulture, out _) => "webhooks remove needs --number, as \"webhooks list\" shows it.",
            _ => "",
        };
        return fault.Length == 0;
    }
}
