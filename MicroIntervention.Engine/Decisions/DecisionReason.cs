namespace MicroIntervention.Engine.Decisions;

/// <summary>Why a decision came out as it did. Policy asks in the order of the list; the numbers are stored and tell no order: never renumber.</summary>
public enum DecisionReason : byte
{
    /// <summary>Nothing stood against it and it won.</summary>
    Chosen = 0,

    /// <summary>The kill switch of the whole service is on.</summary>
    Killed = 1,

    /// <summary>The scenario is switched off.</summary>
    SwitchedOff = 2,

    /// <summary>The scenario's stage is observe: it decides and sends nothing.</summary>
    Observing = 3,

    /// <summary>The scenario's stage is pilot or ramp, and the visitor is not in its share.</summary>
    StageShare = 17,

    /// <summary>The visitor opted out.</summary>
    OptedOut = 4,

    /// <summary>The visitor refused consent, or the source requires it and there is none.</summary>
    NoConsent = 5,

    /// <summary>Global Privacy Control is on and the scenario is not marked as service.</summary>
    PrivacyControl = 6,

    /// <summary>A signal that the scenario needs has fallen silent or comes in a shape that breaks its contract.</summary>
    SignalStale = 7,

    /// <summary>The session looks like a program's: a rule of some pack in the plan marked it.</summary>
    LikelyBot = 8,

    /// <summary>Quiet hours where the customer is.</summary>
    QuietHours = 9,

    /// <summary>The visitor said no to this scenario recently.</summary>
    Declined = 10,

    /// <summary>As many prompts in this session as the cap allows.</summary>
    SessionCap = 11,

    /// <summary>As many prompts to this visitor as the cap allows.</summary>
    VisitorCap = 12,

    /// <summary>As many prompts to this visitor as the cap of seven days allows.</summary>
    WeekCap = 19,

    /// <summary>The prompt would ask for more of the person's attention than the scenario bids.</summary>
    Attention = 18,

    /// <summary>The latest prompt is too recent.</summary>
    CoolDown = 13,

    /// <summary>The expected benefit is below the scenario's minimum.</summary>
    MinimumBenefit = 15,

    /// <summary>Another scenario promised more at the same moment.</summary>
    Outranked = 16,
}
