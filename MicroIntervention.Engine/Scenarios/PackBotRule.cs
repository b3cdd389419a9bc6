using System.Collections.Immutable;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>A pattern that marks a session as likely a program's, features by name.</summary>
/// <param name="Title">What people read.</param>
/// <param name="All">Every one of these holds.</param>
public sealed record PackBotRule(string Title, ImmutableArray<PackBotCondition> All);

/// <summary>One comparison of a rule.</summary>
/// <param name="Feature">A feature of the pack.</param>
/// <param name="AtLeast">Smallest value that holds; null for none.</param>
/// <param name="AtMost">Largest value that holds; null for none.</param>
/// <param name="AtMostFeature">A feature of the pack whose value it must not exceed; null for none.</param>
public sealed record PackBotCondition(string Feature, double? AtLeast, double? AtMost, string? AtMostFeature);
