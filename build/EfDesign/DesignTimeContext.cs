using MicroIntervention.Web.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace MicroIntervention.EfDesign;

/// <summary>Gives the migration tool a context without starting the server.</summary>
public sealed class DesignTimeContext : IDesignTimeDbContextFactory<ConsoleDbContext>
{
    public ConsoleDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<ConsoleDbContext>().UseSqlite("Data Source=design.db").Options);

    public static void Main() => Console.WriteLine("See build/EfDesign/README.md.");
}
