using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MicroIntervention.Bench.Proofs;

/// <summary>The real server as a child process on a folder and its port. Killed when disposed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>Settings under which no prompt is late, for proofs of something else on a machine that may be slow, and of what a restart sends again.</summary>
    public static readonly Dictionary<string, string> Patient = new() { ["Engine__PromptBudget"] = "00:01:00" };

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<string> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => _process = process;

    /// <summary>What the server said to open; with a welcome code where it gave one.</summary>
    public Uri Open { get; private set; } = null!;

    public Uri Url => new(Open, "/");

    /// <summary>When its last line, the one that says what to open, had come; Stopwatch ticks.</summary>
    public long ListeningAt { get; private set; }

    /// <summary>From the start of the process to that line.</summary>
    public TimeSpan StartTime { get; private set; }

    public bool HasExited => _process.HasExited;

    /// <summary>Everything it printed so far.</summary>
    public string Printed => string.Join('\n', _lines);

    /// <param name="folder">Its data folder and port.</param>
    /// <param name="options">After <c>serve --data DIR --urls URL</c>.</param>
    public static Task<ServerProcess> StartAsync(ProofFolder folder, params string[] options) => StartAsync(folder, [], options);

    /// <param name="settings">Environment variables.</param>
    /// <exception cref="InvalidOperationException">It ended or said nothing for two minutes; its output is in the message.</exception>
    public static async Task<ServerProcess> StartAsync(ProofFolder folder, Dictionary<string, string> settings, params string[] options)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{folder.Port}");
        var start = WebProgram.Command(folder.MasterKey, ["serve", "--data", folder.Data, "--urls", url, .. options]);
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var began = Stopwatch.GetTimestamp();
        var server = new ServerProcess(Process.Start(start)!);
        server._process.OutputDataReceived += server.OnLine;
        server._process.ErrorDataReceived += server.OnLine;
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        try
        {
            server.Open = new Uri(await server._listening.Task.WaitAsync(LongestStart));
            server.StartTime = Stopwatch.GetElapsedTime(began, server.ListeningAt);
            return server;
        }
        catch (Exception problem) when (problem is TimeoutException or InvalidOperationException)
        {
            var printed = server.Printed;
            await server.DisposeAsync();
            throw new InvalidOperationException("The server did not start: " + printed, problem);
        }
    }

    /// <summary>SIGKILL, and its end.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and its end.</summary>
    /// <returns>Its exit code; null when it had not ended after 30 s and was killed.</returns>
    public async Task<int?> StopAsync()
    {
        WebProgram.Terminate(_process);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            return null;
        }
    }

    /// <summary>Its working set, bytes.</summary>
    public long ReadWorkingSet()
    {
        foreach (var line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/status")))
        {
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
            {
                return long.Parse(line["VmRSS:".Length..^"kB".Length], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024;
            }
        }

        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void OnLine(object sender, DataReceivedEventArgs args)
    {
        if (args.Data is not { } line)
        {
            _listening.TrySetException(new InvalidOperationException("It ended."));
            return;
        }

        _lines.Enqueue(line);
        var at = line.IndexOf("Open http", StringComparison.Ordinal);
        if (at >= 0)
        {
            ListeningAt = Stopwatch.GetTimestamp();
            _listening.TrySetResult(line[(at + "Open ".Length)..].TrimEnd('│', ' '));
        }
    }
}
