namespace MicroIntervention.Web.Replay;

/// <summary>What the lines of a replayed file are.</summary>
internal enum ReplayFormat
{
    /// <summary>sshd's lines in a syslog file.</summary>
    OpenSsh,

    /// <summary>One Segment-shaped event a line.</summary>
    SegmentJsonLines,
}
