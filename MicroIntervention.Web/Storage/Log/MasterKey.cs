using System.Security.Cryptography;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>Finds or makes the 32 bytes that wrap every visitor's key. They live outside the data folder, so a copied folder or backup is unreadable.</summary>
internal static class MasterKey
{
    public const int Size = 32;
    public const string Variable = "MI_MASTER_KEY";

    /// <summary>The key file used when options name none.</summary>
    public static string DefaultFile(string installId)
    {
        var configuration = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        if (string.IsNullOrEmpty(configuration))
        {
            configuration = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        }

        return Path.Combine(configuration, "microintervention", installId + ".key");
    }

    /// <param name="installId">Names the default key file.</param>
    /// <param name="options">Key, or where it lies.</param>
    /// <param name="dataFolder">Where the key must not lie.</param>
    /// <param name="create">A new installation: make a key file when there is no key yet.</param>
    /// <exception cref="MasterKeyException">There is no usable key.</exception>
    public static byte[] Load(string installId, InstallationOptions options, string dataFolder, bool create)
    {
        if (options.MasterKey is { } given)
        {
            return given.Length == Size ? given : throw new MasterKeyException($"The master key must be {Size} bytes; {given.Length} were given.");
        }

        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text)
        {
            var bytes = new byte[Size + 3];
            return Convert.TryFromBase64String(text.Trim(), bytes, out var count) && count == Size
                ? bytes[..Size]
                : throw new MasterKeyException($"{Variable} must be {Size} bytes in base64 (for example from: openssl rand -base64 {Size}).");
        }

        var file = Path.GetFullPath(options.MasterKeyFile ?? DefaultFile(installId));
        if (file.StartsWith(Path.GetFullPath(dataFolder).TrimEnd('/') + "/", StringComparison.Ordinal))
        {
            throw new MasterKeyException($"The master key file {file} lies inside the data folder, where every copy and backup would carry it. Put it elsewhere.");
        }

        if (File.Exists(file))
        {
            return Read(file);
        }

        return create
            ? Create(file)
            : throw new MasterKeyException($"The master key of this data folder is missing: {file} does not exist and {Variable} is not set. Restore that file; without it the recorded events cannot be read.");
    }

    private static byte[] Read(string file)
    {
        var bytes = new byte[Size + 3];
        return Convert.TryFromBase64String(File.ReadAllText(file).Trim(), bytes, out var count) && count == Size
            ? bytes[..Size]
            : throw new MasterKeyException($"The master key file {file} does not hold {Size} bytes in base64.");
    }

    private static byte[] Create(string file)
    {
        var key = RandomNumberGenerator.GetBytes(Size);
        OwnerOnly.CreateFolder(Path.GetDirectoryName(file)!);
        OwnerOnly.Write(file, Convert.ToBase64String(key) + "\n", overwrite: false);
        return key;
    }
}
