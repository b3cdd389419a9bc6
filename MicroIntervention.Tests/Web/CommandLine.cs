using MicroIntervention.Web.Hosting;

namespace MicroIntervention.Tests.Web;

/// <summary>Gives the program a command, as a shell would.</summary>
internal static class CommandLine
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Commands.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
