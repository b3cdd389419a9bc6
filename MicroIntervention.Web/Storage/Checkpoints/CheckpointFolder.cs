using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using MicroIntervention.Engine.Runtime;
using MicroIntervention.Web.Storage.Log;

namespace MicroIntervention.Web.Storage.Checkpoints;

/// <summary>Checkpoints as files of one folder, readable by their owner only. A file is written beside its name, synced, renamed, and the folder synced.</summary>
/// <param name="path">The folder; made when something is first written.</param>
internal sealed partial class CheckpointFolder(string path) : ICheckpointStore
{
    private const string Unfinished = ".new";
    private bool _isSwept;

    public IReadOnlyList<string> List() => !Directory.Exists(path)
        ? []
        : [.. Directory.EnumerateFiles(path).Select(Path.GetFileName).OfType<string>().Where(name => !name.EndsWith(Unfinished, StringComparison.Ordinal))];

    public ICheckpointFile Create(string name)
    {
        if (!_isSwept)
        {
            // Once: later ones may be open, since a table is written while its checkpoint is.
            OwnerOnly.CreateFolder(path);
            foreach (var left in Directory.EnumerateFiles(path, "*" + Unfinished))
            {
                // From a crash: never complete, so never of use.
                File.Delete(left);
            }

            _isSwept = true;
        }

        return new Written(path, Path.Combine(path, name));
    }

    public ICheckpointSource? Open(string name)
    {
        var file = Path.Combine(path, name);
        return File.Exists(file) ? new Stored(file) : null;
    }

    public void Delete(string name) => File.Delete(Path.Combine(path, name));

    private sealed partial class Written : ICheckpointFile
    {
        private readonly string _folder;
        private readonly string _name;
        private readonly FileStream _file;
        private bool _isPublished;

        public Written(string folder, string name)
        {
            (_folder, _name) = (folder, name);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            _file = new FileStream(name + Unfinished, options);
        }

        public void Append(ReadOnlySpan<byte> bytes) => _file.Write(bytes);

        public void Publish()
        {
            _file.Flush(flushToDisk: true);
            _file.Dispose();
            File.Move(_name + Unfinished, _name, overwrite: true);
            _isPublished = true;
            SyncFolder(_folder);
        }

        public void Dispose()
        {
            _file.Dispose();
            if (!_isPublished)
            {
                File.Delete(_name + Unfinished);
            }
        }

        /// <summary>Makes the new name itself durable. .NET opens no folders, hence the system's own calls; elsewhere the file system's journal has to do.</summary>
        private static void SyncFolder(string folder)
        {
            if (!OperatingSystem.IsLinux())
            {
                return;
            }

            var handle = OpenFolder(folder, 0);
            if (handle >= 0)
            {
                _ = Sync(handle);
                _ = Close(handle);
            }
        }

        [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
        private static partial int OpenFolder(string path, int flags);

        [LibraryImport("libc", EntryPoint = "fsync")]
        private static partial int Sync(int handle);

        [LibraryImport("libc", EntryPoint = "close")]
        private static partial int Close(int handle);
    }

    private sealed class Stored(string file) : ICheckpointSource
    {
        private readonly SafeFileHandle _handle = File.OpenHandle(file);

        public long Length => RandomAccess.GetLength(_handle);

        public void Read(long offset, Span<byte> into)
        {
            while (!into.IsEmpty)
            {
                var read = RandomAccess.Read(_handle, into, offset);
                if (read == 0)
                {
                    throw new EndOfStreamException("It is cut off.");
                }

                into = into[read..];
                offset += read;
            }
        }

        public void Dispose() => _handle.Dispose();
    }
}
