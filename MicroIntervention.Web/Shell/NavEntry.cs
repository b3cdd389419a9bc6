namespace MicroIntervention.Web.Shell;

/// <summary>One entry of the navigation; stands here only when its page works.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="TextKey">Resource key of the label.</param>
/// <param name="Icon">Path data of a 24×24 icon.</param>
/// <param name="Action">The action of the role matrix that the page needs.</param>
public sealed record NavEntry(string Path, string TextKey, string Icon, string Action)
{
    /// <summary>All entries, in the order of the sidebar. Pages beyond those of the sidebar are in <see cref="MorePages"/>.</summary>
    public static IReadOnlyList<NavEntry> Sidebar { get; } =
    [
        new("/live", "Nav.Live", "M3 12h4l3-8 4 16 3-8h4", Identity.ConsoleAction.LiveView),
        new("/scenarios", "Nav.Scenarios", "M4 6h16M4 12h16M4 18h16M8 4v4m8 2v4m-6 2v4", Identity.ConsoleAction.PolicyView),
        new("/data/signals", "Nav.Data", "M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3Zm0 0v6c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12v6c0 1.7 3.6 3 8 3s8-1.3 8-3v-6", Identity.ConsoleAction.ContractsView),
        new("/setup/sources", "Nav.Setup", "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm9 4-2 .9-.4 1 1 2-1.7 1.7-2-1-1 .4L14 21h-4l-.9-2-1-.4-2 1-1.7-1.7 1-2-.4-1L3 12l2-.9.4-1-1-2 1.7-1.7 2 1 1-.4L10 3h4l.9 2 1 .4 2-1 1.7 1.7-1 2 .4 1Z", Identity.ConsoleAction.SourcesView),
    ];

    /// <summary>The tabs of the setup pages.</summary>
    public static IReadOnlyList<NavEntry> Setup { get; } =
    [
        new("/setup/sources", "Sources.Title", "", Identity.ConsoleAction.SourcesView),
        new("/setup/rejected", "Rejected.Title", "", Identity.ConsoleAction.RejectedView),
        new("/setup/webhooks", "Webhooks.Title", "", Identity.ConsoleAction.WebhooksManage),
        new("/setup/people", "People.Title", "", Identity.ConsoleAction.PeopleManage),
        new("/setup/audit", "Nav.Audit", "", Identity.ConsoleAction.AuditView),
    ];

    /// <summary>Reached from the palette and from links, not from the sidebar.</summary>
    public static IReadOnlyList<NavEntry> MorePages { get; } =
    [
        new("/welcome", "Nav.Welcome", "", Identity.ConsoleAction.TourTake),
        .. Setup.Skip(1),
    ];
}
