using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MicroIntervention.Web.Storage.Tables;

internal sealed class ControlRowConfiguration : IEntityTypeConfiguration<ControlRow>
{
    public void Configure(EntityTypeBuilder<ControlRow> builder)
    {
        builder.ToTable("Controls");
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Kind).HasMaxLength(16);
        builder.Property(row => row.Scenario).HasMaxLength(64);
        builder.HasIndex(row => row.AtMs);
    }
}
