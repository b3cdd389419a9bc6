using System.Globalization;
using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Data;

/// <summary>Says contracts and what was measured of them in words.</summary>
internal static class DataWords
{
    /// <summary>"45 s", "12 min", "3.5 h", "2 days".</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, span.TotalSeconds):0} s"),
        { TotalMinutes: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.#} min"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0.#} days"),
    };

    /// <summary>How a signal does, as the tag says it.</summary>
    public static string Health(SignalRow row, IStringLocalizer<ConsoleText> text) => row switch
    {
        { Fault: SignalFault.Silent } => text["Contracts.Silent"],
        { Fault: SignalFault.Invalid } => text["Contracts.Invalid"],
        { Health.LastSeen: null } or { Health: null } => text["Contracts.NeverSeen"],
        _ => text["Contracts.Fresh"],
    };

    public static string HealthTone(SignalRow row) => row switch
    {
        { IsBroken: true } => "bad",
        { Fault: not SignalFault.None } => "warn",
        { Health.LastSeen: null } or { Health: null } => "",
        _ => "good",
    };

    /// <summary>Resource key of how far the contract came.</summary>
    public static string State(SignalRow row) => row switch
    {
        { InForce: not null, Proposal: not null } => "Contracts.AgreedAndProposed",
        { InForce: not null } => "Contracts.Agreed",
        { Proposal: not null } => "Contracts.Proposed",
        _ => "Contracts.NoContract",
    };

    public static string StateTone(SignalRow row) => row.InForce is not null ? "good" : row.Proposal is not null ? "warn" : "";

    public static string Who(string person, IStringLocalizer<ConsoleText> text) => person.Length > 0 ? person : text["Contracts.Nobody"];

    /// <summary>"seen 12 s ago; promised within 1 h".</summary>
    public static string Freshness(SignalRow row, DateTimeOffset now, IStringLocalizer<ConsoleText> text)
    {
        var seen = row.Health?.LastSeen is { } last ? text["Contracts.SeenAgo", Span(now - last)].Value : text["Contracts.NeverSeenLong"].Value;
        return row.Shown?.Terms.Freshness is { } promise ? $"{seen}; {text[row.InForce is null ? "Contracts.WouldPromise" : "Contracts.PromisedWithin", Span(promise.Within)]}" : seen;
    }

    public static string VersionState(ContractState state) => state switch
    {
        ContractState.Proposed => "Contracts.Proposed",
        ContractState.Agreed => "Contracts.Agreed",
        ContractState.Superseded => "Contracts.Superseded",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a state."),
    };
}
