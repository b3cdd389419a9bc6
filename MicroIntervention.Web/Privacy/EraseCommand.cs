using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Privacy;

/// <summary><c>erase</c>: makes all that a person sent unreadable for good.</summary>
internal sealed class EraseCommand : FolderCommand
{
    public override string Name => "erase";

    public override string Usage => "(--anonymous ID | --user ID)… [--data DIR]";

    public override string Summary =>
        "Makes everything that a visitor sent unreadable for good, in the log and in every backup within reach; says which backups it could not reach. " +
        "--user also erases every visitor whose events carry that user id.";

    protected override bool NeedsInstallation => true;

    public override string? Prepare(ref IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        for (var i = 0; i < words.Count; i += 2)
        {
            if (words[i] is not ("--anonymous" or "--user") || i + 1 == words.Count || words[i + 1].Length == 0)
            {
                return $"{Name} does not understand \"{words[i]}\". Usage: {Name} {Usage}";
            }
        }

        return words.Count > 0 ? null : $"{Name} needs --anonymous or --user, each with an id.";
    }

    public override async Task<int> WorkAsync(IReadOnlyList<string> words, FolderWork work)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(work);
        var hash = work.Services.GetRequiredService<Installation>().Hash;
        var visitors = new HashSet<VisitorId>();
        for (var i = 0; i < words.Count; i += 2)
        {
            visitors.Add(new VisitorId(hash.Of(HashDomain.Visitor, (words[i] == "--user" ? "u:" : "a:") + words[i + 1])));
            if (words[i] == "--user")
            {
                await work.Output.WriteLineAsync("reading the log for visitors who signed in under that id");
                visitors.UnionWith(WhoSaidTheyAre(words[i + 1], work));
            }
        }

        var done = await work.Services.GetRequiredService<VisitorEraser>().EraseAsync(visitors, work.Cancel);
        await work.Services.GetRequiredService<AuditLog>().AddAsync(
            FolderWork.Actor, Name, $"{done.Visitors} visitors", $"{done.Keys} keys destroyed, {done.Backups} backups reached, {done.Unreached.Count} not", CancellationToken.None);
        await work.Output.WriteLineAsync($"{done.Visitors} visitors erased: {done.Keys} keys destroyed in the log, {done.Backups} backups reached.");
        foreach (var sentence in done.Unfinished)
        {
            await work.Output.WriteLineAsync("unfinished backup: " + sentence + " Delete the folder, and take it off the list with \"backup --forget DIR\".");
        }

        foreach (var sentence in done.Unreached)
        {
            await work.Error.WriteLineAsync(sentence + " It is reached by the next erasure that finds it; restoring it applies the erasure in any case. \"backup --forget DIR\" takes one that is gone off the list.");
        }

        if (!done.IsComplete)
        {
            await work.Error.WriteLineAsync("The keys are destroyed, but somebody was reading the log: their old bytes may still stand in a write-ahead file. Give the command again.");
        }

        return done.IsComplete && done.Unreached.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static HashSet<VisitorId> WhoSaidTheyAre(string user, FolderWork work)
    {
        var installation = work.Services.GetRequiredService<Installation>();
        var found = new UserFinder(user, new VisitorId(installation.Hash.Of(HashDomain.Visitor, "u:" + user)));
        work.Services.GetRequiredService<SignalLog>().Read(new long[installation.Partitions], found, work.Cancel);
        return found.Visitors;
    }

    private sealed class UserFinder(string user, VisitorId customer) : ILogReader
    {
        private readonly byte[] _bytes = Encoding.UTF8.GetBytes(user);

        public HashSet<VisitorId> Visitors { get; } = [];

        public void OnRecord(in RecordHeader header, ReadOnlySpan<byte> payload)
        {
            if (header.Kind == RecordKind.Internal)
            {
                // Also those whom a person of the team said to be this customer.
                if (!payload.IsEmpty && CustomerMessageCodec.Read(payload) is var message && message.Customer == customer)
                {
                    Visitors.Add(message.Visitor);
                }

                return;
            }

            // Escapes may hide the id, so only a payload without any is passed over by its bytes.
            if (header.Kind == RecordKind.Signal && !payload.IsEmpty && (payload.IndexOf(_bytes) >= 0 || payload.Contains((byte)'\\')) && SignalText.Read(payload, "userId") == user)
            {
                Visitors.Add(header.Visitor);
            }
        }
    }
}
