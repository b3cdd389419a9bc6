using MicroIntervention.Engine.Decisions;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Runtime;

namespace MicroIntervention.Tests.Engine.Runtime;

public sealed class TableTests
{
    [Fact]
    [Proves("R-05")]
    public void DedupeTable_RandomKeysWithinItsSize_AgreesWithASet()
    {
        var table = new DedupeTable(1000, 16);
        var known = new HashSet<Hash128>();
        var random = new SeededRandom(1);
        for (var i = 0; i < 20_000; i++)
        {
            // Few homes, so that runs of occupied slots grow long.
            var key = new Hash128((ulong)random.Next(300), (ulong)(1 + random.Next(20)));
            var at = new Moment(i * 1_000L);
            Assert.Equal(known.Add(key), table.TryAdd(new MessageKey(key), at));
        }

        Assert.Equal(0, table.RememberedSince.Milliseconds);
    }

    [Fact]
    public void DedupeTable_Full_ForgetsTheOldestFirst()
    {
        var table = new DedupeTable(1024, 2);
        const int each = 896;
        for (var hour = 0; hour < 2; hour++)
        {
            for (var i = 0; i < each; i++)
            {
                Assert.True(table.TryAdd(Key(hour, i), Hour(hour)));
            }
        }

        Assert.False(table.TryAdd(Key(0, 0), Hour(1)));
        Assert.Equal(Hour(0), table.RememberedSince);
        Assert.True(table.TryAdd(Key(2, 0), Hour(2)));
        Assert.Equal(Hour(1), table.RememberedSince);
        Assert.True(table.TryAdd(Key(0, 0), Hour(2)));
        Assert.All(Enumerable.Range(0, each), i => Assert.False(table.TryAdd(Key(1, i), Hour(2))));
    }

    [Fact]
    public void VisitorTable_RandomAddsAndRemoves_AgreesWithADictionary()
    {
        var table = new VisitorTable();
        var oracle = new Dictionary<VisitorId, VisitorState>();
        var random = new SeededRandom(2);
        var store = new BlockStore(8);
        for (var i = 0; i < 30_000; i++)
        {
            var id = new VisitorId(new Hash128((ulong)random.Next(40) * 7, (ulong)random.Next(60)));
            Assert.Same(oracle.GetValueOrDefault(id), table.Find(id));
            if (!oracle.ContainsKey(id) && random.Next(2) == 0)
            {
                oracle[id] = new VisitorState(id, store, null);
                table.Add(oracle[id]);
            }
            else if (random.Next(3) == 0)
            {
                var slot = random.Next(table.Capacity);
                if (table.At(slot) is { } gone)
                {
                    table.RemoveAt(slot);
                    Assert.True(oracle.Remove(gone.Id));
                }
            }

            Assert.Equal(oracle.Count, table.Count);
        }

        Assert.NotEmpty(oracle);
        Assert.All(oracle, o => Assert.Same(o.Value, table.Find(o.Key)));
        Assert.Equal(oracle.Keys.OrderBy(k => k.Value), table.All().Select(v => v.Id).OrderBy(k => k.Value));
    }

    private static MessageKey Key(int hour, int i) => new(new Hash128((ulong)i * 31, (ulong)(hour + 1)));

    private static Moment Hour(int hour) => new(hour * 3_600_000L);
}
