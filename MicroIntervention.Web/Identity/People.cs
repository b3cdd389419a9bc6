using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using System.Text;
using MicroIntervention.Web.Storage;
using MicroIntervention.Web.Storage.Tables;

namespace MicroIntervention.Web.Identity;

/// <summary>The people of the console: listed, added with a welcome link, switched off and on. Callers make sure that only an admin changes them.</summary>
/// <remarks>
/// Thread-safe; changes are made one after the other, so that two admins cannot switch each other off at once. A welcome link is a signed
/// token over the person's security stamp: setting the password, switching off or making another link ends it.
/// </remarks>
public sealed class People(IServiceScopeFactory scopes, IDbContextFactory<ConsoleDbContext> contexts, AuditLog audit, TimeProvider time) : IDisposable
{
    /// <summary>How long a welcome link works: over a weekend.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromDays(3);

    private const string Busy = "People.FaultBusy";
    private const int Attempts = 3;

    private readonly SemaphoreSlim _oneChange = new(1, 1);

    /// <summary>Everybody by name.</summary>
    public async Task<IReadOnlyList<Person>> ListAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var roles = await db.UserRoles.AsNoTracking()
            .Join(db.Roles, link => link.RoleId, role => role.Id, (link, role) => new { link.UserId, role.Name })
            .ToListAsync(cancel);
        var users = await db.Users.AsNoTracking().OrderBy(user => user.NormalizedUserName).Take(1_000).ToListAsync(cancel);
        return users.ConvertAll(user => new Person(
            user.Id,
            user.UserName ?? "?",
            roles.Find(role => role.UserId == user.Id)?.Name ?? "",
            !IsOff(user),
            user.PasswordHash is not null,
            user.CreatedAtMs > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(user.CreatedAtMs) : null));
    }

    /// <summary>Adds somebody with one role and makes their welcome link.</summary>
    public Task<PersonChange> AddAsync(string name, string role, string who) => ChangeAsync(async users =>
    {
        if (role is not (ConsoleRole.Admin or ConsoleRole.Manager))
        {
            return new PersonChange("People.FaultRole");
        }

        var user = new ConsoleUser { UserName = name.Trim(), CreatedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(), LockoutEnabled = true };
        var made = await users.CreateAsync(user);
        if (!made.Succeeded)
        {
            return new PersonChange(made.Errors.Any(error => error.Code == nameof(IdentityErrorDescriber.DuplicateUserName)) ? "People.FaultTaken" : "People.FaultName");
        }

        if (!(await users.AddToRoleAsync(user, role)).Succeeded)
        {
            await users.DeleteAsync(user);
            return new PersonChange(Busy);
        }

        await audit.AddAsync(who, ConsoleAction.PeopleManage, user.UserName, "added as " + role);
        return new PersonChange(null, await LinkAsync(users, user), user.UserName);
    });

    /// <summary>Makes another welcome link, for whoever lost the link or the password; earlier links end.</summary>
    public Task<PersonChange> RenewLinkAsync(string id, string who) => OfAsync(id, async (users, user) =>
    {
        if (IsOff(user) || user.UserName == ConsoleRole.DemoManager)
        {
            return new PersonChange("People.FaultOff");
        }

        if (!(await users.UpdateSecurityStampAsync(user)).Succeeded)
        {
            return new PersonChange(Busy);
        }

        await audit.AddAsync(who, ConsoleAction.PeopleManage, user.UserName ?? "", "new welcome link");
        return new PersonChange(null, await LinkAsync(users, user), user.UserName ?? "");
    });

    /// <summary>Switches somebody off: they cannot sign in, and open pages of theirs end within seconds. Or on again.</summary>
    public Task<PersonChange> SetActiveAsync(string id, bool active, string who) => OfAsync(id, async (users, user) =>
    {
        if (!active && user.UserName == who)
        {
            return new PersonChange("People.FaultSelf");
        }

        if (!active && await users.IsInRoleAsync(user, ConsoleRole.Admin) && (await users.GetUsersInRoleAsync(ConsoleRole.Admin)).Count(admin => !IsOff(admin)) <= 1)
        {
            return new PersonChange("People.FaultLastAdmin");
        }

        // One update, with the stamp that cookies and open circuits look at. A failed sign-in at the same moment changes the row too: then the whole is tried again.
        user.LockoutEnabled = true;
        user.LockoutEnd = active ? null : DateTimeOffset.MaxValue;
        user.AccessFailedCount = 0;
        if (!(await users.UpdateSecurityStampAsync(user)).Succeeded)
        {
            return new PersonChange(Busy);
        }

        await audit.AddAsync(who, ConsoleAction.PeopleManage, user.UserName ?? "", active ? "switched on" : "switched off");
        return new PersonChange(null, Name: user.UserName ?? "");
    });

    /// <summary>Whether a welcome link is still good.</summary>
    /// <returns>The person's name, or null.</returns>
    public async Task<string?> NameOfLinkAsync(string? id, string? code)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>();
        return await FindAsync(users, id, code) is { } user ? user.UserName : null;
    }

    /// <summary>Sets the password that a welcome link asked for; the link ends with it.</summary>
    /// <returns>The person to sign in, or the fault: <c>link</c> or <c>weak</c>.</returns>
    internal async Task<(ConsoleUser? User, string Fault)> UseLinkAsync(string? id, string? code, string password)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>();
        if (await FindAsync(users, id, code) is not { } user)
        {
            return (null, "link");
        }

        var set = await users.ResetPasswordAsync(user, Read(code!)!, password);
        if (!set.Succeeded)
        {
            return (null, set.Errors.Any(error => error.Code.StartsWith("Password", StringComparison.Ordinal)) ? "weak" : "link");
        }

        await audit.AddAsync(user.UserName ?? "?", "sign-in", detail: "welcome link, password set");
        return (user, "");
    }

    public void Dispose() => _oneChange.Dispose();

    /// <summary>Switched off by an admin, as opposed to locked for minutes after wrong passwords.</summary>
    private static bool IsOff(ConsoleUser user) => user.LockoutEnd is { } end && end.Year > 9000;

    private static async Task<ConsoleUser?> FindAsync(UserManager<ConsoleUser> users, string? id, string? code) =>
        id is { Length: > 0 and < 100 } && code is { Length: > 0 and < 2_000 } && Read(code) is { } token && await users.FindByIdAsync(id) is { } user && !IsOff(user) &&
        await users.VerifyUserTokenAsync(user, users.Options.Tokens.PasswordResetTokenProvider, UserManager<ConsoleUser>.ResetPasswordTokenPurpose, token)
            ? user
            : null;

    private static string? Read(string code)
    {
        try
        {
            return Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(code));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static async Task<string> LinkAsync(UserManager<ConsoleUser> users, ConsoleUser user) =>
        $"/account/invite?who={Uri.EscapeDataString(user.Id)}&code={WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(await users.GeneratePasswordResetTokenAsync(user)))}";

    private async Task<PersonChange> OfAsync(string id, Func<UserManager<ConsoleUser>, ConsoleUser, Task<PersonChange>> change)
    {
        var done = new PersonChange(Busy);
        for (var attempt = 0; attempt < Attempts && done.Fault == Busy; attempt++)
        {
            done = await ChangeAsync(async users => await users.FindByIdAsync(id) is { } user ? await change(users, user) : new PersonChange("People.FaultGone"));
        }

        return done;
    }

    private async Task<PersonChange> ChangeAsync(Func<UserManager<ConsoleUser>, Task<PersonChange>> change)
    {
        await _oneChange.WaitAsync();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await change(scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>());
        }
        finally
        {
            _oneChange.Release();
        }
    }
}
