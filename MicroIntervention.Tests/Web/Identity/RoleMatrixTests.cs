using System.Net;
using System.Reflection;
using MicroIntervention.Web.Identity;

namespace MicroIntervention.Tests.Web.Identity;

[Proves("R-73")]
public sealed class RoleMatrixTests
{
    [Fact]
    public void Names_InCodeAndFile_AreTheSame()
    {
        var inCode = typeof(ConsoleAction).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!);

        Assert.Equal(RoleMatrix.Load().Actions.Select(action => action.Name).Order(StringComparer.Ordinal), inCode.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Probes_OfEveryCell_AreAnsweredByTheRightRolesOnly()
    {
        var matrix = RoleMatrix.Load();
        await using var server = await ConsoleServer.StartAsync();
        var clients = new Dictionary<string, HttpClient> { ["nobody"] = server.NewClient() };
        await server.AddPersonAsync("without-role", null);
        clients["without-role"] = await server.SignInAsync("without-role");
        foreach (var role in matrix.Roles)
        {
            await server.AddPersonAsync("the-" + role, role);
            clients[role] = await server.SignInAsync("the-" + role);
        }

        var wrong = new List<string>();
        foreach (var action in matrix.Actions)
        {
            foreach (var probe in action.Probes)
            {
                foreach (var (who, client) in clients)
                {
                    using var request = new HttpRequestMessage(new HttpMethod(probe.Method), probe.Path);
                    using var answer = await client.SendAsync(request);
                    var allowed = action.Roles.Contains(who);
                    if (allowed != IsAnswer(answer) || (!allowed && !IsRefusal(answer)))
                    {
                        wrong.Add($"{who} {probe.Method} {probe.Path}: {(int)answer.StatusCode} {answer.Headers.Location}");
                    }
                }
            }
        }

        Assert.Empty(wrong);
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }
    }

    private static bool IsAnswer(HttpResponseMessage answer) => answer.StatusCode == HttpStatusCode.OK;

    private static bool IsRefusal(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ||
        (answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.ToString() is var to &&
         (to.Contains("/account/login", StringComparison.Ordinal) || to.Contains("/account/denied", StringComparison.Ordinal)));
}
