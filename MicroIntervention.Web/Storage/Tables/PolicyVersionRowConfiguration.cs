using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MicroIntervention.Web.Storage.Tables;

internal sealed class PolicyVersionRowConfiguration : IEntityTypeConfiguration<PolicyVersionRow>
{
    public void Configure(EntityTypeBuilder<PolicyVersionRow> builder)
    {
        builder.ToTable("PolicyVersions");
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Scenario).HasMaxLength(64);
        builder.Property(row => row.Stage).HasMaxLength(16);
        builder.Property(row => row.Why).HasMaxLength(500);
        builder.HasIndex(row => new { row.Scenario, row.Version }).IsUnique();
    }
}
