using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MicroIntervention.Web.Storage;

/// <summary>Has SQLite overwrite what is deleted from <c>console.db</c>: refused events carry what a customer sent, and go by age and by erasure.</summary>
internal sealed class SecureDelete : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        ArgumentNullException.ThrowIfNull(connection);
        using var command = Pragma(connection);
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await using var command = Pragma(connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DbCommand Pragma(DbConnection connection)
    {
        var command = connection.CreateCommand();
        command.CommandText = "PRAGMA secure_delete=ON";
        return command;
    }
}
