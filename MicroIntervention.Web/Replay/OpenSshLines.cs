using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MicroIntervention.Web.Replay;

/// <summary>Reads sshd's log: failed and accepted passwords become <c>Login Failed</c> and <c>Login Succeeded</c> of the address they came from.</summary>
/// <remarks>
/// Times are taken as UTC; the log names no year, so the first line's is given and every fall from December to January starts the next.
/// "message repeated N times" counts N times. "Failed none" is a client's first question, not an attempt.
/// Of the user name that was tried only a hash is taken over (property <c>account</c>), enough to count different ones.
/// </remarks>
internal sealed partial class OpenSshLines(string fileHash, int year)
{
    private int _year = year;
    private int _month;

    /// <summary>The events of one line; none for a line about something else.</summary>
    /// <param name="number">From 1.</param>
    public IEnumerable<ReplayEvent> Read(string line, int number)
    {
        var match = Line().Match(line);
        if (!match.Success ||
            !DateTime.TryParseExact($"{match.Groups["time"].Value.Replace("  ", " ", StringComparison.Ordinal)} 2024", "MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            yield break;
        }

        _year += _month == 12 && time.Month == 1 ? 1 : 0;
        _month = time.Month;

        // A log of 29 February with a year that has none: the day after.
        var at = new DateTimeOffset(_year, time.Month, 1, time.Hour, time.Minute, time.Second, TimeSpan.Zero).AddDays(time.Day - 1);
        var address = match.Groups["address"].Value;
        var account = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{fileHash}:{match.Groups["account"].Value}")))[..16];
        var repeats = match.Groups["repeats"] is { Success: true } times ? Math.Clamp(int.Parse(times.ValueSpan, CultureInfo.InvariantCulture), 1, 1_000) : 1;
        for (var repeat = 1; repeat <= repeats; repeat++)
        {
            var json = new JsonObject
            {
                ["type"] = "track",
                ["event"] = match.Groups["what"].Value[0] == 'F' ? "Login Failed" : "Login Succeeded",
                ["anonymousId"] = address,
                ["messageId"] = string.Create(CultureInfo.InvariantCulture, $"{fileHash}:{number}:{repeat}"),
                ["properties"] = new JsonObject { ["account"] = account },
                ["timestamp"] = at.ToUnixTimeMilliseconds(),
            };
            yield return new ReplayEvent(address, at.ToUnixTimeMilliseconds(), json.ToJsonString());
        }
    }

    // Anchored at the message's start, and the address is the last one on the line: a user name may contain anything, " from 1.2.3.4" included.
    [GeneratedRegex(@"^(?<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) \S+ sshd\[\d+\]: (message repeated (?<repeats>\d{1,9}) times: \[ )?(?<what>Failed password|Accepted [a-z-]+(/[a-z-]+)?) for (invalid user )?(?<account>.*) from (?<address>\S+) port \d+", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
