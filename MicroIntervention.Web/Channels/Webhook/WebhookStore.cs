using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>The allow-list of webhook addresses. Callers make sure that only an admin changes it.</summary>
/// <remarks>Thread-safe. Secrets are encrypted with a key ring that is not in this database, and leave it only towards the senders.</remarks>
public sealed class WebhookStore(
    IDbContextFactory<ConsoleDbContext> contexts, IDataProtectionProvider protection, TimeProvider time, WebhookOptions options, ILogger<WebhookStore> log) : IDisposable
{
    /// <summary>Most addresses; each has threads of its own.</summary>
    public const int MaxEndpoints = 32;

    private readonly IDataProtector _protector = protection.CreateProtector("MicroIntervention.Webhook.Secret.v1");
    private readonly SemaphoreSlim _oneWriter = new(1, 1);

    /// <summary>Raised after an address was allowed, removed, switched on or off by an admin; on the thread that did it.</summary>
    public event Action? Changed;

    /// <summary>Allows an address and makes its secret.</summary>
    public async Task<CreatedWebhook> AllowAsync(
        string name, string url, string? scenario = null, DeliveryKind? kind = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Trim().Length is 0 or > 100)
        {
            return new CreatedWebhook(null, null, "Give the address a name of 1 to 100 characters.");
        }

        if (!WebhookTarget.TryCreate(url, options.AllowLoopback, out _, out var fault))
        {
            return new CreatedWebhook(null, null, fault);
        }

        var secret = WebhookSecret.Create().Reveal();
        WebhookEndpointRow row;
        await _oneWriter.WaitAsync(cancel);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancel);
            if (await db.Set<WebhookEndpointRow>().CountAsync(cancel) >= MaxEndpoints)
            {
                return new CreatedWebhook(null, null, $"There are {MaxEndpoints} addresses already; remove one first.");
            }

            row = new WebhookEndpointRow
            {
                Number = (await db.Set<WebhookEndpointRow>().MaxAsync(r => (int?)r.Number, cancel) ?? 0) + 1,
                Name = name.Trim(),
                Url = url,
                ProtectedSecret = _protector.Protect(Encoding.UTF8.GetBytes(secret)),
                Scenario = scenario,
                Kind = kind switch
                {
                    null => null,
                    DeliveryKind.Prompt => "prompt",
                    DeliveryKind.Handoff => "handoff",
                    _ => throw new ArgumentOutOfRangeException(nameof(kind)),
                },
                CreatedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            };
            db.Add(row);
            await db.SaveChangesAsync(cancel);
        }
        finally
        {
            _oneWriter.Release();
        }

        Changed?.Invoke();
        return new CreatedWebhook(ToPage(row), secret, null);
    }

    /// <summary>All addresses by number, for a page.</summary>
    public async Task<IReadOnlyList<AllowedWebhook>> ListAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.Set<WebhookEndpointRow>().AsNoTracking().OrderBy(row => row.Number).Take(MaxEndpoints).ToListAsync(cancel);
        return rows.ConvertAll(ToPage);
    }

    /// <summary>Takes an address off the list. False when it is not on it.</summary>
    public async Task<bool> RemoveAsync(int number, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return Tell(await db.Set<WebhookEndpointRow>().Where(row => row.Number == number).ExecuteDeleteAsync(cancel));
    }

    /// <summary>Sends to an address again. False when it is not on the list or not switched off.</summary>
    public async Task<bool> SwitchOnAsync(int number, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return Tell(await db.Set<WebhookEndpointRow>().Where(row => row.Number == number && row.DisabledAtMs != null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAtMs, (long?)null).SetProperty(row => row.DisabledReason, (string?)null), cancel));
    }

    /// <summary>Writes down that a receiver wants no more. Called by a sender thread, which has already stopped sending.</summary>
    internal void SwitchOff(int number, string reason)
    {
        using var db = contexts.CreateDbContext();
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        db.Set<WebhookEndpointRow>().Where(row => row.Number == number)
            .ExecuteUpdate(set => set.SetProperty(row => row.DisabledAtMs, nowMs).SetProperty(row => row.DisabledReason, reason));
    }

    /// <summary>The addresses that are sent to, secrets decrypted. An address that no longer passes the checks, or whose secret cannot be read, is left out and logged.</summary>
    internal async Task<IReadOnlyList<WebhookEndpoint>> LoadAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.Set<WebhookEndpointRow>().AsNoTracking()
            .Where(row => row.DisabledAtMs == null).OrderBy(row => row.Number).Take(MaxEndpoints).ToListAsync(cancel);
        var endpoints = new List<WebhookEndpoint>(rows.Count);
        foreach (var row in rows)
        {
            if (!WebhookTarget.TryCreate(row.Url, options.AllowLoopback, out var target, out _))
            {
                log.NotUsable(row.Number, row.Name, "its address is not allowed in this mode");
            }
            else if (Unprotect(row) is not { } secret)
            {
                log.NotUsable(row.Number, row.Name, "its secret cannot be decrypted with the key ring of this data folder");
            }
            else
            {
                endpoints.Add(new WebhookEndpoint(
                    row.Number, row.Name, target, secret, row.Scenario is { } scenario ? new ScenarioKey(scenario) : null, KindOf(row)));
            }
        }

        return endpoints;
    }

    public void Dispose() => _oneWriter.Dispose();

    private WebhookSecret? Unprotect(WebhookEndpointRow row)
    {
        try
        {
            return WebhookSecret.TryParse(Encoding.UTF8.GetString(_protector.Unprotect(row.ProtectedSecret)), out var secret) ? secret : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private bool Tell(int changed)
    {
        if (changed > 0)
        {
            Changed?.Invoke();
        }

        return changed > 0;
    }

    private static DeliveryKind? KindOf(WebhookEndpointRow row) => row.Kind switch
    {
        "prompt" => DeliveryKind.Prompt,
        "handoff" => DeliveryKind.Handoff,
        _ => null,
    };

    private static AllowedWebhook ToPage(WebhookEndpointRow row) => new(
        row.Number, row.Name, row.Url, row.Scenario, KindOf(row), DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAtMs), row.DisabledReason);
}
