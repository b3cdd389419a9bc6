using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Shell;

/// <summary>The bell of the top bar: what people should know, and how much of it this person has not read.</summary>
public sealed partial class NoticeBell
{
    private const int Most = 30;

    // The rights that notifications ask for so far.
    private static readonly string[] Asked = [ConsoleAction.ContractsView];

    private IReadOnlyList<Notice> _notices = [];
    private long _readUpTo;
    private int _unread;
    private bool _open;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required NoticeStore Notices { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    protected override void OnInitialized() => Follow(Notices);

    protected override Task OnInitializedAsync() => LoadAsync();

    protected override void OnFollowedChanged() => _ = InvokeAsync(async () =>
    {
        await LoadAsync();
        StateHasChanged();
    });

    private async Task LoadAsync()
    {
        var allowed = new List<string>();
        foreach (var action in Asked)
        {
            if (await User.MayAsync(action))
            {
                allowed.Add(action);
            }
        }

        _notices = await Notices.NewestAsync(allowed, Most);
        _readUpTo = await Notices.LastReadAsync(await User.NameAsync());
        _unread = _notices.Count(notice => notice.Id > _readUpTo);
    }

    private async Task ReadAsync()
    {
        if (_notices.Count > 0 && await User.MayAsync(ConsoleAction.NoticesView))
        {
            await Notices.MarkReadAsync(await User.NameAsync(), _notices[0].Id);
            await LoadAsync();
        }
    }
}
