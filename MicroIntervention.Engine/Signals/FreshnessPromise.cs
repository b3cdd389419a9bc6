using System.Collections.Immutable;

namespace MicroIntervention.Engine.Signals;

/// <summary>How long a kind of signal may stay away while its company comes.</summary>
/// <remarks>
/// A night without customers breaks no promise: time counts only while the company, other signals, comes in without a pause longer than
/// <see cref="Pause"/>. <see cref="FreshnessClock"/> measures it.
/// </remarks>
/// <param name="Within">Longest absence. 1 s to 31 days.</param>
/// <param name="Company">Names of the events whose coming shows that this one should come too; empty for any other signal of the workspace.</param>
/// <param name="AtLeast">So many of them must have come since it was last seen. 1 and up: keeps a rare signal from being missed after a single click.</param>
public sealed record FreshnessPromise(TimeSpan Within, ImmutableArray<string> Company, int AtLeast)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMinutes(1);

    /// <summary>A longer gap in the company is a pause, after which time counts anew. Never under a minute: a quick promise must not be forgiven for slow company.</summary>
    public TimeSpan Pause => Within > ShortestPause ? Within : ShortestPause;

    public bool Equals(FreshnessPromise? other) =>
        other is not null && Within == other.Within && AtLeast == other.AtLeast && Company.AsSpan().SequenceEqual(other.Company.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Within, AtLeast, Company.Length);

    internal ImmutableArray<string> Faults(string name)
    {
        var faults = ImmutableArray.CreateBuilder<string>();
        if (Within < TimeSpan.FromSeconds(1) || Within > TimeSpan.FromDays(31))
        {
            faults.Add("The promised freshness is not between 1 second and 31 days.");
        }

        if (AtLeast < 1)
        {
            faults.Add("At least one signal of its company must have come before its absence means anything.");
        }

        if (Company.Contains(name, StringComparer.Ordinal))
        {
            faults.Add("A signal cannot be its own company.");
        }

        if (Company.Any(string.IsNullOrWhiteSpace) || Company.Length > SignalContract.MostFields)
        {
            faults.Add("The company holds an empty name, or more than 32.");
        }

        return faults.ToImmutable();
    }
}
