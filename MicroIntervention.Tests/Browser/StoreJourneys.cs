using Microsoft.Playwright;

namespace MicroIntervention.Tests.Browser;

/// <summary>The demo shop, driven as a customer would.</summary>
[Collection(BrowserCollection.Name)]
public sealed class StoreJourneys(ChromiumFixture chromium)
{
    [ChromiumFact, Proves("R-02"), Proves("R-13")]
    public async Task Store_PayTwiceWithTheCardThatIsDeclined_PromptThenOrder()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var declined = 0;
        server.Script = signal => signal.TryGetProperty("event", out var name) && name.GetString() == "Payment Declined" && ++declined == 2
            ? [ShopServer.Prompt(new string('a', 32), signal.GetProperty("messageId").GetString())]
            : [];
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.Url + "/store?filled=1");
        await ShopServer.UntilAsync(() => server.OpenStreams == 1, "the stream");
        await page.ClickAsync("#pay");
        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync("declined");
        Assert.Equal(0, await page.Locator("mi-prompt").CountAsync());
        await page.ClickAsync("#pay");
        await Assertions.Expect(page.Locator("mi-prompt [role=dialog]")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#strip")).ToContainTextAsync("on your screen");
        await page.ClickAsync("mi-prompt button:text-is('Try another card')");
        await Assertions.Expect(page.Locator("input[value=works]")).ToBeCheckedAsync();
        await page.ClickAsync("#pay");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Thank you");
        await ShopServer.UntilAsync(() => server.Events("Order Completed").Any(), "the order");

        var failed = server.Events("Payment Declined").First().GetProperty("properties");
        Assert.Equal((52.5, "EUR", "card_declined"), (failed.GetProperty("amount").GetDouble(), failed.GetProperty("currency").GetString(), failed.GetProperty("error_code").GetString()));
        Assert.Equal(2, server.Events("Product Added").Count());
        Assert.Single(server.Events("Checkout Started"));
    }

    [ChromiumFact, Proves("R-02")]
    public async Task Store_FiveWrongPasswords_LockTheAccount()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.Url + "/store#/account");
        for (var i = 0; i < 5; i++)
        {
            await page.FillAsync("input[name=password]", "wrong");
            await page.Keyboard.PressAsync("Enter");
        }

        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync("locked");
        await ShopServer.UntilAsync(() => server.Events("Account Locked").Any(), "the lock");
        Assert.Equal(5, server.Events("Login Failed").Count());
        Assert.DoesNotContain(server.Signals, s => s.GetRawText().Contains("wrong", StringComparison.Ordinal));
    }

    [ChromiumFact]
    public async Task Store_FromShelfToCart_SignalsFollow()
    {
        await using var server = await ShopServer.StartAsync();
        await using var context = await chromium.NewContextAsync(390, 844);
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.Url + "/store");
        await page.ClickAsync("h2 >> text=Boston fern");
        await page.ClickAsync("text=Add to cart");
        await page.ClickAsync("text=See the cart");
        await page.ClickAsync("text=Remove");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("empty");
        await ShopServer.UntilAsync(() => server.Events("Product Removed").Any() && server.Signals.Any(s => s.GetProperty("type").GetString() == "page" && s.GetRawText().Contains("/store#/cart", StringComparison.Ordinal)), "the walk through the shop");
        Assert.Single(server.Events("Product Viewed"));
        Assert.Single(server.Events("Product Added"));
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"));
    }
}
