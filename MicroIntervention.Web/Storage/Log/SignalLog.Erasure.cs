using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Storage.Log;

/// <content>Erasure: a visitor's keys are destroyed, in every segment.</content>
public sealed partial class SignalLog
{
    // Readers of a page hold their snapshot for milliseconds; past this the rest is left to the next checkpoint.
    private static readonly TimeSpan LongestErasureWait = TimeSpan.FromSeconds(10);

    /// <summary>Makes all payloads of a visitor unreadable for good: overwrites every key, also in the write-ahead log. Headers stay; <see cref="Read"/> gives an empty payload.</summary>
    /// <remarks>What is appended for the visitor afterwards gets a new key. Call it after the visitor's waiting batches are durable.</remarks>
    /// <returns>How many keys were destroyed, and whether their old bytes are gone from every file (false: somebody is reading; call again).</returns>
    /// <exception cref="SqliteFault">A segment cannot be written; call again.</exception>
    public ErasureResult EraseVisitor(VisitorId visitor)
    {
        if (visitor == default)
        {
            // Zero names the blobs' own keys: destroying them would erase everybody.
            throw new ArgumentException("There is no visitor with id zero.", nameof(visitor));
        }

        var keys = 0;
        var complete = true;
        var active = 0L;
        UnderGate(writer =>
        {
            _keys.Drop(visitor);
            keys += Destroy(writer.File, visitor);
            complete &= Scrub(writer.File);
            active = writer.Segment.Number;
        });
        foreach (var segment in LogSegment.List(_installation.LogFolder))
        {
            if (segment.Number < active && System.IO.File.Exists(segment.Path))
            {
                using var file = SqliteFile.OpenForWriting(segment.Path, create: false);
                file.Execute("PRAGMA secure_delete=ON");
                file.Execute("PRAGMA synchronous=FULL");
                keys += Destroy(file, visitor);
                complete &= Scrub(file);
            }
        }

        _logger.VisitorErased(keys);
        return new ErasureResult(keys, complete);
    }

    private static int Destroy(SqliteFile file, VisitorId visitor)
    {
        // Same length, so the row stays in its place and the old bytes are overwritten.
        using var update = file.Prepare("UPDATE visitor_key SET wrapped = zeroblob(length(wrapped)) WHERE visitor = ?");
        update.Bind(1, visitor.Value.ToBytes()).Run();
        return (int)(file.Scalar("SELECT changes()") ?? 0);
    }

    /// <summary>Empties a file's write-ahead log. False when somebody reads it for long: the old bytes may still stand there.</summary>
    internal static bool Scrub(SqliteFile file)
    {
        var until = Environment.TickCount64 + (long)LongestErasureWait.TotalMilliseconds;
        while (file.Checkpoint(truncate: true) != 0)
        {
            if (Environment.TickCount64 > until)
            {
                return false;
            }

            Thread.Sleep(5);
        }

        return true;
    }
}
