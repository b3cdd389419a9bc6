using System.Reflection;
using MicroIntervention.Engine.Decisions;

namespace MicroIntervention.Tests.Architecture;

/// <summary>A room may use itself and rooms to its left, never one to its right.</summary>
public sealed class RoomOrderTests
{
    private static readonly string[] Order =
    [
        "Primitives", "Signals", "Sentiment", "Features", "Prediction", "Decisions", "Scripts", "Delivery", "Outcomes", "Measurement", "Learning", "Scenarios", "Simulation", "Runtime",
    ];

    [Fact]
    public void Engine_EveryRoom_UsesOnlyRoomsToItsLeft()
    {
        var uses = RoomReader.Read(typeof(Plan).Assembly, "MicroIntervention.Engine");

        Assert.Empty(Violations(uses));
        Assert.Contains(uses, u => u is { Room: "Scenarios", Uses: "Decisions" }); // it does read something
        Assert.All(uses, u => Assert.Contains(u.Room, Order));
        Assert.All(uses, u => Assert.Contains(u.Uses, Order));
    }

    [Fact]
    public void Engine_Assembly_KnowsNothingOfWebDatabaseLoggerOrJsonAttributes()
    {
        string[] never = ["Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Microsoft.Extensions", "SQLite", "Radzen"];
        var references = typeof(Plan).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToList();
        Assert.DoesNotContain(references, r => never.Any(n => r.StartsWith(n, StringComparison.Ordinal)));
        Assert.DoesNotContain(
            typeof(Plan).Assembly.GetTypes().SelectMany(t => t.GetMembers(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance).Cast<MemberInfo>().Append(t)),
            m => m.CustomAttributes.Any(a => a.AttributeType.Namespace == "System.Text.Json.Serialization"));
    }

    [Fact]
    public void Violations_PlantedOnes_AreAllFoundAndNothingElse()
    {
        const string prefix = "MicroIntervention.Tests.Architecture.Planted";
        var found = Violations(RoomReader.Read(typeof(RoomOrderTests).Assembly, prefix)).Select(v => v.Where[(prefix.Length + 1)..]).ToHashSet();

        // Compiler-made members (closures, state machines, backing fields) carry the name of the type they lie in.
        string[] planted = ["InBody", "InCall", "InCatch", "InClosure", "InConstraint", "InField", "InGenericArgument", "InIterator", "InReturn", "InTypeOf"];
        Assert.All(planted, name => Assert.Contains(found, where => where.StartsWith($"Signals.{name}", StringComparison.Ordinal)));
        Assert.All(found, where => Assert.Contains(planted, name => where.StartsWith($"Signals.{name}", StringComparison.Ordinal)));
    }

    private static IEnumerable<(string Room, string Uses, string Where)> Violations(IEnumerable<(string Room, string Uses, string Where)> uses) =>
        uses.Where(u => Array.IndexOf(Order, u.Uses) > Array.IndexOf(Order, u.Room));
}
