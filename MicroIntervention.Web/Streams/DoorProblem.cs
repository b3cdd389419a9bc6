using System.Globalization;

namespace MicroIntervention.Web.Streams;

/// <summary>An answer that says what went wrong and what to do.</summary>
internal sealed record DoorProblem(int Status, string Says, int? RetryAfterSeconds = null)
{
    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        if (RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return context.Response.WriteAsJsonAsync(new { error = Says });
    }
}
