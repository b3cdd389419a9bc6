namespace MicroIntervention.Web.Storage.Log;

/// <summary>How often a scenario decided so.</summary>
public readonly record struct DecisionCount(string Scenario, byte Verdict, byte Reason, long Count);
