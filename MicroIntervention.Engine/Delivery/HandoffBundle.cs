using System.Collections.Immutable;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Delivery;

/// <summary>Everything a person needs who takes over from a prompt, so that the customer need not tell it again.</summary>
/// <param name="Decision">What was decided and from what.</param>
/// <param name="ScenarioTitle">The pack's name for it, as people read it.</param>
/// <param name="Reasons">The features that raised the score, largest first; empty when the plan of the decision is no longer known.</param>
/// <param name="Offered">What the customer saw and answered.</param>
/// <param name="RequestedAt">When the customer asked for a person.</param>
/// <param name="Page">Where the customer was; null when not known.</param>
/// <param name="Customer">What is known about how to address and reach the customer.</param>
public sealed record HandoffBundle(
    DecisionFacts Decision,
    string ScenarioTitle,
    ImmutableArray<FeatureShare> Reasons,
    HandoffOffer Offered,
    Moment RequestedAt,
    HandoffPage? Page,
    HandoffCustomer Customer);

/// <summary>What was said to the customer, as rendered.</summary>
/// <param name="Channel">Where it was shown.</param>
/// <param name="Title">Above the prompt.</param>
/// <param name="Acknowledge">First sentence.</param>
/// <param name="Offer">The remedy offered.</param>
/// <param name="Choice">Id of the answer that was pressed; null when the report did not name it.</param>
/// <param name="ShownAt">When the page reported it as shown; null when it did not.</param>
/// <param name="Contact">The contact line the customer was shown.</param>
public sealed record HandoffOffer(ChannelKind Channel, string Title, string Acknowledge, string Offer, string? Choice, Moment? ShownAt, string? Contact);

/// <summary>Where the customer was.</summary>
/// <param name="Path">Without query and fragment, which may hold anything.</param>
/// <param name="Title">The page's own title; null when not known.</param>
public sealed record HandoffPage(string Path, string? Title);

/// <summary>How to address the customer. Personal data: it goes to the allowed address and into no log.</summary>
/// <param name="DisplayName">What the customer wants to be called; null when not known.</param>
/// <param name="UserId">The shop's own id of the customer; null when not known.</param>
/// <param name="IsVerified">True when name and id came with a server key or a verified hash; otherwise anybody may have typed them.</param>
/// <param name="Locale">BCP 47, for example <c>en-GB</c>; null when not known.</param>
/// <param name="TimeZone">IANA zone; null when not known.</param>
public sealed record HandoffCustomer(string? DisplayName, string? UserId, bool IsVerified, string? Locale, string? TimeZone);
