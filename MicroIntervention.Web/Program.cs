using MicroIntervention.Web.Hosting;

return await Commands.RunAsync(args, Console.Out, Console.Error);

public partial class Program;
