using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Identity;

/// <summary>Asks again, while a page stays open, whether its person is still signed in with the same roles.</summary>
internal sealed class RevalidatingSignIn(ILoggerFactory loggers, IServiceScopeFactory scopes, RevalidationInterval interval)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => interval.Value;

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>();
        var user = await users.GetUserAsync(authenticationState.User);
        if (user is null)
        {
            return false;
        }

        var held = authenticationState.User.FindFirstValue(users.Options.ClaimsIdentity.SecurityStampClaimType);
        return held == await users.GetSecurityStampAsync(user);
    }
}
