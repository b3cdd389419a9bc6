using Microsoft.AspNetCore.Identity;

namespace MicroIntervention.Web.Storage.Tables;

/// <summary>A person who signs in to the console.</summary>
public sealed class ConsoleUser : IdentityUser
{
    /// <summary>Unix milliseconds.</summary>
    public long CreatedAtMs { get; set; }
}
