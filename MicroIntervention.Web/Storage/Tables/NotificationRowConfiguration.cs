using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MicroIntervention.Web.Storage.Tables;

internal sealed class NotificationRowConfiguration : IEntityTypeConfiguration<NotificationRow>
{
    public void Configure(EntityTypeBuilder<NotificationRow> builder)
    {
        builder.ToTable("Notifications");
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Kind).HasMaxLength(64);
        builder.Property(row => row.Subject).HasMaxLength(256);
        builder.Property(row => row.Text).HasMaxLength(1000);
        builder.Property(row => row.Path).HasMaxLength(500);
        builder.Property(row => row.Action).HasMaxLength(64);
        builder.HasIndex(row => row.AtMs);
        builder.HasIndex(row => new { row.Kind, row.Subject });
    }
}
