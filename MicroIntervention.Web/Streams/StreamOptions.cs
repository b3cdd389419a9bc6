using System.ComponentModel.DataAnnotations;

namespace MicroIntervention.Web.Streams;

/// <summary>How visitors' streams are kept.</summary>
public sealed class StreamOptions
{
    /// <summary>Most streams open at once; the next one is answered 503. Default 50,000; 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxOpen { get; init; } = 50_000;

    /// <summary>Bytes that may wait for one slow reader; past that its stream is cut. Default 64 KB; 4 KB to 1 MB.</summary>
    [Range(4 * 1024, 1024 * 1024)]
    public int MaxWaitingBytes { get; init; } = 64 * 1024;

    /// <summary>How often an open stream hears from us. Default 15 s; 1 s to 1 min. Browsers give up after 45 s of silence.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a visitor between two pages counts as there: a prompt waits that long for the next stream, never past its expiry. Default 5 s; 0 to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan PageChange { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Unexpired prompts kept per visitor for a stream that resumes; the oldest goes first. Default 8; 1 to 64.</summary>
    [Range(1, 64)]
    public int KeptPerVisitor { get; init; } = 8;

    /// <summary>How long a token is good. Default 1 h; 1 min to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00")]
    public TimeSpan TokenLife { get; init; } = TimeSpan.FromHours(1);
}
