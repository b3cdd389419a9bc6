using System.Collections.Immutable;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>What makes a pack's scenario look beside its score: a trigger and timers.</summary>
internal static class PackTriggerReader
{
    private static readonly ImmutableArray<(string, bool)> Repeats = [("signal", true), ("episode", false)];

    public static PackTrigger? ReadTrigger(PackNode? node, ImmutableArray<PackSignal> signals, PackScope scope)
    {
        if (node is not { IsNull: false } there || PackObject.From(there, PackMembers.Trigger) is not { } trigger)
        {
            return null;
        }

        var signal = trigger.Required("signal", "which signal makes the scenario speak") is { } named ? SignalName(named, signals, scope) : null;
        var repeats = trigger.Required("repeat", "\"episode\" for one decision until it is over, \"signal\" for one at each signal")?.Word(Repeats);
        return signal is null || repeats is null ? null : new PackTrigger(signal, repeats.Value);
    }

    public static ImmutableArray<PackTimer> ReadTimers(PackNode? node, ImmutableArray<PackSignal> signals, PackScope scope)
    {
        if (node is not { } there)
        {
            return [];
        }

        var timers = ImmutableArray.CreateBuilder<PackTimer>();
        foreach (var item in there.Items(0, PackLimits.Timers))
        {
            if (PackObject.From(item, PackMembers.Timer) is not { } timer)
            {
                continue;
            }

            var name = timer.Required("name", "what decisions call it")?.Name();
            var after = timer.Required("after", "how long it waits")?.Duration(PackLimits.MinDuration, PackLimits.MaxDuration);
            var start = timer.Required("start", "the signal that starts it") is { } begins ? SignalName(begins, signals, scope) : null;
            var cancel = timer.Optional("cancel") is { } ends ? SignalName(ends, signals, scope) : null;
            if (name is not null && timers.Any(t => t.Name == name))
            {
                scope.Add(timer.PathOf("name"), $"\"{name}\" is the name of an earlier timer; give it another.");
            }
            else if (start is not null && start == cancel)
            {
                scope.Add(timer.PathOf("cancel"), "is the signal that starts it, so it would never end; name another.");
            }
            else if (name is not null && after is not null && start is not null)
            {
                timers.Add(new PackTimer(name, after.Value, start, cancel));
            }
        }

        return timers.ToImmutable();
    }

    /// <summary>The name of a signal that the pack has; null with a fault otherwise.</summary>
    public static string? SignalName(PackNode node, ImmutableArray<PackSignal> signals, PackScope scope)
    {
        if (node.Text(PackLimits.NameLength) is not { } name)
        {
            return null;
        }

        if (signals.Any(s => s.Name == name))
        {
            return name;
        }

        scope.Add(node.Path, $"names the signal \"{name}\", which the pack does not have.{Spelling.Hint(name, signals.Select(s => s.Name))}");
        return null;
    }
}
