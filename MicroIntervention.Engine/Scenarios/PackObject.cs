using System.Collections.Immutable;
using System.Text.Json;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>One JSON object of a pack: its members by name, unknown and repeated ones already reported.</summary>
internal sealed class PackObject
{
    private readonly Dictionary<string, PackNode> _members = new(StringComparer.Ordinal);
    private readonly PackScope _scope;

    private PackObject(PackNode node)
    {
        Path = node.Path;
        _scope = node.Scope;
    }

    public string Path { get; }

    /// <summary>In the order of the file.</summary>
    public IEnumerable<KeyValuePair<string, PackNode>> Members => _members;

    /// <summary>Null (with a fault) when the value is no object.</summary>
    /// <param name="node">The value.</param>
    /// <param name="known">Members it may have; null when its names are free.</param>
    public static PackObject? From(PackNode node, ImmutableArray<string>? known)
    {
        if (node.Element.ValueKind != JsonValueKind.Object)
        {
            node.Scope.Add(node.Path, $"must be an object, not {node.Kind()}.");
            return null;
        }

        var result = new PackObject(node);
        foreach (var property in node.Element.EnumerateObject())
        {
            var name = property.Name;
            var path = result.PathOf(name);
            if (known is { } names && !names.Contains(name))
            {
                node.Scope.Add(path, $"is not a member that this object has.{Spelling.Hint(name, names)}");
            }
            else if (!result._members.TryAdd(name, new PackNode(property.Value, path, node.Scope)))
            {
                node.Scope.Add(path, "appears twice; keep one.");
            }
        }

        return result;
    }

    public string PathOf(string name) => PackNode.IsName(name) || name == "$schema" ? $"{Path}.{name}" : $"{Path}['{name}']";

    public bool Has(string name) => _members.ContainsKey(name);

    /// <summary>A member that may be left out; null when it is.</summary>
    public PackNode? Optional(string name) => _members.TryGetValue(name, out var node) ? node : null;

    /// <summary>A member that must be there; null (with a fault that says what it is for) when it is not.</summary>
    public PackNode? Required(string name, string purpose)
    {
        if (_members.TryGetValue(name, out var node))
        {
            return node;
        }

        _scope.Add(PathOf(name), $"is missing: {purpose}.");
        return null;
    }

    /// <summary>A member that must be there but may be null; null for both, with a fault when it is absent.</summary>
    public PackNode? Stated(string name, string purpose) => Required(name, purpose) is { IsNull: false } node ? node : null;

    /// <summary>Reports a member that makes no sense beside the others.</summary>
    public void Forbid(string name, string why)
    {
        if (Has(name))
        {
            _scope.Add(PathOf(name), why);
        }
    }
}
