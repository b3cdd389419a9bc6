using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MicroIntervention.Web.Storage.Tables;

internal sealed class WebhookEndpointRowConfiguration : IEntityTypeConfiguration<WebhookEndpointRow>
{
    public void Configure(EntityTypeBuilder<WebhookEndpointRow> builder)
    {
        builder.ToTable("WebhookEndpoints");
        builder.HasKey(row => row.Number);
        builder.Property(row => row.Number).ValueGeneratedNever();
        builder.Property(row => row.Name).HasMaxLength(100);
        builder.Property(row => row.Url).HasMaxLength(2048);
        builder.Property(row => row.Scenario).HasMaxLength(64);
        builder.Property(row => row.Kind).HasMaxLength(16);
        builder.Property(row => row.DisabledReason).HasMaxLength(300);
    }
}
