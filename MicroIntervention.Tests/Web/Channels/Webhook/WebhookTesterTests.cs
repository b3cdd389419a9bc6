using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Web.Channels.Webhook;

namespace MicroIntervention.Tests.Web.Channels.Webhook;

/// <summary>"Send a test" on the whole program: what the receiver gets and what the admin reads.</summary>
[Proves("R-41")]
public sealed class WebhookTesterTests
{
    [Fact]
    public async Task Send_ReceiverAnswers2xx_GotOneSignedTestAboutNobody()
    {
        await using var receiver = await HookServer.StartAsync();
        await using var server = await ConsoleServer.StartAsync(demo: true);
        var (number, secret) = await AllowAsync(server, receiver);

        var test = await server.Services.GetRequiredService<WebhookTester>().SendAsync(number);

        Assert.True(test!.IsDelivered);
        Assert.Equal("The receiver answered 200.", test.Says);
        var got = Assert.Single(receiver.Requests);
        Assert.True(WebhookSecret.TryParse(secret, out var key));
        Assert.Equal(WebhookVerdict.Valid, WebhookSignature.Verify(
            [key], got.Headers["webhook-id"], got.Headers["webhook-timestamp"], got.Headers["webhook-signature"], got.Body, DateTimeOffset.UtcNow));
        using var body = JsonDocument.Parse(got.Body);
        Assert.Equal("webhook.test", body.RootElement.GetProperty("type").GetString());
        Assert.Equal(["type", "version", "sentAt", "text"], body.RootElement.EnumerateObject().Select(property => property.Name));
    }

    [Theory]
    [InlineData(401, "signing secret")]
    [InlineData(302, "a redirect")]
    [InlineData(404, "check path and method")]
    [InlineData(410, "no more webhooks")]
    [InlineData(503, "overloaded")]
    public async Task Send_ReceiverRefuses_SaysWhatToDoTriesOnceAndLeavesTheAddressOn(int status, string says)
    {
        await using var receiver = await HookServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        await using var server = await ConsoleServer.StartAsync(demo: true);
        var (number, _) = await AllowAsync(server, receiver);
        var tester = server.Services.GetRequiredService<WebhookTester>();

        var test = await tester.SendAsync(number);

        Assert.False(test!.IsDelivered);
        Assert.Contains(says, test.Says, StringComparison.Ordinal);
        Assert.Single(receiver.Requests);
        Assert.Equal(test, tester.LatestOf(number));
        Assert.Null(Assert.Single(await server.Services.GetRequiredService<WebhookStore>().ListAsync()).DisabledReason);
    }

    [Fact]
    public async Task Send_UnknownOrSwitchedOffAddress_SendsNothing()
    {
        await using var receiver = await HookServer.StartAsync();
        await using var server = await ConsoleServer.StartAsync(demo: true);
        var (number, _) = await AllowAsync(server, receiver);
        var tester = server.Services.GetRequiredService<WebhookTester>();
        server.Services.GetRequiredService<WebhookStore>().SwitchOff(number, "said 410");

        Assert.Null(await tester.SendAsync(number));
        Assert.Null(await tester.SendAsync(number + 1));
        Assert.Empty(receiver.Requests);
        Assert.Null(tester.LatestOf(number));
    }

    private static async Task<(int Number, string Secret)> AllowAsync(ConsoleServer server, HookServer receiver)
    {
        var made = await server.Services.GetRequiredService<WebhookStore>().AllowAsync("desk", receiver.Url.ToString());
        return (made.Webhook!.Number, made.Secret!);
    }
}
