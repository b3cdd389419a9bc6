using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MicroIntervention.Web.Identity;

namespace MicroIntervention.Web.Hosting;

/// <summary>The last lines a starting server prints: where its data is and what to open.</summary>
internal static class StartMessage
{
    public static async Task WriteAsync(WebApplication app, TextWriter output)
    {
        var folder = app.Services.GetRequiredService<DataFolder>();
        var url = Openable(app);
        var code = await app.Services.GetRequiredService<FirstSignIn>().IssueCodeAsync();
        var line = code is null ? $"Open {url}/" : $"Open {url}/welcome?code={code}";
        var rule = new string('─', line.Length + 2);
        await output.WriteLineAsync($"Data folder: {folder.Path}");
        if (code is not null)
        {
            await output.WriteLineAsync("The link signs in once, from this machine, within 15 minutes.");
        }

        await output.WriteLineAsync($"┌{rule}┐");
        await output.WriteLineAsync($"│ {line} │");
        await output.WriteLineAsync($"└{rule}┘");
        await output.FlushAsync();
    }

    /// <summary>The first address as a browser on this machine would type it.</summary>
    internal static string Openable(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses;
        var first = addresses?.FirstOrDefault() ?? "http://localhost:5000";
        return first
            .Replace("//[::]:", "//localhost:", StringComparison.Ordinal)
            .Replace("//0.0.0.0:", "//localhost:", StringComparison.Ordinal)
            .TrimEnd('/');
    }
}
