using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Scenarios;

namespace MicroIntervention.Tests.Engine.Scenarios;

[Proves("R-61")]
public sealed class PackReaderTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(PackFiles.Folder, "scenario-pack.schema.json"))).RootElement;

    public static TheoryData<string> Cases => [.. PackFaultCase.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Read_OneThingWrong_TellsExactlyThat(string name)
    {
        var broken = PackFaultCase.All[name];

        var read = PackReader.Read(Bytes(broken.Broken()));

        Assert.Null(read.Pack);
        var fault = Assert.Single(read.Faults);
        Assert.Equal(broken.Path, fault.Path);
        Assert.Contains(broken.Says, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Schema_OneThingWrong_RefusesWhatIsWrongInShape(string name)
    {
        var broken = PackFaultCase.All[name];
        var accepts = new MiniSchema(Schema).Accepts(JsonSerializer.SerializeToElement(broken.Broken()));
        Assert.Equal(!broken.Shape, accepts);
    }

    [Fact]
    public void Read_Sample_IsSoundForBoth()
    {
        PackFiles.Sound(Bytes(PackFaultCase.Sample()));
        Assert.True(new MiniSchema(Schema).Accepts(JsonSerializer.SerializeToElement(PackFaultCase.Sample())));
        foreach (var name in new[] { "checkout-failure", "password-lockout", "bench" })
        {
            Assert.True(new MiniSchema(Schema).Accepts(JsonDocument.Parse(PackFiles.Bytes(name)).RootElement), name);
        }
    }

    [Fact]
    public void Schema_MembersOfEveryObject_AreThoseThatTheReaderKnows()
    {
        var defs = Schema.GetProperty("$defs");
        foreach (var field in typeof(PackMembers).GetFields(BindingFlags.Static | BindingFlags.Public).Where(f => f.Name != nameof(PackMembers.Override)))
        {
            var known = (ImmutableArray<string>)field.GetValue(null)!;
            var schema = field.Name == nameof(PackMembers.Pack) ? Schema : defs.GetProperty(char.ToLowerInvariant(field.Name[0]) + field.Name[1..]);
            Assert.Equal(known.Order(StringComparer.Ordinal), schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        }

        var described = defs.EnumerateObject().Count(d => d.Value.TryGetProperty("properties", out _));
        Assert.Equal(typeof(PackMembers).GetFields(BindingFlags.Static | BindingFlags.Public).Length - 2, described); // all but Pack and Override
    }

    [Fact]
    public void Read_ManyThingsWrong_TellsAllAtOnce()
    {
        var pack = PackFaultCase.Sample();
        string[] names = ["unknown member", "currency", "feature signal", "cap above ledger", "late after a minute", "token without fallback", "channel twice"];
        foreach (var name in names)
        {
            PackFaultCase.All[name].Change(pack);
        }

        var paths = PackReader.Read(Bytes(pack)).Faults.Select(f => f.Path).ToList();

        Assert.All(names, name => Assert.Contains(PackFaultCase.All[name].Path, paths));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("\"x\"")]
    [InlineData("{}")]
    [InlineData("{\"title\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"threshold\":1e999}")]
    [InlineData("{\"pack\":\"a\",\"pack\":\"b\"}")]
    [InlineData("{\"a\":[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]}")]
    [InlineData("{\"settings\":[],\"signals\":3,\"features\":{},\"model\":[],\"script\":0,\"caps\":1,\"timers\":{},\"trigger\":4}")]
    public void Read_NotAPack_IsFaultsAndNeverThrows(string json) => Assert.NotEmpty(PackReader.Read(Encoding.UTF8.GetBytes(json)).Faults);

    [Fact]
    public void Read_InvalidUtf8AndOversize_AreFaults()
    {
        Assert.Contains("UTF-8", Assert.Single(PackReader.Read(new byte[] { (byte)'"', 0xFF, (byte)'"' }).Faults).Message, StringComparison.Ordinal);
        Assert.Contains("bytes long", Assert.Single(PackReader.Read(new byte[1_000_001]).Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ByteOrderMark_IsIgnored() => PackFiles.Sound((byte[])[0xEF, 0xBB, 0xBF, .. Bytes(PackFaultCase.Sample())]);

    [Fact]
    public void Read_RandomDamage_NeverThrows()
    {
        var random = new SeededRandom(61);
        var sample = PackFiles.Bytes("password-lockout");
        for (var round = 0; round < 3000; round++)
        {
            var damaged = (byte[])sample.Clone();
            for (var hit = random.Next(4); hit >= 0; hit--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            var read = PackReader.Read(damaged.AsMemory(0, random.Next(8) == 0 ? random.Next(damaged.Length) : damaged.Length));
            Assert.Equal(read.Pack is null, !read.Faults.IsEmpty);
        }
    }

    /// <summary>Every value replaced by every kind of JSON: a fault or a pack, never an exception.</summary>
    [Fact]
    public void Read_EveryValueOfAnotherKind_NeverThrows()
    {
        string[] others = ["null", "true", "-1", "1e308", "\"\"", "\"x\"", "[]", "{}", "[{}]", "[null]", "{\"a\":{}}"];
        foreach (var path in Leaves(PackFaultCase.Sample(), []))
        {
            foreach (var other in others)
            {
                var pack = PackFaultCase.Sample();
                Replace(pack, path, JsonNode.Parse(other));
                var read = PackReader.Read(Bytes(pack));
                Assert.Equal(read.Pack is null, !read.Faults.IsEmpty);
            }
        }
    }

    private static byte[] Bytes(JsonNode pack) => JsonSerializer.SerializeToUtf8Bytes(pack);

    private static IEnumerable<object[]> Leaves(JsonNode? node, object[] path)
    {
        var children = node switch
        {
            JsonObject o => o.Select(p => (Key: (object)p.Key, p.Value)),
            JsonArray a => a.Select((v, i) => (Key: (object)i, Value: v)),
            _ => [],
        };
        foreach (var (key, value) in children.ToList())
        {
            object[] here = [.. path, key];
            yield return here;
            foreach (var deeper in Leaves(value, here))
            {
                yield return deeper;
            }
        }
    }

    private static void Replace(JsonNode root, object[] path, JsonNode? value)
    {
        var at = root;
        foreach (var step in path[..^1])
        {
            at = step is int i ? at[i]! : at[(string)step]!;
        }

        if (path[^1] is int index)
        {
            at[index] = value;
        }
        else
        {
            at[(string)path[^1]] = value;
        }
    }
}
