namespace MicroIntervention.Engine.Signals;

/// <summary>One step of the property paths a plan reads: which keys matter at this level and where their values go.</summary>
/// <remarks>Slots are numbered depth first, so a node and everything below it are one range, forgotten at once when a key comes twice.</remarks>
internal sealed class PropertyNode
{
    private readonly NameTable _names;
    private readonly PropertyNode[] _children;

    private PropertyNode(int slot, NameTable names, PropertyNode[] children, int end)
    {
        Slot = slot;
        End = end;
        _names = names;
        _children = children;
    }

    /// <summary>Where this node's own value goes; −1 for the root.</summary>
    public int Slot { get; }

    /// <summary>One past the last slot below this node.</summary>
    public int End { get; }

    public bool HasChildren => _children.Length > 0;

    /// <summary>Builds the tree; <paramref name="slotOf"/> tells where each path's value will be.</summary>
    public static PropertyNode Build(IEnumerable<string> paths, out Dictionary<string, int> slotOf)
    {
        slotOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var next = 0;
        return Build([.. paths.Distinct(StringComparer.Ordinal)], "", -1, ref next, slotOf);
    }

    /// <summary>The node of a key, or null when no path goes through it.</summary>
    public PropertyNode? Child(ReadOnlySpan<byte> key)
    {
        var index = _names.Find(key);
        return index < 0 ? null : _children[index];
    }

    private static PropertyNode Build(string[] paths, string prefix, int slot, ref int next, Dictionary<string, int> slotOf)
    {
        var names = paths.Select(FirstStep).Distinct(StringComparer.Ordinal).ToArray();
        var children = new PropertyNode[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            var name = names[i];
            var below = paths.Where(p => p.Length > name.Length && FirstStep(p) == name).Select(p => p[(name.Length + 1)..]).ToArray();
            var own = next++;
            slotOf[prefix + name] = own;
            children[i] = Build(below, prefix + name + ".", own, ref next, slotOf);
        }

        return new PropertyNode(slot, new NameTable(names), children, next);
    }

    private static string FirstStep(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? path : path[..dot];
    }
}
