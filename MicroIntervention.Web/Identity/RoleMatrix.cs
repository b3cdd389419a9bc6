using System.Text.Json;

namespace MicroIntervention.Web.Identity;

/// <summary>Who may do what: the content of role-matrix.json, from which policies are made and which tests try.</summary>
public sealed record RoleMatrix(IReadOnlyList<string> Roles, IReadOnlyList<RoleMatrix.Entry> Actions)
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
    public sealed record Entry(string Name, string What, IReadOnlyList<string> Roles, IReadOnlyList<Probe> Probes);

    /// <summary>One request that only the action's roles may make.</summary>
    public sealed record Probe(string Method, string Path);
}
