using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Radzen;
using MicroIntervention.Tests.Web.Live;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Shared;

namespace MicroIntervention.Tests.Web.Features;

/// <summary>Pages drawn without a browser, on a server's real services and a signed-in person with the rights a test names.</summary>
internal sealed class PageStage : IAsyncDisposable
{
    private PageStage(ConsoleServer server, FakeControls controls, BunitContext pages)
    {
        Server = server;
        Controls = controls;
        Pages = pages;
    }

    public ConsoleServer Server { get; }

    public FakeControls Controls { get; }

    public BunitContext Pages { get; }

    /// <param name="role">Whose rights of the role matrix the person has; null for none.</param>
    public static async Task<PageStage> StartAsync(string? role, bool demo = false, Action<IServiceCollection>? configure = null)
    {
        var controls = new FakeControls();
        var server = await ConsoleServer.StartAsync(demo, configure: services =>
        {
            services.AddSingleton<IEngineControls>(controls);
            services.AddSingleton(new EngineView(LiveStage.Plan, () => null));
            configure?.Invoke(services);
        });
        var pages = new BunitContext();
        pages.JSInterop.Mode = JSRuntimeMode.Loose;
        var person = pages.AddAuthorization();
        person.SetAuthorized("ada");
        person.SetPolicies([.. RoleMatrix.Load().Actions.Where(action => role is not null && action.Roles.Contains(role)).Select(action => action.Name)]);
        pages.Services.AddLocalization();
        pages.Services.AddLogging();
        pages.Services.AddRadzenComponents();
        pages.Services.AddScoped<ViewerClock>();
        pages.Services.AddScoped<CurrentUser>();
        pages.Services.AddFallbackServiceProvider(server.Services);

        // Fetches the renderer, after which nothing can be registered.
        pages.SetRendererInfo(new RendererInfo("Server", true));
        return new PageStage(server, controls, pages);
    }

    public T Get<T>()
        where T : notnull => Server.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await Pages.DisposeAsync();
        await Server.DisposeAsync();
    }
}
