using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MicroIntervention.Web.Replay;

/// <summary>How a file is to be replayed.</summary>
internal sealed record ReplayOptions
{
    public required string File { get; init; }

    public required ReplayFormat Format { get; init; }

    /// <summary>Event time per real time; infinite for as fast as it goes (the default).</summary>
    public double Speed { get; init; } = double.PositiveInfinity;

    /// <summary>Default 4; 1 to 64.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>A running server; null for one of its own on a temporary folder.</summary>
    public Uri? Url { get; init; }

    public string? Key { get; init; }

    /// <summary>Year of the first line, for formats without one.</summary>
    public required int Year { get; init; }

    public static bool TryParse(IReadOnlyList<string> arguments, int thisYear, [NotNullWhen(true)] out ReplayOptions? options, [NotNullWhen(false)] out string? fault)
    {
        options = null;
        if (arguments.Count == 0 || arguments[0].StartsWith("--", StringComparison.Ordinal))
        {
            fault = "replay needs a file first: replay FILE --as openssh|segment-jsonl";
            return false;
        }

        ReplayFormat? format = null;
        var read = new ReplayOptions { File = Path.GetFullPath(arguments[0]), Format = default, Year = thisYear };
        for (var i = 1; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--as" when value is "openssh" or "segment-jsonl":
                    format = value == "openssh" ? ReplayFormat.OpenSsh : ReplayFormat.SegmentJsonLines;
                    break;
                case "--speed" when value == "max":
                    read = read with { Speed = double.PositiveInfinity };
                    break;
                case "--speed" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is > 0 and <= 1e9:
                    read = read with { Speed = speed };
                    break;
                case "--connections" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var connections) && connections is >= 1 and <= 64:
                    read = read with { Connections = connections };
                    break;
                case "--year" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1970 and <= 9000:
                    read = read with { Year = year };
                    break;
                case "--url" when Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https":
                    read = read with { Url = new Uri(value) };
                    break;
                case "--key" when value.Length > 0:
                    read = read with { Key = value };
                    break;
                default:
                    fault = $"replay does not understand \"{arguments[i]} {value}\". \"help\" lists the options.";
                    return false;
            }
        }

        fault = format is null ? "replay needs --as openssh or --as segment-jsonl."
            : (read.Url is null) != (read.Key is null) ? "--url and --key go together."
            : null;
        options = fault is null ? read with { Format = format!.Value } : null;
        return fault is null;
    }
}
