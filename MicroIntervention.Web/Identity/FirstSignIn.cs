using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using MicroIntervention.Web.Hosting;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Identity;

/// <summary>The welcome link that a starting server prints: signs in once, from this machine, within 15 minutes.</summary>
/// <remarks>Thread-safe. The code lives in memory only; a restart makes another.</remarks>
public sealed class FirstSignIn(IServiceScopeFactory scopes, ServeOptions options, TimeProvider time)
{
    /// <summary>How long a printed link works; long enough to find the window, short enough not to linger in a log.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private byte[]? _code;
    private DateTimeOffset _until;

    /// <summary>Makes the code to print, or null when nobody needs one: an admin exists and this is no demo.</summary>
    public async Task<string?> IssueCodeAsync()
    {
        if (!options.Demo && await AdminExistsAsync())
        {
            return null;
        }

        var code = RandomNumberGenerator.GetBytes(16);
        lock (_gate)
        {
            _code = code;
            _until = time.GetUtcNow() + Lifetime;
        }

        return Convert.ToHexStringLower(code);
    }

    /// <summary>Spends the code. Constant time in the code's bytes.</summary>
    /// <returns>True once for the right code in time; afterwards and otherwise false.</returns>
    public bool TrySpend(string? offered)
    {
        if (offered is not { Length: 32 } || !IsHex(offered))
        {
            return false;
        }

        var bytes = Convert.FromHexString(offered);
        lock (_gate)
        {
            if (_code is null || time.GetUtcNow() > _until || !CryptographicOperations.FixedTimeEquals(bytes, _code))
            {
                return false;
            }

            _code = null;
            return true;
        }
    }

    /// <summary>Whether anyone holds the role admin.</summary>
    public async Task<bool> AdminExistsAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>();
        return (await users.GetUsersInRoleAsync(ConsoleRole.Admin)).Count > 0;
    }

    private static bool IsHex(string text)
    {
        foreach (var letter in text)
        {
            if (!char.IsAsciiHexDigit(letter))
            {
                return false;
            }
        }

        return true;
    }
}
