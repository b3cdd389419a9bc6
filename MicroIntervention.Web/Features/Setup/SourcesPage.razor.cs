using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Radzen;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Ingest;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Shared;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Setup;

/// <summary>Keys under which signals come in: made, shown, revoked.</summary>
public sealed partial class SourcesPage
{
    private IReadOnlyList<Source>? _sources;
    private CreatedSource? _created;
    private (string Name, string Secret)? _identity;
    private string _name = "";
    private string _origins = "";
    private SourceKind _kind = SourceKind.Browser;
    private string? _fault;
    private bool _mayServer;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required SourceStore Store { get; init; }

    [Inject] public required IdentitySecrets Identities { get; init; }

    [Inject] public required AuditLog Audit { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    [Inject] public required DialogService Dialogs { get; init; }

    protected override async Task OnInitializedAsync()
    {
        _mayServer = await User.MayAsync(ConsoleAction.SourcesServer);
        _sources = await Store.ListAsync();
    }

    /// <summary>Reads origins, one a line.</summary>
    /// <param name="fault">What is wrong with the first line that is no origin, or null.</param>
    internal static IReadOnlyList<AllowedOrigin> OriginsOf(string text, out string? fault)
    {
        fault = null;
        var origins = new List<AllowedOrigin>();
        foreach (var line in text.Split([',', '\n', ' ', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (AllowedOrigin.TryParse(line, out var origin, out var wrong))
            {
                origins.Add(origin);
            }
            else
            {
                fault ??= wrong;
            }
        }

        return origins;
    }

    private async Task CreateAsync()
    {
        _fault = null;
        if (!await User.MayAsync(_kind == SourceKind.Server ? ConsoleAction.SourcesServer : ConsoleAction.SourcesBrowser))
        {
            _fault = Text["Sources.NotYours"];
            return;
        }

        var name = _name.Trim();
        var origins = OriginsOf(_origins, out var bad);
        _fault = name.Length is 0 or > 100 ? Text["Sources.FaultName"].Value : bad;
        if (_fault is not null)
        {
            return;
        }

        _created = await Store.CreateAsync(new NewSource(name, _kind, origins));
        await Audit.AddAsync(await User.NameAsync(), ActionFor(_kind), NumberOf(_created.Source), "made");
        (_name, _origins) = ("", "");
        _sources = await Store.ListAsync();
    }

    private async Task ShowIdentityAsync(Source source)
    {
        if (await User.MayAsync(ConsoleAction.SourcesServer))
        {
            await Audit.AddAsync(await User.NameAsync(), ConsoleAction.SourcesServer, NumberOf(source), "identity secret shown");
            _identity = (source.Name, Identities.Of(new SourceId(source.Number)));
        }
    }

    private async Task RevokeAsync(Source source)
    {
        if (!await Dialogs.AskAsync(Text["Sources.RevokeTitle", source.Name], Text["Sources.RevokeAsk"], Text["Sources.Revoke"]) || !await User.MayAsync(ActionFor(source.Kind)))
        {
            return;
        }

        await Store.RevokeAsync(source.Number);
        await Audit.AddAsync(await User.NameAsync(), ActionFor(source.Kind), NumberOf(source), "revoked");
        _sources = await Store.ListAsync();
    }

    private static string ActionFor(SourceKind kind) => kind == SourceKind.Server ? ConsoleAction.SourcesServer : ConsoleAction.SourcesBrowser;

    private static string NumberOf(Source source) => "source " + source.Number.ToString(CultureInfo.InvariantCulture);
}
