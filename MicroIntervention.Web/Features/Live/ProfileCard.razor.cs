using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Radzen;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Operations;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Shared;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Live;

/// <summary>Who this visitor is known to be, what verified sources say of that customer, and the word that it is somebody else.</summary>
public sealed partial class ProfileCard
{
    private IReadOnlyList<Source> _sources = [];
    private (bool Merge, VisitorId Customer)? _undo;
    private string _user = "";
    private string? _done;
    private string? _fault;
    private bool _may;
    private bool _open;
    private bool _busy;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required CustomerDesk Customers { get; init; }

    [Inject] public required SourceStore Sources { get; init; }

    [Inject] public required AuditLog Audit { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    [Inject] public required DialogService Dialogs { get; init; }

    [Parameter, EditorRequired] public VisitorId Visitor { get; set; }

    /// <summary>As of the log's end; null for a visitor that is nobody in particular.</summary>
    [Parameter] public CustomerLink? Link { get; set; }

    /// <summary>The link was made or ended: the log says something else now.</summary>
    [Parameter] public EventCallback OnChanged { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _may = await User.MayAsync(ConsoleAction.CustomersMerge);
        _sources = await Sources.ListAsync();
    }

    /// <summary>Personal values are drawn only for somebody whose name is noted beside them.</summary>
    private async Task OpenAsync()
    {
        await Audit.AddAsync(await User.NameAsync(), ConsoleAction.LiveView, "profile of visitor " + CustomerDesk.Short(Visitor), "opened");
        _open = true;
    }

    private async Task AskMergeAsync()
    {
        if (_user.Trim() is { Length: > 0 } user && await Dialogs.AskAsync(Text["Profile.MergeTitle"], Text["Profile.MergeAsk"], Text["Profile.Merge"]))
        {
            _user = "";
            await SayAsync(merge: true, Customers.Of(user));
        }
    }

    private async Task AskUnmergeAsync()
    {
        if (Link is { } link && await Dialogs.AskAsync(Text["Profile.UnmergeTitle"], Text["Profile.UnmergeAsk"], Text["Profile.Unmerge"]))
        {
            await SayAsync(merge: false, link.Customer);
        }
    }

    private Task UndoAsync() => _undo is { } undo ? SayAsync(undo.Merge, undo.Customer) : Task.CompletedTask;

    private async Task SayAsync(bool merge, VisitorId customer)
    {
        _fault = null;
        if (!await User.MayAsync(ConsoleAction.CustomersMerge))
        {
            _fault = Text["Profile.NotYours"];
            return;
        }

        _busy = true;
        try
        {
            var who = await User.NameAsync();
            await (merge ? Customers.MergeAsync(Visitor, customer, who) : Customers.UnmergeAsync(Visitor, customer, who));
            _undo = (!merge, customer);
            _done = Text[merge ? "Profile.Merged" : "Profile.Unmerged"];
            _open = false;
            await OnChanged.InvokeAsync();
        }
        catch (InvalidOperationException)
        {
            _fault = Text["Profile.Fault"];
        }
        finally
        {
            _busy = false;
        }
    }

    private string SourceOf(ProfileFact fact) => _sources.FirstOrDefault(s => s.Number == fact.Source.Value)?.Name ?? fact.Source.ToString();
}
