using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Identity;

/// <summary>Adds sign-in, roles and the policies of the role matrix.</summary>
public static class IdentityServices
{
    public static IServiceCollection AddConsoleIdentity(this IServiceCollection services)
    {
        services.AddSingleton<FirstSignIn>();
        services.AddSingleton<WelcomeAttempts>();
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, RevalidatingSignIn>();
        services.AddScoped<CurrentUser>();
        services.AddSingleton(RevalidationInterval.Default);

        services.AddIdentityCore<ConsoleUser>(options =>
            {
                // Length beats character classes (NIST SP 800-63B).
                options.Password.RequiredLength = 10;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
            })
            .AddRoles<IdentityRole>()
            .AddEntityFrameworkStores<ConsoleDbContext>()
            .AddSignInManager()
            .AddTokenProvider<DataProtectorTokenProvider<ConsoleUser>>(TokenOptions.DefaultProvider);
        services.Configure<DataProtectionTokenProviderOptions>(options => options.TokenLifespan = People.LinkLifetime);
        services.AddSingleton<People>();

        services.AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddCookie(WelcomeLink.SetupScheme, options =>
            {
                options.Cookie.Name = "mi-setup";
                options.Cookie.SameSite = SameSiteMode.Strict;
                options.ExpireTimeSpan = FirstSignIn.Lifetime;
                options.SlidingExpiration = false;
            })
            .AddIdentityCookies();
        services.ConfigureApplicationCookie(Configure);
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.FromMinutes(1));

        var matrix = RoleMatrix.Load();
        services.AddSingleton(matrix);
        services.AddAuthorization(options =>
        {
            foreach (var action in matrix.Actions)
            {
                options.AddPolicy(action.Name, policy => policy
                    .AddAuthenticationSchemes(IdentityConstants.ApplicationScheme)
                    .RequireAuthenticatedUser()
                    .RequireRole(action.Roles));
            }
        });

        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.AddPolicy(AccountEndpoints.SignInLimit, context => RateLimitPartition.GetFixedWindowLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = 20, Window = TimeSpan.FromMinutes(1) }));
        });
        return services;
    }

    /// <summary>Creates the roles and, with <c>--demo</c>, the demo manager.</summary>
    public static async Task PrepareIdentityAsync(this IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole>>();
        foreach (var role in services.GetRequiredService<RoleMatrix>().Roles)
        {
            if (!await roles.RoleExistsAsync(role))
            {
                Check(await roles.CreateAsync(new IdentityRole(role)));
            }
        }

        if (services.GetRequiredService<ServeOptions>().Demo)
        {
            await CreateDemoManagerAsync(scope.ServiceProvider);
        }
    }

    private static async Task CreateDemoManagerAsync(IServiceProvider services)
    {
        var users = services.GetRequiredService<UserManager<ConsoleUser>>();
        if (await users.FindByNameAsync(ConsoleRole.DemoManager) is not null)
        {
            return;
        }

        var demo = new ConsoleUser
        {
            UserName = ConsoleRole.DemoManager,
            CreatedAtMs = services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds(),
        };
        Check(await users.CreateAsync(demo));
        Check(await users.AddToRoleAsync(demo, ConsoleRole.Manager));
    }

    private static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "mi-console";
        options.Cookie.HttpOnly = true;

        // Lax, not Strict: a link to a session in a mail or chat must open signed in. Every change needs an anti-forgery token anyway.
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.LoginPath = "/account/login";
        options.AccessDeniedPath = "/account/denied";
        options.ExpireTimeSpan = TimeSpan.FromHours(12);
        options.Events.OnRedirectToLogin = context => AnswerAsync(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => AnswerAsync(context, StatusCodes.Status403Forbidden);
    }

    // Programs get a status; only a person's page request is led to a form.
    private static Task AnswerAsync(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (ConsolePaths.IsForPrograms(context.Request.Path) || !HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = status;
        }
        else
        {
            context.Response.Redirect(context.RedirectUri);
        }

        return Task.CompletedTask;
    }

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException(string.Join(" ", result.Errors.Select(error => error.Description)));
        }
    }
}
