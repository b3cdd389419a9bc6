namespace MicroIntervention.Web.Hosting.FolderSocket;

/// <summary>Adds the socket in the data folder and the commands it knows.</summary>
internal static class FolderCommandServices
{
    /// <summary>Call last: a command then finds everything started, and finds nothing stopped.</summary>
    public static void AddFolderCommands(this IServiceCollection services)
    {
        foreach (var command in Commands.All.OfType<FolderCommand>())
        {
            services.AddSingleton<IFolderCommand>(provider => new ServedCommand(command, provider));
        }

        services.AddHostedService<FolderSocketServer>();
    }
}
