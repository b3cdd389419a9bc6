using System.Text.Json;

namespace MicroIntervention.Web.Identity;

/// <summary>Who may do what: the content of role-matrix.json, from which policies are made and which tests try.</summary>
/// <param name="Open">Endpoints that need no action, each with the reason.</param>
public sealed record RoleMatrix(IReadOnlyList<string> Roles, IReadOnlyList<RoleMatrix.Entry> Actions, IReadOnlyList<RoleMatrix.Exempt> Open)
{
    /// <summary>The matrix that ships inside the program.</summary>
    /// <exception cref="InvalidOperationException">The file is missing, malformed or names an unknown role.</exception>
    public static RoleMatrix Load()
    {
        using var stream = typeof(RoleMatrix).Assembly.GetManifestResourceStream("role-matrix.json")
            ?? throw new InvalidOperationException("role-matrix.json is not embedded.");
        var matrix = JsonSerializer.Deserialize<RoleMatrix>(stream, JsonSerializerOptions.Web)
            ?? throw new InvalidOperationException("role-matrix.json is empty.");
        foreach (var action in matrix.Actions)
        {
            foreach (var role in action.Roles)
            {
                if (!matrix.Roles.Contains(role))
                {
                    throw new InvalidOperationException($"role-matrix.json: action {action.Name} names the unknown role {role}.");
                }
            }
        }

        return matrix;
    }

    /// <summary>One action.</summary>
    /// <param name="What">A sentence for people.</param>
    /// <param name="Probes">Requests by which a test can try the action over HTTP.</param>
    /// <param name="Handlers">Methods of pages that change something under this action, as Component.Method: each asks for the action before it changes anything.</param>
    /// <param name="Hubs">Hub methods under this action, as Hub.Method.</param>
    public sealed record Entry(
        string Name, string What, IReadOnlyList<string> Roles, IReadOnlyList<Probe> Probes, IReadOnlyList<string>? Handlers = null, IReadOnlyList<string>? Hubs = null);

    /// <summary>An endpoint without an action.</summary>
    /// <param name="Who"><c>everyone</c> or <c>signed-in</c>.</param>
    /// <param name="Path">Its route, as the program maps it.</param>
    public sealed record Exempt(string Who, string Path, string Why);

    /// <summary>One request that only the action's roles may make.</summary>
    public sealed record Probe(string Method, string Path);
}
