using System.Diagnostics.CodeAnalysis;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Ingest;

/// <summary><c>keys create</c>: makes a write key on a folder that no server holds, and prints it once.</summary>
internal sealed class KeysCommand : Command
{
    public override string Name => "keys";

    public override string Usage => "create --kind server|browser --name N [--origin https://shop.example]… [--data DIR]";

    public override string Summary => "Makes a write key and prints it, this once. --origin (browser keys, repeatable) binds it to the sites it may be used from.";

    public override async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        if (!TryParse(arguments, out var wanted, out var directory, out var fault))
        {
            await error.WriteLineAsync(fault);
            return ExitCode.Usage;
        }

        if (!DataFolder.TryOpen(directory, out var folder, out var exitCode, out fault))
        {
            await error.WriteLineAsync(fault);
            return exitCode;
        }

        using (folder)
        {
            await using var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddLogging().AddStorage(folder).BuildServiceProvider();
            await services.PrepareStorageAsync();
            var made = await services.GetRequiredService<SourceStore>().CreateAsync(wanted);
            await output.WriteLineAsync(made.Key);
            return ExitCode.Done;
        }
    }

    internal static bool TryParse(
        IReadOnlyList<string> arguments, [NotNullWhen(true)] out NewSource? wanted, out string directory, [NotNullWhen(false)] out string? fault)
    {
        wanted = null;
        directory = ServeOptions.DefaultDataDirectory(demo: false, bench: false);
        if (arguments.Count == 0 || arguments[0] != "create")
        {
            fault = "keys knows one word: create.";
            return false;
        }

        string? name = null;
        SourceKind? kind = null;
        var origins = new List<string>();
        for (var i = 1; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--kind" when value is "server" or "browser":
                    kind = value == "server" ? SourceKind.Server : SourceKind.Browser;
                    break;
                case "--name" when value.Trim().Length is >= 1 and <= 100:
                    name = value;
                    break;
                case "--origin" when IsOrigin(value):
                    origins.Add(value.TrimEnd('/'));
                    break;
                case "--data" when value.Length > 0:
                    directory = Path.GetFullPath(value);
                    break;
                default:
                    fault = $"keys create does not understand \"{arguments[i]} {value}\". Usage: keys create --kind server|browser --name N [--origin https://shop.example]… [--data DIR]";
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

    // As a browser writes it in the Origin header: scheme, host, port, nothing more.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.AbsolutePath == "/" && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;
}
