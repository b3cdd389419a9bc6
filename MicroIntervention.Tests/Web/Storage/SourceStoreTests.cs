using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Storage;

[Proves("R-73")]
public sealed class SourceStoreTests
{
    [Fact]
    public async Task CreateAsync_BothKinds_NumbersRiseAndOnlyPublicKeysAreKept()
    {
        await using var server = await ConsoleServer.StartAsync();
        var store = server.Services.GetRequiredService<SourceStore>();
        var changes = 0;
        store.Changed += () => changes++;

        var browser = await store.CreateAsync(new NewSource("shop", SourceKind.Browser, [AllowedOrigin.FromStore("https://shop.example")]));
        var secret = await store.CreateAsync(new NewSource("backend", SourceKind.Server, []));

        Assert.Equal(browser.Source.Number + 1, secret.Source.Number);
        Assert.Equal(browser.Key, browser.Source.PublicKey);
        Assert.Null(secret.Source.PublicKey);
        Assert.Equal(SourceStore.HashOf(secret.Key), secret.Source.KeyHash.ToArray());
        Assert.StartsWith(secret.Source.KeyPrefix, secret.Key, StringComparison.Ordinal);
        Assert.Equal(2, changes);
        var listed = (await store.ListAsync()).Single(source => source.Number == browser.Source.Number);
        Assert.Equal(["https://shop.example"], listed.Origins.Select(origin => origin.Text));
    }

    [Fact]
    public async Task RevokeAsync_Twice_IsTrueOnce()
    {
        await using var server = await ConsoleServer.StartAsync();
        var store = server.Services.GetRequiredService<SourceStore>();
        var made = await store.CreateAsync(new NewSource("shop", SourceKind.Browser, []));

        Assert.True(await store.RevokeAsync(made.Source.Number));
        Assert.False(await store.RevokeAsync(made.Source.Number));

        Assert.True((await store.ListAsync()).Single(source => source.Number == made.Source.Number).IsRevoked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public async Task CreateAsync_NoName_Throws(string name)
    {
        await using var server = await ConsoleServer.StartAsync();
        var store = server.Services.GetRequiredService<SourceStore>();

        await Assert.ThrowsAsync<ArgumentException>(() => store.CreateAsync(new NewSource(name, SourceKind.Browser, [])));
    }
}
