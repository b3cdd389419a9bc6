using MicroIntervention.Web.Identity;

namespace MicroIntervention.Web.Hosting;

/// <summary>What a person or a program gets when something went wrong.</summary>
internal static class ConsoleErrors
{
    public static void UseConsoleErrors(this WebApplication app)
    {
        app.UseExceptionHandler(branch => branch.Run(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"error":"The server failed on this request; its log says why. Try again."}""");
        }));

        // Programs keep their status codes as they are: a page instead of a hub's 401 becomes a 400.
        app.UseWhen(
            context => HttpMethods.IsGet(context.Request.Method) && !ConsolePaths.IsForPrograms(context.Request.Path),
            branch => branch.UseStatusCodePagesWithReExecute("/not-found"));
    }
}
