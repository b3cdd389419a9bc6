namespace MicroIntervention.Web.Hosting;

/// <summary>Headers that keep a page from loading, or being loaded by, what it should not.</summary>
internal static class SecureHeaders
{
    // style: Radzen sets positions by style attributes. connect: 'self' covers the page's own WebSocket.
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
        "connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors ";

    public static void UseSecureHeaders(this WebApplication app) =>
        app.Use((context, next) =>
        {
            // The guided tour shows the demo shop in a frame of our own page; nothing else may be framed.
            var framed = context.Request.Path.StartsWithSegments("/store");
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = Policy + (framed ? "'self'" : "'none'");
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = framed ? "SAMEORIGIN" : "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            return next(context);
        });
}
