using System.Text;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

public sealed class SignalTextTests
{
    [Theory]
    [InlineData("messageId", "m-1")]
    [InlineData("traits.firstName", "Zo\u00eb")]
    [InlineData("traits.age", "41")]
    [InlineData("traits.address.city", "K\u00f6ln")]
    [InlineData("traits.nobody", null)]
    [InlineData("traits", null)]
    [InlineData("traits.tags", null)]
    [InlineData("traits.tags.x", null)]
    [InlineData("empty", null)]
    [InlineData("nothing", null)]
    [InlineData("lone", null)]
    [InlineData("twice", "second")]
    public void Read_Path_GivesTheText(string path, string? expected)
    {
        var raw = Encoding.UTF8.GetBytes("""{"messageId":"m-1","traits":{"firstName":"Zo\u00eb","age":41,"address":{"city":"Köln"},"tags":[1]},"empty":"","nothing":null,"lone":"\ud800","twice":"first","twice":"second"}""");

        Assert.Equal(expected, SignalText.Read(raw, path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"messageId\":\"m\"")]
    [InlineData("{\"messageId\":")]
    public void Read_BrokenText_GivesNothing(string raw) => Assert.Null(SignalText.Read(Encoding.UTF8.GetBytes(raw), "messageId"));

    [Fact]
    public void Read_LongText_IsWhole()
    {
        var text = new string('x', 5_000);

        Assert.Equal(text, SignalText.Read(Encoding.UTF8.GetBytes($$"""{"note":"{{text}}"}"""), "note"));
    }
}
