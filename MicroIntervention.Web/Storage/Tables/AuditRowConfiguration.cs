using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MicroIntervention.Web.Storage.Tables;

internal sealed class AuditRowConfiguration : IEntityTypeConfiguration<AuditRow>
{
    public void Configure(EntityTypeBuilder<AuditRow> builder)
    {
        builder.ToTable("Audit");
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Action).HasMaxLength(64);
        builder.Property(row => row.Target).HasMaxLength(200);
        builder.Property(row => row.Detail).HasMaxLength(1000);
        builder.HasIndex(row => row.AtMs);
    }
}
