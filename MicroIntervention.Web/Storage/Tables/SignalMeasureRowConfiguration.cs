using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MicroIntervention.Web.Storage.Tables;

internal sealed class SignalMeasureRowConfiguration : IEntityTypeConfiguration<SignalMeasureRow>
{
    public void Configure(EntityTypeBuilder<SignalMeasureRow> builder)
    {
        builder.ToTable("SignalMeasures");
        builder.HasKey(row => row.Name);
        builder.Property(row => row.Name).HasMaxLength(256);
    }
}
