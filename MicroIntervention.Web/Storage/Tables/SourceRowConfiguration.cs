using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MicroIntervention.Web.Storage.Tables;

internal sealed class SourceRowConfiguration : IEntityTypeConfiguration<SourceRow>
{
    public void Configure(EntityTypeBuilder<SourceRow> builder)
    {
        builder.ToTable("Sources");
        builder.HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        builder.Property(row => row.Name).HasMaxLength(100);
        builder.Property(row => row.Kind).HasMaxLength(16);
        builder.Property(row => row.KeyPrefix).HasMaxLength(16);
        builder.HasIndex(row => row.KeyHash).IsUnique();
    }
}
