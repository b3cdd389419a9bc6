using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Decisions;

/// <summary>What a person said about being spoken to.</summary>
/// <param name="OptedOut">"Do not prompt me."</param>
/// <param name="Consent">What is known of consent.</param>
public readonly record struct CustomerWishes(bool OptedOut, ConsentState Consent)
{
    /// <summary>After one more word; the latest word counts.</summary>
    public CustomerWishes After(SignalKind wish) => wish switch
    {
        SignalKind.OptedOut => this with { OptedOut = true },
        SignalKind.OptedIn => this with { OptedOut = false },
        SignalKind.ConsentGranted => this with { Consent = ConsentState.Granted },
        SignalKind.ConsentRefused => this with { Consent = ConsentState.Refused },
        _ => this,
    };

    /// <summary>When two turn out to be one person: a no of either holds, and a consent of either does where nobody refused.</summary>
    public CustomerWishes With(CustomerWishes other) => new(
        OptedOut || other.OptedOut,
        Consent == ConsentState.Refused || other.Consent == ConsentState.Refused ? ConsentState.Refused
            : Consent == ConsentState.Granted || other.Consent == ConsentState.Granted ? ConsentState.Granted
            : ConsentState.Unknown);
}
