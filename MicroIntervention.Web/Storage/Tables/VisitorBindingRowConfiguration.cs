using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MicroIntervention.Web.Storage.Tables;

internal sealed class VisitorBindingRowConfiguration : IEntityTypeConfiguration<VisitorBindingRow>
{
    public void Configure(EntityTypeBuilder<VisitorBindingRow> builder)
    {
        builder.ToTable("VisitorBindings");
        builder.HasKey(row => row.VisitorHash);
    }
}
