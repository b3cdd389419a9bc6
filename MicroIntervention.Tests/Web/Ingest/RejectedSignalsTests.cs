using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Tests.Web.Ingest;

[Proves("R-71")]
public sealed class RejectedSignalsTests
{
    [Fact]
    public async Task Rejected_OlderThanSevenDays_GoesWithoutAnyNewRejection()
    {
        using var folder = new TempFolder();
        await using (var server = await ConsoleServer.StartAsync(dataDirectory: folder.At("data")))
        {
            await using var db = await ContextAsync(server);
            db.RejectedSignals.Add(Row(DateTimeOffset.UtcNow.AddDays(-8)));
            db.RejectedSignals.Add(Row(DateTimeOffset.UtcNow.AddDays(-6)));
            await db.SaveChangesAsync();
        }

        await using (var server = await ConsoleServer.StartAsync(dataDirectory: folder.At("data")))
        {
            var until = DateTimeOffset.UtcNow.AddSeconds(20);
            await using var db = await ContextAsync(server);
            while (await db.RejectedSignals.CountAsync() > 1 && DateTimeOffset.UtcNow < until)
            {
                await Task.Yield();
            }

            Assert.Equal(1, await db.RejectedSignals.CountAsync());
        }
    }

    private static Task<ConsoleDbContext> ContextAsync(ConsoleServer server) =>
        server.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();

    private static RejectedSignalRow Row(DateTimeOffset at) => new() { Reason = "wrong-type", AtMs = at.ToUnixTimeMilliseconds() };
}
