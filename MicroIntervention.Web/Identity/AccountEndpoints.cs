using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Identity;

/// <summary>The forms of signing in, first run and signing out. Plain posts, for a cookie can only be set by a plain answer.</summary>
internal static class AccountEndpoints
{
    /// <summary>Name of the rate limit of the sign-in forms: 20 a minute and address.</summary>
    public const string SignInLimit = "sign-in";

    public static void MapConsoleIdentity(this WebApplication app)
    {
        app.MapPost("/account/login", LoginAsync).RequireRateLimiting(SignInLimit);
        app.MapPost("/account/first-run", FirstRunAsync).RequireRateLimiting(SignInLimit);
        app.MapPost("/account/invite", InviteAsync).RequireRateLimiting(SignInLimit);
        app.MapPost("/account/logout", LogoutAsync).RequireAuthorization();
    }

    private static async Task<IResult> LoginAsync(
        HttpContext context, [FromForm] string? name, [FromForm] string? password, [FromForm] string? returnUrl,
        SignInManager<ConsoleUser> signIn, AuditLog audit)
    {
        if (MissingToken(context))
        {
            return Stale();
        }

        if (string.IsNullOrWhiteSpace(name) || string.IsNullOrEmpty(password))
        {
            return Back("/account/login", "missing", returnUrl);
        }

        var result = await signIn.PasswordSignInAsync(name.Trim(), password, isPersistent: false, lockoutOnFailure: true);
        if (!result.Succeeded)
        {
            // The same answer for a wrong name and a wrong password.
            return Back("/account/login", result.IsLockedOut ? "locked" : "wrong", returnUrl);
        }

        await audit.AddAsync(name.Trim(), "sign-in", detail: "password");
        return Results.LocalRedirect(Local(returnUrl));
    }

    private static async Task<IResult> FirstRunAsync(
        HttpContext context, [FromForm] string? name, [FromForm] string? password, [FromForm] string? again,
        FirstSignIn first, UserManager<ConsoleUser> users, SignInManager<ConsoleUser> signIn, AuditLog audit, TimeProvider time)
    {
        if (MissingToken(context))
        {
            return Stale();
        }

        var setup = await context.AuthenticateAsync(WelcomeLink.SetupScheme);
        if (!setup.Succeeded || await first.AdminExistsAsync())
        {
            return Results.LocalRedirect("/account/login");
        }

        if (string.IsNullOrWhiteSpace(name) || string.IsNullOrEmpty(password))
        {
            return Back("/account/first-run", "missing", null);
        }

        if (password != again)
        {
            return Back("/account/first-run", "differ", null);
        }

        var admin = new ConsoleUser { UserName = name.Trim(), CreatedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds() };
        var created = await users.CreateAsync(admin, password);
        if (!created.Succeeded)
        {
            return Back("/account/first-run", created.Errors.Any(error => error.Code.StartsWith("Password", StringComparison.Ordinal)) ? "weak" : "name", null);
        }

        await users.AddToRoleAsync(admin, ConsoleRole.Admin);
        await context.SignOutAsync(WelcomeLink.SetupScheme);
        await signIn.SignInAsync(admin, isPersistent: false);
        await audit.AddAsync(name.Trim(), "first-run", detail: "created the first admin");
        return Results.LocalRedirect("/welcome");
    }

    private static async Task<IResult> InviteAsync(
        HttpContext context, [FromForm] string? who, [FromForm] string? code, [FromForm] string? password, [FromForm] string? again,
        People people, SignInManager<ConsoleUser> signIn)
    {
        if (MissingToken(context))
        {
            return Stale();
        }

        var page = $"/account/invite?who={Uri.EscapeDataString(who ?? "")}&code={Uri.EscapeDataString(code ?? "")}";
        if (string.IsNullOrEmpty(password) || password != again)
        {
            return Results.LocalRedirect($"{page}&fault={(string.IsNullOrEmpty(password) ? "missing" : "differ")}");
        }

        var (user, fault) = await people.UseLinkAsync(who, code, password);
        if (user is null)
        {
            return Results.LocalRedirect($"{page}&fault={fault}");
        }

        await signIn.SignInAsync(user, isPersistent: false);
        return Results.LocalRedirect("/");
    }

    private static async Task<IResult> LogoutAsync(
        HttpContext context, SignInManager<ConsoleUser> signIn, UserManager<ConsoleUser> users, AuditLog audit)
    {
        if (MissingToken(context))
        {
            return Stale();
        }

        if (await users.GetUserAsync(context.User) is { } user)
        {
            // Open pages of this person end only when the stamp changes; it must change before the cookie goes.
            await users.UpdateSecurityStampAsync(user);
            await audit.AddAsync(user.UserName ?? "?", "sign-out");
        }

        await signIn.SignOutAsync();
        return Results.LocalRedirect("/account/login");
    }

    // Reading the form without a valid token would throw, which is a 500; it is the sender's fault.
    private static bool MissingToken(HttpContext context) => context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false };

    private static IResult Stale() => Results.Text("This form has expired. Go back, reload the page and send it again.", statusCode: StatusCodes.Status400BadRequest);

    private static IResult Back(string path, string fault, string? returnUrl) =>
        Results.LocalRedirect($"{path}?fault={fault}" + (string.IsNullOrEmpty(returnUrl) ? "" : $"&returnUrl={Uri.EscapeDataString(returnUrl)}"));

    private static string Local(string? url) =>
        url is { Length: > 0 } && url[0] == '/' && (url.Length == 1 || url[1] is not ('/' or '\\')) ? url : "/";
}
