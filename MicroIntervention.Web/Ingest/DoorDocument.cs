using Microsoft.OpenApi;

namespace MicroIntervention.Web.Ingest;

/// <summary><c>/openapi/v1.json</c>: the doors, with schemas, examples and every answer.</summary>
/// <remarks>The doors read bytes, not classes, so there is nothing to derive the document from: it is written in <c>openapi.json</c> and a test holds it to the doors.</remarks>
internal static class DoorDocument
{
    public static void AddDoorDocument(this IServiceCollection services) =>
        services.AddOpenApi("v1", options =>
        {
            options.ShouldInclude = static _ => false;
            options.AddDocumentTransformer(static (document, _, _) =>
            {
                var written = Read();
                document.Info = written.Info;
                document.Paths = written.Paths;
                document.Components = written.Components;
                document.Tags = null;
                return Task.CompletedTask;
            });
        });

    public static void MapDoorDocument(this WebApplication app) => app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();

    private static OpenApiDocument Read()
    {
        using var stream = typeof(DoorDocument).Assembly.GetManifestResourceStream("MicroIntervention.Web.Ingest.openapi.json")
            ?? throw new InvalidOperationException("The program was built without openapi.json.");
        using var reader = new StreamReader(stream);
        return OpenApiDocument.Parse(reader.ReadToEnd(), "json").Document
            ?? throw new InvalidOperationException("openapi.json is not an OpenAPI document.");
    }
}
