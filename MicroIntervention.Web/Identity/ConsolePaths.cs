namespace MicroIntervention.Web.Identity;

/// <summary>Which paths belong to programs, which want a status and a sentence, and which to people, who want a page.</summary>
internal static class ConsolePaths
{
    private static readonly PathString[] ForPrograms = ["/api", "/v1", "/hubs", "/openapi", "/healthz", "/readyz", "/metrics", "/_blazor", "/_framework", "/dist"];

    public static bool IsForPrograms(PathString path)
    {
        foreach (var start in ForPrograms)
        {
            if (path.StartsWithSegments(start))
            {
                return true;
            }
        }

        return false;
    }
}
