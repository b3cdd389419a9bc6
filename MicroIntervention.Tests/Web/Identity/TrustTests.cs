using System.Net;
using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Radzen;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Identity;

/// <summary>Nothing the program answers is missing from role-matrix.json, and nothing that changes something forgets to ask.</summary>
[Proves("R-73")]
public sealed class TrustTests
{
    private static readonly Assembly Program = typeof(RoleMatrix).Assembly;

    [Fact]
    public async Task Endpoints_EachOne_BelongsToAnActionWithAProbeOrIsNamedOpen()
    {
        var matrix = RoleMatrix.Load();
        await using var server = await ConsoleServer.StartAsync(demo: true);
        var wrong = new List<string>();
        foreach (var endpoint in server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var route = "/" + endpoint.RoutePattern.RawText?.TrimStart('/');
            if (endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            {
                continue; // files of wwwroot, which everybody may have
            }

            var rights = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
            var needsNone = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null || rights.Count == 0;
            var open = matrix.Open.FirstOrDefault(o => o.Path == route);
            if (needsNone ? open?.Who != "everyone" : rights.All(r => r.Policy is null) && open?.Who != "signed-in")
            {
                wrong.Add($"{route} asks for {(needsNone ? "nobody" : "a sign-in only")} and is not under \"open\"");
            }

            foreach (var policy in rights.Select(r => r.Policy).OfType<string>())
            {
                if (open is not null || matrix.Actions.FirstOrDefault(a => a.Name == policy) is not { } action)
                {
                    wrong.Add($"{route} asks for {policy}, which is no action, or is also named open");
                }
                else if (!action.Probes.Any(probe => Matches(endpoint, probe.Path) || probe.Path.StartsWith(route + "/negotiate", StringComparison.Ordinal)))
                {
                    wrong.Add($"{route} has no probe under {policy}");
                }
            }
        }

        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public async Task OpenEntries_EachOne_IsStillAnswered()
    {
        await using var server = await ConsoleServer.StartAsync(demo: true);
        var routes = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(e => "/" + e.RoutePattern.RawText?.TrimStart('/')).ToHashSet();

        Assert.All(RoleMatrix.Load().Open, open => Assert.Contains(open.Path, routes));
    }

    [Fact]
    public void Pages_EachOne_NamesAnActionOrIsOpen()
    {
        var matrix = RoleMatrix.Load();
        var wrong = Program.GetTypes()
            .SelectMany(type => type.GetCustomAttributes<RouteAttribute>().Select(route => (type, route.Template)))
            .Where(page => page.type.GetCustomAttribute<AuthorizeAttribute>()?.Policy is { } policy
                ? matrix.Actions.All(a => a.Name != policy)
                : matrix.Open.All(o => o.Path != page.Template))
            .Select(page => page.Template);

        Assert.Empty(wrong);
    }

    [Fact]
    public void HubMethods_AreExactlyThoseOfTheMatrix()
    {
        var hubs = Program.GetTypes().Where(t => typeof(Hub).IsAssignableFrom(t)).ToList();
        Assert.All(hubs, hub => Assert.NotNull(hub.GetCustomAttribute<AuthorizeAttribute>()?.Policy));

        var methods = hubs.SelectMany(hub => hub.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(m => m.GetBaseDefinition().DeclaringType == hub)
            .Select(m => (Name: $"{hub.Name}.{m.Name}", Action: m.GetCustomAttribute<AuthorizeAttribute>()?.Policy ?? hub.GetCustomAttribute<AuthorizeAttribute>()!.Policy!)));

        Assert.Equal(
            RoleMatrix.Load().Actions.SelectMany(a => (a.Hubs ?? []).Select(h => (h, a.Name))).Order(),
            methods.Order());
    }

    [Fact]
    public void Handlers_ThatChangeSomething_AskFirstAndAreExactlyThoseOfTheMatrix()
    {
        var handlers = HandlerReader.Read(Program.GetTypes());

        Assert.All(handlers, handler => Assert.True(handler.AsksFirst, $"{handler.Name} changes something before it asks CurrentUser.MayAsync"));
        Assert.Equal(
            RoleMatrix.Load().Actions.SelectMany(a => a.Handlers ?? []).Distinct().Order(StringComparer.Ordinal),
            handlers.Select(h => h.Name).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void HandlerReader_PlantedPage_SeesWhoForgetsToAsk()
    {
        var found = HandlerReader.Read([typeof(PlantedPage)]).ToDictionary(h => h.Name, h => h.AsksFirst);

        Assert.Equal(
            new Dictionary<string, bool> { ["PlantedPage.ForgetsToAskAsync"] = false, ["PlantedPage.AsksTooLateAsync"] = false, ["PlantedPage.AsksAsync"] = true, ["PlantedPage.GuardedAsync"] = true, ["PlantedPage.InALambda"] = false },
            found);
    }

    [Fact]
    public async Task Handlers_CalledByWhoeverLacksTheRight_ChangeNothing()
    {
        var matrix = RoleMatrix.Load();
        await using var server = await ConsoleServer.StartAsync();
        await server.Services.GetRequiredService<SourceStore>().CreateAsync(new NewSource("kept", SourceKind.Server, []));
        var engine = server.Services.GetRequiredService<EngineHost>();
        var before = await StateAsync(server);
        foreach (var name in matrix.Actions.SelectMany(a => a.Handlers ?? []).Distinct())
        {
            var allowed = matrix.Actions.Where(a => a.Handlers?.Contains(name) == true).SelectMany(a => a.Roles).ToHashSet();
            foreach (var role in matrix.Roles.Append("without-role").Append("nobody").Where(r => !allowed.Contains(r)))
            {
                await CallAsync(server, name, role);
                Assert.Equal((name, role, before), (name, role, await StateAsync(server)));
                Assert.False(engine.CurrentPlan.Killed, $"{role} threw the switch by {name}");
            }
        }
    }

    [Fact]
    public async Task Metrics_BehindAProxyOnThisMachine_AreForAdminsOnly()
    {
        await using var server = await ConsoleServer.StartAsync();
        using var client = server.NewClient();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, null));
        foreach (var header in new[] { "X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto", "Via", "CF-Connecting-IP", "True-Client-IP" })
        {
            Assert.Equal((header, HttpStatusCode.Forbidden), (header, await StatusAsync(client, header)));
        }

        await server.AddPersonAsync("boss", ConsoleRole.Admin);
        using var boss = await server.SignInAsync("boss");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(boss, "X-Forwarded-For"));
        await server.AddPersonAsync("chief", ConsoleRole.Manager);
        using var chief = await server.SignInAsync("chief");
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(chief, "X-Forwarded-For"));
    }

