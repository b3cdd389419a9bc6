namespace MicroIntervention.Web.Identity;

/// <summary>How long a page may stay open with a right that was taken away. Default 15 s.</summary>
internal sealed record RevalidationInterval(TimeSpan Value)
{
    public static readonly RevalidationInterval Default = new(TimeSpan.FromSeconds(15));
}
