using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MicroIntervention.Web.Ingest;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Ingest;

/// <summary>The program with a fake engine behind its doors, one server key and one browser key.</summary>
internal sealed class DoorServer : IAsyncDisposable
{
    public const string Origin = "https://shop.example";

    private readonly ConsoleServer _server;

    private DoorServer(ConsoleServer server, FakeIntake intake, string serverKey, string browserKey)
    {
        _server = server;
        Intake = intake;
        ServerKey = serverKey;
        BrowserKey = browserKey;
        Client = server.NewClient();
    }

    public FakeIntake Intake { get; }

    public string ServerKey { get; }

    public string BrowserKey { get; }

    public HttpClient Client { get; }

    public Uri Url => _server.Url;

    public IServiceProvider Services => _server.Services;

    public static async Task<DoorServer> StartAsync(Action<IServiceCollection>? configure = null)
    {
        var intake = new FakeIntake();
        var server = await ConsoleServer.StartAsync(configure: services =>
        {
            services.AddSingleton<ISignalIntake>(intake);
            configure?.Invoke(services);
        });
        var sources = server.Services.GetRequiredService<SourceStore>();
        var secret = await sources.CreateAsync(new NewSource("backend", SourceKind.Server, []));
        var open = await sources.CreateAsync(new NewSource("shop", SourceKind.Browser, [AllowedOrigin.FromStore(Origin)]));
        return new DoorServer(server, intake, secret.Key, open.Key);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string body, string? key, string? origin = null) =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), key, origin);

    public async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string? key, string? origin = null, Action<HttpRequestMessage>? with = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        with?.Invoke(request);
        return await Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }
}
