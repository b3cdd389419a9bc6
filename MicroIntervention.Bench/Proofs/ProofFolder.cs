using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Web.Channels.Webhook;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Bench.Proofs;

/// <summary>An empty data folder for one child server, its master key, and a loopback port that it keeps over restarts. Removed when disposed.</summary>
internal sealed class ProofFolder : IDisposable
{
    private readonly byte[] _masterKey = RandomNumberGenerator.GetBytes(32);
    private readonly string _root = Directory.CreateTempSubdirectory("mi-proof-").FullName;

    public ProofFolder()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Port = ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>The data folder; the server makes it.</summary>
    public string Data => At("data");

    public int Port { get; }

    /// <summary>The master key as the child reads it from MI_MASTER_KEY, so that no key file is left behind.</summary>
    public string MasterKey => Convert.ToBase64String(_masterKey);

    /// <summary>A path beside the data folder; nothing is created.</summary>
    public string At(string name) => Path.Combine(_root, name);

    /// <summary>Makes a key. No server may hold the folder.</summary>
    /// <param name="origins">Of a browser key; none allows any.</param>
    public async Task<string> CreateKeyAsync(SourceKind kind = SourceKind.Server, params string[] origins)
    {
        var key = "";
        await WithServicesAsync(async services => key = (await services.GetRequiredService<SourceStore>().CreateAsync(new NewSource("proof", kind, [.. origins.Select(AllowedOrigin.FromStore)]))).Key);
        return key;
    }

    /// <summary>Allows an address on this machine for webhooks, which only a server with --demo or --bench then sends to. No server may hold the folder.</summary>
    public Task AllowWebhookAsync(Uri url) => WithServicesAsync(async services =>
    {
        var made = await services.GetRequiredService<WebhookStore>().AllowAsync("proof", url.ToString());
        if (made.Fault is { } fault)
        {
            throw new InvalidOperationException(fault);
        }
    });

    /// <summary>Opens what the server wrote. No server may hold the folder.</summary>
    public Installation OpenInstallation() => Installation.OpenOrCreate(Data, new InstallationOptions { MasterKey = _masterKey });

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        try
        {
            Directory.Delete(_root, recursive: true);
        }
        catch (IOException)
        {
            // A child that is still ending must not hide the proof's own result.
        }
    }

    private async Task WithServicesAsync(Func<IServiceProvider, Task> use)
    {
        if (!DataFolder.TryOpen(Data, out var folder, out _, out var fault))
        {
            throw new InvalidOperationException(fault);
        }

        using (folder)
        {
            var services = new ServiceCollection();
            services.AddSingleton(TimeProvider.System).AddLogging().AddStorage(folder);
            services.AddSingleton(new WebhookOptions { AllowLoopback = true });
            services.AddSingleton<WebhookStore>();
            services.AddDataProtection().SetApplicationName(ConsoleHost.ApplicationName).PersistKeysToFileSystem(new DirectoryInfo(folder.Keys));
            await using var provider = services.BuildServiceProvider();
            await provider.PrepareStorageAsync();
            await use(provider);
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }
}
