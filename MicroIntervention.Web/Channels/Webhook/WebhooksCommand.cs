using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary><c>webhooks allow|list|remove</c>: the addresses that prompts and context bundles may go to, on a folder that no server holds.</summary>
internal sealed class WebhooksCommand : Command
{
    public override string Name => "webhooks";

    public override string Usage => "allow --name N --url https://desk.example/hook [--scenario KEY] | list | remove --number N [--data DIR]";

    public override string Summary => "Allows an address for signed webhooks and prints its signing secret, this once; lists the allowed ones; removes one.";

    public override async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        if (!TryParse(arguments, out var wanted, out var fault))
        {
            await error.WriteLineAsync(fault);
            return ExitCode.Usage;
        }

        if (!DataFolder.TryOpen(wanted["--data"], out var folder, out var exitCode, out fault))
        {
            await error.WriteLineAsync(fault);
            return exitCode;
        }

        using (folder)
        {
            await using var services = Services(folder);
            await services.PrepareStorageAsync();
            var store = services.GetRequiredService<WebhookStore>();
            return arguments[0] switch
            {
                "allow" => await AllowAsync(store, wanted, output, error),
                "list" => await ListAsync(store, output),
                _ => await RemoveAsync(store, wanted, error),
            };
        }
    }

    private static async Task<int> AllowAsync(WebhookStore store, Dictionary<string, string> wanted, TextWriter output, TextWriter error)
    {
        var made = await store.AllowAsync(wanted["--name"], wanted["--url"], wanted.GetValueOrDefault("--scenario"));
        if (made.Secret is null)
        {
            await error.WriteLineAsync(made.Fault);
            return ExitCode.Failed;
        }

        await output.WriteLineAsync(made.Secret);
        return ExitCode.Done;
    }

    private static async Task<int> ListAsync(WebhookStore store, TextWriter output)
    {
        foreach (var webhook in await store.ListAsync())
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{webhook.Number}  {webhook.Name}  {webhook.Url}  {webhook.Scenario ?? "every scenario"}  {webhook.DisabledReason ?? "on"}"));
        }

        return ExitCode.Done;
    }

    private static async Task<int> RemoveAsync(WebhookStore store, Dictionary<string, string> wanted, TextWriter error)
    {
        if (await store.RemoveAsync(int.Parse(wanted["--number"], CultureInfo.InvariantCulture)))
        {
            return ExitCode.Done;
        }

        await error.WriteLineAsync($"There is no webhook {wanted["--number"]}; \"webhooks list\" shows them.");
        return ExitCode.Failed;
    }

    private static ServiceProvider Services(DataFolder folder)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System).AddLogging().AddStorage(folder);
        services.AddSingleton(new WebhookOptions());
        services.AddSingleton<WebhookStore>();
        services.AddDataProtection().SetApplicationName(ConsoleHost.ApplicationName).PersistKeysToFileSystem(new DirectoryInfo(folder.Keys));
        return services.BuildServiceProvider();
    }

    private static bool TryParse(IReadOnlyList<string> arguments, out Dictionary<string, string> wanted, out string fault)
    {
        wanted = new Dictionary<string, string>(StringComparer.Ordinal) { ["--data"] = ServeOptions.DefaultDataDirectory(demo: false, bench: false) };
        string[] known = arguments.Count == 0 ? [] : arguments[0] switch
        {
            "allow" => ["--name", "--url", "--scenario", "--data"],
            "list" => ["--data"],
            "remove" => ["--number", "--data"],
            _ => [],
        };
        if (known.Length == 0)
        {
            fault = "webhooks knows three words: allow, list, remove.";
            return false;
        }

        for (var i = 1; i < arguments.Count; i += 2)
        {
            if (!known.Contains(arguments[i]) || i + 1 == arguments.Count)
            {
                fault = $"webhooks {arguments[0]} does not understand \"{arguments[i]}\"; it takes {string.Join(", ", known)}, each with a value.";
                return false;
            }

            wanted[arguments[i]] = arguments[i] == "--data" ? Path.GetFullPath(arguments[i + 1]) : arguments[i + 1];
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
