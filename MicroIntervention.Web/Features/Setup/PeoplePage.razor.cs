using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Radzen;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Shared;

namespace MicroIntervention.Web.Features.Setup;

/// <summary>Who may sign in: list, welcome links, switching off.</summary>
public sealed partial class PeoplePage
{
    private IReadOnlyList<Person>? _people;
    private string _me = "";
    private string _name = "";
    private string _role = ConsoleRole.Manager;
    private string? _fault;
    private string? _link;
    private string _linkOf = "";
    private bool _busy;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required People People { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    [Inject] public required DialogService Dialogs { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    protected override async Task OnInitializedAsync()
    {
        _me = await User.NameAsync();
        _people = await People.ListAsync();
    }

    // The demo manager signs in by the start's link only: it waits for no password.
    private static string ToneOf(Person person) =>
        !person.IsActive ? "bad" : person.HasPassword || person.Name == ConsoleRole.DemoManager ? "good" : "warn";

    private static string StateOf(Person person) =>
        !person.IsActive ? "People.IsOff" : person.HasPassword || person.Name == ConsoleRole.DemoManager ? "People.IsActive" : "People.IsInvited";

    private async Task AddAsync()
    {
        if (await DoAsync(() => People.AddAsync(_name, _role, _me)))
        {
            (_name, _role) = ("", ConsoleRole.Manager);
        }
    }

    private Task<bool> RenewAsync(Person person) => DoAsync(() => People.RenewLinkAsync(person.Id, _me));

    private async Task SwitchAsync(Person person)
    {
        if (!person.IsActive || await Dialogs.AskAsync(Text["People.OffTitle", person.Name], Text["People.OffAsk"], Text["People.Off"]))
        {
            await DoAsync(() => People.SetActiveAsync(person.Id, !person.IsActive, _me));
        }
    }

    private async Task<bool> DoAsync(Func<Task<PersonChange>> change)
    {
        if (_busy || !await User.MayAsync(ConsoleAction.PeopleManage))
        {
            return false;
        }

        _busy = true;
        try
        {
            var done = await change();
            _fault = done.Fault is { } key ? Text[key].Value : null;
            (_link, _linkOf) = done.Link is { } path ? (Navigation.BaseUri.TrimEnd('/') + path, done.Name) : (null, "");
            _people = await People.ListAsync();
            return done.Fault is null;
        }
        finally
        {
            _busy = false;
        }
    }
}
