using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MicroIntervention.Web.Storage.Tables;

internal sealed class ContractViolationRowConfiguration : IEntityTypeConfiguration<ContractViolationRow>
{
    public void Configure(EntityTypeBuilder<ContractViolationRow> builder)
    {
        builder.ToTable("ContractViolations");
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Name).HasMaxLength(256);
        builder.Property(row => row.Fault).HasMaxLength(500);
        builder.Property(row => row.Sample).HasMaxLength(4096);
        builder.HasIndex(row => new { row.Name, row.AtMs });
        builder.HasIndex(row => row.AtMs);
    }
}
