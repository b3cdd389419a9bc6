using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Ingest;

/// <summary><c>keys create</c>: makes a write key and prints it once. On a running server it opens the doors at once.</summary>
internal sealed class KeysCommand : ParsedCommand<NewSource>
{
    public override string Name => "keys";

    public override string Usage => "create --kind server|browser --name N [--origin https://shop.example]… [--data DIR]";

    public override string Summary => "Makes a write key and prints it, this once. --origin (browser keys, repeatable) binds it to the sites it may be used from.";

    protected override async Task<int> DoAsync(NewSource wanted, FolderWork work)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(work);
        var made = await work.Services.GetRequiredService<SourceStore>().CreateAsync(wanted, work.Cancel);
        await work.Services.GetRequiredService<AuditLog>().AddAsync(
            FolderWork.Actor,
            wanted.Kind == SourceKind.Server ? ConsoleAction.SourcesServer : ConsoleAction.SourcesBrowser,
            "source " + made.Source.Number.ToString(CultureInfo.InvariantCulture),
            "made",
            CancellationToken.None);
        await work.Output.WriteLineAsync(made.Key);
        if (made.Source.WorksFromAnywhere)
        {
            await work.Error.WriteLineAsync("This key is bound to no origin: any page on the web may send under it. For production make one with --origin https://your.site.");
        }

        return ExitCode.Done;
    }

    protected override bool TryRead(IReadOnlyList<string> words, [NotNullWhen(true)] out NewSource? wanted, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(words);
        wanted = null;
        if (words.Count == 0 || words[0] != "create")
        {
            fault = "keys knows one word: create.";
            return false;
        }

        string? name = null;
        SourceKind? kind = null;
        var origins = new List<AllowedOrigin>();
        for (var i = 1; i < words.Count; i += 2)
        {
            var value = i + 1 < words.Count ? words[i + 1] : "";
            switch (words[i])
            {
                case "--kind" when value is "server" or "browser":
                    kind = value == "server" ? SourceKind.Server : SourceKind.Browser;
                    break;
                case "--name" when value.Trim().Length is >= 1 and <= 100:
                    name = value;
                    break;
                case "--origin" when value.Length > 0:
                    if (!AllowedOrigin.TryParse(value, out var origin, out fault))
                    {
                        return false;
                    }

                    origins.Add(origin);
                    break;
                default:
                    fault = $"keys create does not understand \"{words[i]} {value}\". Usage: keys create --kind server|browser --name N [--origin https://shop.example]… [--data DIR]";
                    return false;
            }
        }

        fault = kind is null ? "keys create needs --kind server or --kind browser."
            : name is null ? "keys create needs --name, 1 to 100 characters."
            : origins.Count > 0 && kind == SourceKind.Server ? "--origin is for browser keys; a server key has none."
            : null;
        wanted = fault is null ? new NewSource(name!, kind!.Value, origins) : null;
        return fault is null;
    }
}
