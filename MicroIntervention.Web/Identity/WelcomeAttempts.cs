using System.Threading.RateLimiting;

namespace MicroIntervention.Web.Identity;

/// <summary>Ten tries of the welcome link a minute, all callers together: guessing 128 bits stays hopeless and cheap to refuse.</summary>
internal sealed class WelcomeAttempts : IDisposable
{
    private readonly FixedWindowRateLimiter _limiter = new(new FixedWindowRateLimiterOptions
    {
        PermitLimit = 10,
        Window = TimeSpan.FromMinutes(1),
        QueueLimit = 0,
    });

    public bool TryTake()
    {
        using var lease = _limiter.AttemptAcquire();
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
