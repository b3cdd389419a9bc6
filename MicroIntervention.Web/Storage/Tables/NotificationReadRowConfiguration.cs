using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MicroIntervention.Web.Storage.Tables;

internal sealed class NotificationReadRowConfiguration : IEntityTypeConfiguration<NotificationReadRow>
{
    public void Configure(EntityTypeBuilder<NotificationReadRow> builder)
    {
        builder.ToTable("NotificationReads");
        builder.HasKey(row => row.Who);
        builder.Property(row => row.Who).HasMaxLength(256);
    }
}
