using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MicroIntervention.Web.Storage.Tables;

internal sealed class RejectedSignalRowConfiguration : IEntityTypeConfiguration<RejectedSignalRow>
{
    public void Configure(EntityTypeBuilder<RejectedSignalRow> builder)
    {
        builder.ToTable("RejectedSignals");
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Reason).HasMaxLength(64);
        builder.Property(row => row.Payload).HasMaxLength(4096);
        builder.HasIndex(row => new { row.Source, row.AtMs });
        builder.HasIndex(row => row.AtMs);
    }
}
