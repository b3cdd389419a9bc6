using Microsoft.AspNetCore.Components;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;

namespace MicroIntervention.Tests.Web.Identity;

/// <summary>A page as it must not be, and one as it should: proof that <see cref="HandlerReader"/> sees the difference.</summary>
public sealed class PlantedPage : ComponentBase
{
    [Inject] public required ControlRoom Room { get; init; }

    [Inject] public required CurrentUser User { get; init; }

    public async Task ForgetsToAskAsync() => await Room.SetKilledAsync(true, "x");

    public async Task AsksTooLateAsync()
    {
        await Room.SetKilledAsync(true, "x");
        await User.MayAsync(ConsoleAction.LiveKill);
    }

    public async Task AsksAsync()
    {
        if (await User.MayAsync(ConsoleAction.LiveKill))
        {
            await Room.SetKilledAsync(true, "x");
        }
    }

    public Task GuardedAsync() => GuardAsync(async () => await Room.SetKilledAsync(true, "x"));

    public Func<Task> InALambda() => () => Room.SetKilledAsync(true, "x");

    private async Task GuardAsync(Func<Task> change)
    {
        if (await User.MayAsync(ConsoleAction.LiveKill))
        {
            await change();
        }
    }
}
