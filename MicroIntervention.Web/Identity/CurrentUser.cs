using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;

namespace MicroIntervention.Web.Identity;

/// <summary>The person behind a page, and what they may do. One per circuit.</summary>
public sealed class CurrentUser(AuthenticationStateProvider authentication, IAuthorizationService authorization)
{
    /// <summary>The sign-in name; "?" for nobody.</summary>
    public async Task<string> NameAsync() => (await authentication.GetAuthenticationStateAsync()).User.Identity?.Name ?? "?";

    /// <summary>Whether the role matrix allows <paramref name="action"/>. Every handler that changes something asks again, for a page can outlive a right.</summary>
    public async Task<bool> MayAsync(string action)
    {
        var state = await authentication.GetAuthenticationStateAsync();
        return (await authorization.AuthorizeAsync(state.User, action)).Succeeded;
    }
}
