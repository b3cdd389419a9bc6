using System.Runtime.CompilerServices;
using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Carries running sessions over to a plan with other windows: episodes stay, windows begin again and are marked as warming, timers stop.</summary>
/// <param name="before">The plan that the sessions were built under.</param>
/// <param name="after">The plan they go on under.</param>
/// <param name="at">When; null: each visitor at the time of its own latest record.</param>
internal sealed class PlanMove(Plan before, Plan after, Moment? at)
{
    private readonly (int From, int To)[] _scenarios =
    [
        .. after.Scenarios.Select((s, to) => (From: IndexOf(before, s.Name), To: to)).Where(m => m.From >= 0),
    ];

    public void Apply(VisitorState visitor, BlockStore sessions, BlockStore? visitors)
    {
        var stores = new Stores(visitor.Sessions, sessions);
        Move(ref visitor.Main, at ?? visitor.LastAt, stores);
        foreach (var session in visitor.Explicit ?? [])
        {
            Move(ref session.State, at ?? visitor.LastAt, stores);
        }

        visitor.VisitorBlock = -1;
        visitor.MoveTo(sessions, visitors);
    }

    [SkipLocalsInit]
    private void Move(ref SessionState session, Moment start, Stores stores)
    {
        if (!session.Exists)
        {
            return;
        }

        var old = before.EpisodesOf(stores.From[session.Block]);
        session.Block = stores.To.Rent();
        var block = stores.To[session.Block];
        block.Clear();
        after.Features.StartSession(block, start);
        var episodes = after.EpisodesOf(block);
        foreach (var (from, to) in _scenarios)
        {
            episodes[to] = old[from];
        }

        session.WarmingFrom = start;
    }

    private static int IndexOf(Plan plan, ulong name)
    {
        for (var i = 0; i < plan.Scenarios.Length; i++)
        {
            if (plan.Scenarios[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private readonly record struct Stores(BlockStore From, BlockStore To);
}
