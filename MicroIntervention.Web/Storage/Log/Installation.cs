using System.Security.Cryptography;
using System.Text.Json;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>What a data folder is: its id, its number of partitions, and the secrets that make its ids and open its log.</summary>
/// <remarks>Kept in the file <c>install</c> in the folder; the hash key in it is wrapped by the master key, which lives elsewhere.</remarks>
public sealed class Installation
{
    private const int Format = 1;
    private readonly byte[] _masterKey;

    private Installation(string dataFolder, Guid id, int partitions, byte[] hashKey, byte[] masterKey)
    {
        DataFolder = dataFolder;
        Id = id;
        Partitions = partitions;
        Hash = new KeyedHash(hashKey);
        HashKey = hashKey;
        _masterKey = masterKey;
    }

    /// <summary>Full path.</summary>
    public string DataFolder { get; }

    public Guid Id { get; }

    /// <summary>Partitions of the log; fixed when the folder was created.</summary>
    public int Partitions { get; }

    /// <summary>The one keyed hash of this installation.</summary>
    public KeyedHash Hash { get; }

    /// <summary>The key of <see cref="Hash"/>, 16 bytes.</summary>
    public ReadOnlyMemory<byte> HashKey { get; }

    /// <summary>The list of erased visitors: beside the master key, where no backup carries it and no restore turns it back.</summary>
    public string ErasureList => ErasureListOf(Id);

    /// <summary>Where the log's segments lie.</summary>
    public string LogFolder => Path.Combine(DataFolder, "log");

    /// <summary>Opens the folder, or makes a new installation in it when it has none.</summary>
    /// <exception cref="InstallationException">The folder was made with another number of partitions, by a newer version, or its file is damaged.</exception>
    /// <exception cref="MasterKeyException">The master key is missing or not the one this folder was made with.</exception>
    public static Installation OpenOrCreate(string dataFolder, InstallationOptions? options = null)
    {
        options ??= new InstallationOptions();
        if (options.Partitions is < 1 or > 4096)
        {
            throw new InstallationException($"The number of partitions must lie between 1 and 4096; {options.Partitions} was given.");
        }

        dataFolder = Path.GetFullPath(dataFolder);
        OwnerOnly.CreateFolder(dataFolder);
        var file = Path.Combine(dataFolder, "install");
        return File.Exists(file) ? Open(dataFolder, file, options) : Create(dataFolder, file, options);
    }

    /// <summary>Where the list of an installation's erased visitors lies: the environment variable MI_ERASURE_LIST, else beside the default master key file.</summary>
    internal static string ErasureListOf(Guid id) => Environment.GetEnvironmentVariable("MI_ERASURE_LIST") is { Length: > 0 } given
        ? Path.GetFullPath(given)
        : Path.ChangeExtension(MasterKey.DefaultFile(id.ToString()), ".erased");

    /// <summary>Where the master key of an installation comes from, in words.</summary>
    internal static string MasterKeyPlace(Guid id) =>
        Environment.GetEnvironmentVariable(MasterKey.Variable) is { Length: > 0 } ? "environment variable " + MasterKey.Variable : MasterKey.DefaultFile(id.ToString());

    /// <summary>Whether there is a master key in that place; not whether it is the right one.</summary>
    internal static bool HasMasterKey(Guid id) =>
        Environment.GetEnvironmentVariable(MasterKey.Variable) is { Length: > 0 } || File.Exists(MasterKey.DefaultFile(id.ToString()));

    /// <summary>Opens with an <c>install</c> file that lies elsewhere: a backup's.</summary>
    internal static Installation OpenWith(string file, string dataFolder) =>
        Open(Path.GetFullPath(dataFolder), file, new InstallationOptions { Partitions = ReadFile(file).Partitions });

    /// <summary>32 secret bytes for one purpose and one thing, always the same ones: what need not be stored.</summary>
    internal byte[] Derive(string purpose, ReadOnlySpan<byte> salt) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _masterKey, 32, salt.ToArray(), System.Text.Encoding.UTF8.GetBytes("microintervention " + purpose));

    /// <summary>Derives a key for one purpose from the master key.</summary>
    internal KeyWrap Wrap(string purpose, ReadOnlySpan<byte> salt) => new(_masterKey, purpose, salt);

    private static Installation Create(string dataFolder, string file, InstallationOptions options)
    {
        if (Directory.Exists(Path.Combine(dataFolder, "log")) && Directory.EnumerateFiles(Path.Combine(dataFolder, "log"), "*.db").Any())
        {
            throw new InstallationException($"{dataFolder} holds a log but its file 'install' is missing. Restore that file from a backup.");
        }

        var id = Guid.CreateVersion7();
        var masterKey = MasterKey.Load(id.ToString(), options, dataFolder, create: true);
        var hashKey = RandomNumberGenerator.GetBytes(KeyedHash.KeySize);
        using var wrap = new KeyWrap(masterKey, "installation", id.ToByteArray());
        var content = new InstallFile(Format, id, options.Partitions, wrap.Wrap(hashKey));
        OwnerOnly.Write(file, JsonSerializer.Serialize(content) + "\n", overwrite: false);
        return new Installation(dataFolder, id, options.Partitions, hashKey, masterKey);
    }

    private static InstallFile ReadFile(string file)
    {
        InstallFile? content;
        try
        {
            content = JsonSerializer.Deserialize<InstallFile>(File.ReadAllText(file));
        }
        catch (JsonException wrong)
        {
            throw new InstallationException($"{file} is damaged: it is not the JSON this program wrote. Restore it from a backup.", wrong);
        }

        if (content is null || content.HashKey is null || content.Format != Format)
        {
            throw new InstallationException($"{file} has format {content?.Format ?? 0}; this version reads format {Format}.");
        }

        return content;
    }

    private static Installation Open(string dataFolder, string file, InstallationOptions options)
    {
        var content = ReadFile(file);
        if (content.Partitions != options.Partitions)
        {
            throw new InstallationException($"This data folder was made with {content.Partitions} partitions and {options.Partitions} are asked for. The number cannot change: start with {content.Partitions}, or use a new folder.");
        }

        var masterKey = MasterKey.Load(content.Id.ToString(), options, dataFolder, create: false);
        var hashKey = new byte[KeyedHash.KeySize];
        using var wrap = new KeyWrap(masterKey, "installation", content.Id.ToByteArray());
        return wrap.TryUnwrap(content.HashKey, hashKey)
            ? new Installation(dataFolder, content.Id, content.Partitions, hashKey, masterKey)
            : throw new MasterKeyException($"The master key does not belong to this data folder (installation {content.Id}). Use the key it was created with.");
    }

    private sealed record InstallFile(int Format, Guid Id, int Partitions, byte[] HashKey);
}
