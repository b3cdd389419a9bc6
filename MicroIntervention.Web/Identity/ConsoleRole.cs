namespace MicroIntervention.Web.Identity;

/// <summary>Names of the roles; the same as in role-matrix.json.</summary>
public static class ConsoleRole
{
    public const string Admin = "admin";
    public const string Manager = "manager";

    /// <summary>Sign-in name of the manager that <c>--demo</c> creates; has no password, so only the welcome link opens it.</summary>
    public const string DemoManager = "demo-manager";
}
