using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MicroIntervention.Engine.Delivery;
using MicroIntervention.Web.Channels.Webhook;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Channels.Webhook;

public sealed class WebhookStoreTests
{
    [Fact]
    public async Task Allow_Address_ShowsItsSecretOnceAndKeepsItEncrypted()
    {
        using var temp = new TempFolder();
        var keys = new EphemeralDataProtectionProvider();
        await using var services = await ServicesAsync(temp);
        string secret;
        using (var store = Store(services, keys))
        {
            var created = await store.AllowAsync("Helpdesk", "https://hooks.example.com/in", "checkout-failure", DeliveryKind.Handoff);
            secret = created.Secret!;
            Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
            var endpoint = Assert.Single(await store.LoadAsync());
            Assert.Equal(secret, endpoint.Secret.Reveal());
            Assert.Equal(DeliveryKind.Handoff, endpoint.Kind);
            Assert.Equal("checkout-failure", endpoint.Scenario?.Value);
            Assert.Equal("Helpdesk", Assert.Single(await store.ListAsync()).Name);

            // The same again gives an equal endpoint, so that a reload does not disturb its senders.
            Assert.Equal(endpoint, Assert.Single(await store.LoadAsync()));
        }

        // A copy of the database without the key ring gives no secret away and sends nothing.
        using var thief = Store(services, new EphemeralDataProtectionProvider());
        Assert.Empty(await thief.LoadAsync());
        await services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContext().Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        var file = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(temp.At("console.db")));
        Assert.DoesNotContain(secret[6..], file, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://hooks.example.com/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("nonsense")]
    public async Task Allow_ForbiddenAddress_IsRefusedWithASentence(string url)
    {
        using var temp = new TempFolder();
        await using var services = await ServicesAsync(temp);
        using var store = Store(services, new EphemeralDataProtectionProvider());
        var answer = await store.AllowAsync("x", url);
        Assert.Null(answer.Webhook);
        Assert.Null(answer.Secret);
        Assert.NotNull(answer.Fault);
        Assert.Empty(await store.ListAsync());
    }

    [Fact]
    public async Task SwitchOff_Gone_KeepsTheReasonUntilAnAdminSwitchesOn()
    {
        using var temp = new TempFolder();
        await using var services = await ServicesAsync(temp);
        using var store = Store(services, new EphemeralDataProtectionProvider());
        var number = (await store.AllowAsync("x", "https://hooks.example.com/")).Webhook!.Number;
        var changes = 0;
        store.Changed += () => changes++;
        store.SwitchOff(number, "said 410");
        Assert.Equal("said 410", Assert.Single(await store.ListAsync()).DisabledReason);
        Assert.Empty(await store.LoadAsync());
        Assert.True(await store.SwitchOnAsync(number));
        Assert.False(await store.SwitchOnAsync(number));
        Assert.Single(await store.LoadAsync());
        Assert.True(await store.RemoveAsync(number));
        Assert.False(await store.RemoveAsync(number));
        Assert.Equal(2, changes);
    }

    private static WebhookStore Store(ServiceProvider services, IDataProtectionProvider keys) => new(
        services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>(), keys, TimeProvider.System, new WebhookOptions(), NullLogger<WebhookStore>.Instance);

    private static async Task<ServiceProvider> ServicesAsync(TempFolder temp)
    {
        Assert.True(DataFolder.TryOpen(temp.Path, out var folder, out _, out var fault), fault);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(folder);
        services.AddSingleton(TimeProvider.System);
        services.AddStorage(folder);
        var provider = services.BuildServiceProvider();
        await provider.PrepareStorageAsync();
        return provider;
    }
}
