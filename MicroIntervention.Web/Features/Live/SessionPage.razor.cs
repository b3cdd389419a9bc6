using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Localization;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Resources;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Features.Live;

/// <summary>What happened to this person, and why did it (not) fire?</summary>
public sealed partial class SessionPage : IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private SessionView? _view;
    private bool _loading = true;
    private string? _fault;
    private string _read = "";
    private int _key;

    [Inject] public required IStringLocalizer<ConsoleText> Text { get; init; }

    [Inject] public required ISessionTimelines Timelines { get; init; }

    [Inject] public required EngineView Engine { get; init; }

    [Inject] public required ControlRoom Room { get; init; }

    [Inject] public required LiveFeed Feed { get; init; }

    [Inject] public required AuditLog Audit { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    [Parameter] public string Visitor { get; set; } = "";

    [Parameter] public string Session { get; set; } = "";

    /// <summary>The decision that the viewer came for: the page opens at its moment.</summary>
    [SupplyParameterFromQuery] public string? Decision { get; set; }

    private string ShortSession => Session[..Math.Min(8, Session.Length)];

    private string Place => _view!.PlaceOf(_view.At).ToString("0", CultureInfo.InvariantCulture);

    private string ShortVisitor => Visitor[..Math.Min(8, Visitor.Length)];

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        // Prerendering would read the log twice; the first interactive pass reads it.
        if (RendererInfo.IsInteractive && _read != Session)
        {
            _read = Session;
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        _loading = true;
        _fault = null;
        try
        {
            if (!Hash128.TryParse(Visitor, out var visitor) || !Hash128.TryParse(Session, out var session))
            {
                return;
            }

            var at = _view?.At;
            var timeline = await Timelines.ReadAsync(new VisitorId(visitor), new SessionId(session), _left.Token);
            _view = timeline is null || timeline.Points.Count == 0 ? null : new SessionView(timeline, Engine.Plan());
            if (at is { } before)
            {
                _view?.MoveTo(before);
            }
            else
            {
                _view?.OpenAt(Decision);
                await Audit.AddAsync(await User.NameAsync(), ConsoleAction.LiveView, "session " + ShortSession, "opened", _left.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The viewer left the page.
        }
        catch (IOException)
        {
            _fault = Text["Session.Fault"];
        }
        finally
        {
            _loading = false;
        }
    }

    // The slider moves in places of the line of time; a key goes from signal to signal instead.
    private void ScrubKey(KeyboardEventArgs key) => _key = key.Key switch
    {
        "ArrowLeft" or "ArrowDown" or "PageDown" => -1,
        "ArrowRight" or "ArrowUp" or "PageUp" => 1,
        _ => 0,
    };

    private void Scrub(ChangeEventArgs change)
    {
        if (_view is null || !double.TryParse(change.Value?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var place))
        {
            return;
        }

        if (_key == 0)
        {
            _view.MoveToPlace(place);
        }
        else
        {
            _view.MoveTo(_view.At + _key);
        }

        _key = 0;
    }
}
