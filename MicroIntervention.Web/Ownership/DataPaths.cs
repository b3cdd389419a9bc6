namespace MicroIntervention.Web.Ownership;

/// <summary>Addresses of the pages about signals. Names are anybody's text: "Sign up / in" is one.</summary>
internal static class DataPaths
{
    /// <summary>The page of one signal.</summary>
    public static string Of(string name) => "/data/signals/" + Escaped(name);

    /// <summary>A name as the rest of a path: servers keep an escaped slash escaped, so slashes stay.</summary>
    public static string Escaped(string name) => string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
}
