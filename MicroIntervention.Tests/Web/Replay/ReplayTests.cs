using System.Globalization;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Web.Replay;

namespace MicroIntervention.Tests.Web.Replay;

public sealed class ReplayTests
{
    [Theory]
    [InlineData("Dec 10 06:55:48 LabSZ sshd[24200]: Failed password for invalid user webmaster from 173.234.31.186 port 38926 ssh2", "Login Failed", 1)]
    [InlineData("Dec  1 07:13:56 LabSZ sshd[24227]: message repeated 5 times: [ Failed password for root from 5.36.59.76 port 42393 ssh2]", "Login Failed", 5)]
    [InlineData("Dec 10 09:32:20 LabSZ sshd[24680]: Accepted password for fztu from 119.137.62.142 port 49116 ssh2", "Login Succeeded", 1)]
    [InlineData("Dec 10 09:32:20 LabSZ sshd[24680]: Failed password for invalid user  from 0.0.0.0 port 1 from 1.2.3.4 port 22 ssh2", "Login Failed", 1)]
    [InlineData("Dec 10 06:55:46 LabSZ sshd[24200]: Invalid user webmaster from 173.234.31.186", null, 0)]
    [InlineData("Dec 10 06:55:46 LabSZ cron[1]: x sshd[2]: Failed password for a from 1.1.1.1 port 1", null, 0)]
    [InlineData("Dec 10 06:55:46 LabSZ sshd[24200]: Failed none for invalid user admin from 1.1.1.1 port 1 ssh2", null, 0)]
    [InlineData("", null, 0)]
    public void Read_SshLine_GivesItsEvents(string line, string? name, int count)
    {
        var events = new OpenSshLines("hash", 2016).Read(line, 7).ToList();

        Assert.Equal(count, events.Count);
        Assert.All(events, one => Assert.Contains($"\"{name}\"", one.Json, StringComparison.Ordinal));
        Assert.Equal(count, events.Select(one => one.Json).Distinct().Count());
    }

    [Fact]
    public void Read_DecemberThenJanuary_TurnsTheYear()
    {
        var lines = new OpenSshLines("hash", 2016);
        string Line(string day) => day + " 06:55:48 h sshd[1]: Failed password for a from 1.1.1.1 port 1 ssh2";

        var times = new[] { "Dec 31", "Jan  1" }.SelectMany((day, i) => lines.Read(Line(day), i)).Select(one => DateTimeOffset.FromUnixTimeMilliseconds(one.AtMs).Date).ToList();

        Assert.Equal([new DateTime(2016, 12, 31), new DateTime(2017, 1, 1)], times);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file --as csv")]
    [InlineData("--as openssh")]
    [InlineData("file --as openssh --speed 0")]
    [InlineData("file --as openssh --connections 65")]
    [InlineData("file --as openssh --url http://localhost:1")]
    [InlineData("file --as openssh --what")]
    public void TryParse_NotUnderstood_SaysWhy(string arguments)
    {
        Assert.False(ReplayOptions.TryParse(arguments.Split(' '), 2026, out _, out var fault));
        Assert.NotEmpty(fault);
    }

    [SharedFact]
    [Proves("R-10")]
    public async Task RunOwnAsync_OpenSshLog_FindsElevenSourcesAtTheirFifthFailureHoweverItIsSent()
    {
        var path = SharedData.PathOf("data", "loghub_auth", "OpenSSH_2k.log");
        var file = await ReplayFile.ReadAsync(path, ReplayFormat.OpenSsh, 2016);
        var failures = file.Events.Where(one => one.Json.Contains("Login Failed", StringComparison.Ordinal)).ToList();
        Assert.Equal(528, failures.Count);
        Assert.Equal(23, failures.Select(one => one.Visitor).Distinct().Count());

        var first = await DecisionsAsync(path, file, connections: 1);
        var second = await DecisionsAsync(path, file, connections: 8);

        // Per installation the ids differ by its key; times and reasons may not.
        Assert.Equal(first.Select(Line), second.Select(Line));
        Assert.Equal(12, first.Count);
        Assert.Equal(11, first.Select(one => one.Facts.Visitor).Distinct().Count());
        Assert.All(first, one => Assert.Equal(DecisionReason.LikelyBot, one.Reason));
        var expected = failures.GroupBy(one => one.Visitor).Select(group => group.Select(one => one.AtMs).ToList())
            .Select(times => Enumerable.Range(4, Math.Max(0, times.Count - 4)).Where(i => times[i] - times[i - 4] < 600_000).Select(i => (long?)times[i]).FirstOrDefault())
            .Where(at => at is not null).Order().ToList();
        Assert.Equal(expected, first.GroupBy(one => one.Facts.Visitor).Select(group => (long?)group.Min(one => one.Facts.At.Milliseconds)).Order());
    }

    private static string Line(Decision decision) =>
        string.Create(CultureInfo.InvariantCulture, $"{decision.Facts.At.Milliseconds} {decision.Facts.Scenario} {decision.Reason} {decision.Facts.Forecast.Score}");

    private static async Task<List<Decision>> DecisionsAsync(string path, ReplayFile file, int connections)
    {
        var tally = new ReplayTally();
        await ReplayCommand.RunOwnAsync(new ReplayOptions { File = path, Format = ReplayFormat.OpenSsh, Year = 2016, Connections = connections }, file, TextWriter.Null, tally);
        return [.. tally.Decisions.Where(one => one.Facts.Scenario.Value == "password-lockout").OrderBy(one => one.Facts.At.Milliseconds).ThenBy(Line, StringComparer.Ordinal)];
    }
}
