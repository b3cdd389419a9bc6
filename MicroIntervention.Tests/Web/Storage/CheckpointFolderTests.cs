using MicroIntervention.Web.Storage.Checkpoints;

namespace MicroIntervention.Tests.Web.Storage;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Folder => System.IO.Path.Combine(_temp.Path, "checkpoints");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Create_NotPublished_LeavesNothing()
    {
        var store = new CheckpointFolder(Folder);
        using (var file = store.Create("one"))
        {
            file.Append("half"u8);
            Assert.Empty(store.List());
            Assert.Null(store.Open("one"));
        }

        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void Create_WhileAnotherIsOpen_BothCanBePublished()
    {
        var store = new CheckpointFolder(Folder);
        using (var first = store.Create("one"))
        {
            first.Append("1"u8);
            using (var second = store.Create("two"))
            {
                second.Append("2"u8);
                second.Publish();
            }

            first.Publish();
        }

        Assert.Equal(["one", "two"], store.List().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Create_LeftOverFromACrash_IsRemoved()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(System.IO.Path.Combine(Folder, "old.new"), "half");
        using (var file = new CheckpointFolder(Folder).Create("one"))
        {
            file.Publish();
        }

        Assert.Single(Directory.GetFiles(Folder));
    }

    [Fact]
    public void Publish_IsThereWholeAndForItsOwnerOnly()
    {
        var store = new CheckpointFolder(Folder);
        using (var file = store.Create("one"))
        {
            file.Append("whole "u8);
            file.Append("file"u8);
            file.Publish();
        }

        Assert.Equal("one", Assert.Single(store.List()));
        using (var source = store.Open("one")!)
        {
            Assert.Equal(10, source.Length);
            var bytes = new byte[4];
            source.Read(6, bytes);
            Assert.Equal("file"u8.ToArray(), bytes);
            Assert.Throws<EndOfStreamException>(() => source.Read(7, new byte[4]));
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(System.IO.Path.Combine(Folder, "one")));
        }

        store.Delete("one");
        Assert.Empty(store.List());
    }

    [Fact]
    public void Create_AfterACrash_SweepsWhatWasUnfinished()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(System.IO.Path.Combine(Folder, "old.new"), "half");
        var store = new CheckpointFolder(Folder);
        Assert.Empty(store.List());
        using (var file = store.Create("one"))
        {
            file.Publish();
        }

        Assert.Equal("one", System.IO.Path.GetFileName(Assert.Single(Directory.GetFiles(Folder))));
    }
}
