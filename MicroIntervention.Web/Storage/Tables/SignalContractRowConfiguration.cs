using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MicroIntervention.Web.Storage.Tables;

internal sealed class SignalContractRowConfiguration : IEntityTypeConfiguration<SignalContractRow>
{
    public void Configure(EntityTypeBuilder<SignalContractRow> builder)
    {
        builder.ToTable("SignalContracts");
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Subject).HasMaxLength(16);
        builder.Property(row => row.Name).HasMaxLength(256);
        builder.Property(row => row.Why).HasMaxLength(500);
        builder.HasIndex(row => new { row.Subject, row.Name, row.Version }).IsUnique();
    }
}
