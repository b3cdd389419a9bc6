using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Storage;

/// <summary>What the console keeps in console.db: people, keys, policies, rejected signals, visitor bindings, audit, contracts, notifications. The signal log is not here.</summary>
/// <remarks>Made by <see cref="IDbContextFactory{TContext}"/>, one per operation; never injected into a component.</remarks>
public sealed class ConsoleDbContext(DbContextOptions<ConsoleDbContext> options) : IdentityDbContext<ConsoleUser, IdentityRole, string>(options)
{
    public DbSet<SourceRow> Sources => Set<SourceRow>();

    public DbSet<RejectedSignalRow> RejectedSignals => Set<RejectedSignalRow>();

    public DbSet<PolicyVersionRow> PolicyVersions => Set<PolicyVersionRow>();

    public DbSet<ControlRow> Controls => Set<ControlRow>();

    public DbSet<VisitorBindingRow> VisitorBindings => Set<VisitorBindingRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<SignalContractRow> SignalContracts => Set<SignalContractRow>();

    public DbSet<SignalMeasureRow> SignalMeasures => Set<SignalMeasureRow>();

    public DbSet<ContractViolationRow> ContractViolations => Set<ContractViolationRow>();

    public DbSet<NotificationRow> Notifications => Set<NotificationRow>();

    public DbSet<NotificationReadRow> NotificationReads => Set<NotificationReadRow>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(ConsoleDbContext).Assembly);
    }
}
