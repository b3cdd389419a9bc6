using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MicroIntervention.Web.Hosting;

/// <summary>How the server was asked to start.</summary>
public sealed record ServeOptions
{
    /// <summary>Full path of the data folder. Default: <see cref="DefaultDataDirectory"/>.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Addresses to listen on, separated by semicolons. Default http://localhost:5000; with <see cref="Bench"/> http://127.0.0.1:7001.</summary>
    public string Urls { get; init; } = "http://localhost:5000";

    /// <summary>Creates the demo manager and the demo shop's source; allows webhooks to this machine.</summary>
    public bool Demo { get; init; }

    /// <summary>Serves the bench pack with write key <c>bench</c> and sends webhooks to 127.0.0.1:7002.</summary>
    public bool Bench { get; init; }

    /// <summary>A replay workspace: the engine runs on the events' own time and takes only event-clock sources. Set by <c>replay</c>.</summary>
    public bool EventClock { get; init; }

    /// <summary>The folder used when <c>--data</c> is not given: microintervention under the user's local data folder
    /// (on Linux ~/.local/share), with "-demo" or "-bench" added so that invented data never mixes with real data.</summary>
    public static string DefaultDataDirectory(bool demo, bool bench)
    {
        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var parent = local.Length > 0 ? local : AppContext.BaseDirectory;
        return Path.Combine(parent, bench ? "microintervention-bench" : demo ? "microintervention-demo" : "microintervention");
    }

    /// <summary>Reads the options of <c>serve</c>.</summary>
    /// <param name="fault">When false is returned: a sentence that says what to change.</param>
    public static bool TryParse(IReadOnlyList<string> arguments, [NotNullWhen(true)] out ServeOptions? options, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        options = null;
        string? data = null;
        string? urls = null;
        var demo = false;
        var bench = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, inline) = Split(arguments[i]);
            switch (name)
            {
                case "--demo" when inline is null:
                    demo = true;
                    break;
                case "--bench" when inline is null:
                    bench = true;
                    break;
                case "--data" or "--urls":
                    var value = inline ?? (i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal) ? arguments[++i] : null);
                    if (string.IsNullOrWhiteSpace(value))
                    {
                        fault = name == "--data" ? "--data needs a folder after it." : "--urls needs addresses after it, such as http://localhost:5000.";
                        return false;
                    }

                    (data, urls) = name == "--data" ? (value, urls) : (data, value);
                    break;
                default:
                    fault = $"serve has no option \"{arguments[i]}\". \"help\" lists the options.";
                    return false;
            }
        }

        if (demo && bench)
        {
            fault = "--demo and --bench exclude each other.";
            return false;
        }

        urls ??= bench ? "http://127.0.0.1:7001" : "http://localhost:5000";
        if (FaultOf(urls) is { } urlFault)
        {
            fault = urlFault;
            return false;
        }

        options = new ServeOptions
        {
            DataDirectory = Path.GetFullPath(data ?? DefaultDataDirectory(demo, bench)),
            Urls = urls,
            Demo = demo,
            Bench = bench,
        };
        fault = null;
        return true;
    }

    private static (string Name, string? Inline) Split(string argument) =>
        argument.IndexOf('=', StringComparison.Ordinal) is var at and > 0 && argument.StartsWith("--", StringComparison.Ordinal)
            ? (argument[..at], argument[(at + 1)..])
            : (argument, null);

    private static string? FaultOf(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // Kestrel's wildcards are not host names to Uri.
            var plain = url.Replace("://*", "://any", StringComparison.Ordinal).Replace("://+", "://any", StringComparison.Ordinal);
            if (!Uri.TryCreate(plain, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            {
                return string.Create(CultureInfo.InvariantCulture, $"\"{url}\" is not an address to listen on; write it like http://localhost:5000.");
            }
        }

        return null;
    }
}
