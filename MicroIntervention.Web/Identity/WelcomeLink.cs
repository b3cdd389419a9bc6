using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Identity;

/// <summary>Answers <c>GET /welcome?code=…</c> before the page of the same path sees it.</summary>
internal static class WelcomeLink
{
    /// <summary>Cookie scheme of someone who came by the link before any admin exists; opens the first-run form and nothing else.</summary>
    public const string SetupScheme = "mi-setup";

    public static void UseWelcomeLink(this WebApplication app) =>
        app.UseWhen(
            context => context.Request.Path == "/welcome" && context.Request.Query.ContainsKey("code"),
            branch => branch.Run(AnswerAsync));

    private static async Task AnswerAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var first = services.GetRequiredService<FirstSignIn>();
        var limiter = services.GetRequiredService<WelcomeAttempts>();
        context.Response.Headers.CacheControl = "no-store";

        // The code is for the person who reads this machine's terminal.
        if (!HttpMethods.IsGet(context.Request.Method) || !context.IsOnThisMachine())
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "The welcome link works only on the machine the server runs on.");
            return;
        }

        if (!limiter.TryTake())
        {
            context.Response.Headers.RetryAfter = "60";
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "Too many tries. Wait a minute.");
            return;
        }

        if (!first.TrySpend(context.Request.Query["code"]))
        {
            if (context.User.Identity?.IsAuthenticated == true)
            {
                context.Response.Redirect("/welcome");
                return;
            }

            await RefuseAsync(context, StatusCodes.Status403Forbidden, "This link was used or is older than 15 minutes. Restart the server to get a new one, or sign in at /account/login.");
            return;
        }

        if (services.GetRequiredService<ServeOptions>().Demo)
        {
            var users = services.GetRequiredService<UserManager<ConsoleUser>>();
            var demo = await users.FindByNameAsync(ConsoleRole.DemoManager)
                ?? throw new InvalidOperationException("The demo manager was not created.");
            await services.GetRequiredService<SignInManager<ConsoleUser>>().SignInAsync(demo, isPersistent: false);
            await services.GetRequiredService<AuditLog>().AddAsync(ConsoleRole.DemoManager, "sign-in", detail: "welcome link");
            context.Response.Redirect("/welcome");
            return;
        }

        var setup = new ClaimsIdentity([new Claim(ClaimTypes.Name, "first run")], SetupScheme);
        await context.SignInAsync(SetupScheme, new ClaimsPrincipal(setup));
        context.Response.Redirect("/account/first-run");
    }

    private static Task RefuseAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(sentence);
    }
}
