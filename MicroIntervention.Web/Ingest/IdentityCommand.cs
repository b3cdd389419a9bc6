using System.Globalization;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Ingest;

/// <summary><c>identity-secret</c>: prints the secret that a site's server makes <c>userHash</c> with.</summary>
internal sealed class IdentityCommand : FolderCommand
{
    public override string Name => "identity-secret";

    public override string Usage => "--source N [--data DIR]";

    public override string Summary =>
        "Prints the identity secret of a browser key (by its number): the site's server makes userHash = HMAC-SHA256(secret, userId) with it, which proves whose a browser is.";

    protected override bool NeedsInstallation => true;

    public override string? Prepare(ref IReadOnlyList<string> words) => TryParse(words, out _) ? null : $"{Name} needs --source and the number of a browser key. Usage: {Name} {Usage}";

    public override async Task<int> WorkAsync(IReadOnlyList<string> words, FolderWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!TryParse(words, out var number))
        {
            return ExitCode.Usage;
        }

        var source = (await work.Services.GetRequiredService<SourceStore>().ListAsync(work.Cancel)).FirstOrDefault(s => s.Number == number);
        if (source is not { Kind: SourceKind.Browser, IsRevoked: false })
        {
            await work.Error.WriteLineAsync($"There is no valid browser key with number {number}. A server key needs no identity secret: what it sends is verified.");
            return ExitCode.Failed;
        }

        var secret = new IdentitySecrets(work.Services.GetRequiredService<Installation>()).Of(new SourceId(number));
        await work.Services.GetRequiredService<AuditLog>().AddAsync(
            FolderWork.Actor, ConsoleAction.SourcesServer, "source " + number.ToString(CultureInfo.InvariantCulture), "identity secret shown", CancellationToken.None);
        await work.Output.WriteLineAsync(secret);
        return ExitCode.Done;
    }

    private static bool TryParse(IReadOnlyList<string> words, out ushort number)
    {
        number = 0;
        return words.Count == 2 && words[0] == "--source" && ushort.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
    }
}