    [Fact]
    public async Task WelcomeLink_BehindAProxyOnThisMachine_IsRefused()
    {
        await using var server = await ConsoleServer.StartAsync();
        using var client = server.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/welcome?code=" + await server.WelcomeCodeAsync());
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string? header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, "203.0.113.9");
        }

        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static bool Matches(RouteEndpoint endpoint, string path)
    {
        var matcher = new Microsoft.AspNetCore.Routing.Template.TemplateMatcher(
            new Microsoft.AspNetCore.Routing.Template.RouteTemplate(endpoint.RoutePattern), new RouteValueDictionary());
        return matcher.TryMatch(path.Split('?')[0], new RouteValueDictionary());
    }

    /// <summary>Calls a page's method as an open circuit of this person would, past whatever the page shows or hides.</summary>
    private static async Task CallAsync(ConsoleServer server, string name, string role)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var identity = role switch
        {
            "nobody" => new ClaimsIdentity(),
            "without-role" => new ClaimsIdentity([new Claim(ClaimTypes.Name, "x")], IdentityConstants.ApplicationScheme),
            _ => new ClaimsIdentity([new Claim(ClaimTypes.Name, "x"), new Claim(ClaimTypes.Role, role)], IdentityConstants.ApplicationScheme),
        };
        var user = new CurrentUser(new Fixed(new ClaimsPrincipal(identity)), scope.ServiceProvider.GetRequiredService<IAuthorizationService>());
        var navigation = new NoNavigation();
        var dialogs = ActivatorUtilities.CreateInstance<DialogService>(scope.ServiceProvider, navigation);
        dialogs.OnOpen += (_, _, _, _) => dialogs.Close(true);
        var parts = name.Split('.');
        var type = Program.GetTypes().Single(t => t.Name == parts[0] && typeof(ComponentBase).IsAssignableFrom(t));
        var page = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Where(p => p.GetCustomAttribute<InjectAttribute>() is not null))
        {
            property.SetValue(
                page,
                property.PropertyType == typeof(CurrentUser) ? user
                    : property.PropertyType == typeof(DialogService) ? dialogs
                    : property.PropertyType == typeof(NavigationManager) ? navigation
                    : scope.ServiceProvider.GetRequiredService(property.PropertyType));
        }

        var method = type.GetMethod(parts[1], BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)!;
        var source = Assert.Single(await server.Services.GetRequiredService<SourceStore>().ListAsync());
        object?[] arguments = [.. method.GetParameters().Select(p =>
            p.ParameterType == typeof(Source) ? source : p.ParameterType == typeof(bool) ? true : p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null)];
        try
        {
            await ((Task)method.Invoke(page, arguments)!).WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (Exception unready) when (unready is NullReferenceException or TargetInvocationException or InvalidOperationException)
        {
            // The page was not shown, so it may lack what its user would have typed. What matters is that nothing changed.
        }
    }

    private static async Task<string> StateAsync(ConsoleServer server)
    {
        await using var db = await server.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
        return $"{await db.Sources.CountAsync()} {await db.Sources.CountAsync(s => s.RevokedAtMs != null)} {await db.PolicyVersions.CountAsync()} {await db.Controls.CountAsync()} {await db.Users.CountAsync()} {await db.Set<MicroIntervention.Web.Storage.Tables.WebhookEndpointRow>().CountAsync()} {await db.Audit.CountAsync()}";
    }

    private sealed class NoNavigation : NavigationManager
    {
        public NoNavigation() => Initialize("http://localhost/", "http://localhost/");
    }

    private sealed class Fixed(ClaimsPrincipal person) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(person));
    }
}
