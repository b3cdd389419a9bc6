using System.Text.Json;

namespace MicroIntervention.Tests.Web.Ingest;

[Proves("R-04")]
public sealed class DoorDocumentTests
{
    [Fact]
    public async Task OpenApi_Document_DescribesEveryDoorWithItsErrors()
    {
        await using var server = await DoorServer.StartAsync();
        using var document = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        var paths = document.RootElement.GetProperty("paths");

        Assert.Equal(
            [
                "/array/{writeKey}/config", "/batch/", "/flags/", "/sourceConfig/", "/v1/alias", "/v1/batch", "/v1/events", "/v1/feedback", "/v1/group", "/v1/hello", "/v1/identify", "/v1/page",
                "/v1/projects/{writeKey}/settings", "/v1/screen", "/v1/stream", "/v1/track", "/v1/validate",
            ],
            paths.EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        string[] doors = ["/v1/track", "/v1/page", "/v1/screen", "/v1/identify", "/v1/group", "/v1/alias", "/v1/batch", "/v1/events", "/batch/"];
        foreach (var path in doors)
        {
            var post = paths.GetProperty(path).GetProperty("post");
            Assert.Equal(["200", "400", "401", "403", "413", "415", "429", "503", "507"], post.GetProperty("responses").EnumerateObject().Select(answer => answer.Name));

            // The example is what a reader will paste: it must be taken.
            var content = post.GetProperty("requestBody").GetProperty("content").EnumerateObject().First().Value;
            using var answer = await server.PostAsync(path, content.GetProperty("example").GetRawText(), server.ServerKey);
            var expected = post.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("example");
            using var said = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.True(JsonElement.DeepEquals(expected, said.RootElement), path);
        }

        Assert.Equal(doors.Length, server.Intake.Taken.Count);
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        foreach (var reference in References(document.RootElement))
        {
            var name = reference.Split('/')[^1];
            Assert.True(reference.Contains("/responses/", StringComparison.Ordinal) || schemas.TryGetProperty(name, out _), reference);
        }
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member.NameEquals("$ref") ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
