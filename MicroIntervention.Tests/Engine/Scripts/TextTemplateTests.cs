using MicroIntervention.Engine.Scripts;

namespace MicroIntervention.Tests.Engine.Scripts;

[Proves("R-31")]
public sealed class TextTemplateTests
{
    private const string Hello = "Hello {{customer.preferredName | fallback: \"there\"}}, I see.";

    [Theory]
    [InlineData("Zoë", "Hello Zoë, I see.")]
    [InlineData(null, "Hello there, I see.")]
    [InlineData("", "Hello there, I see.")]
    [InlineData(" \t\u200E\u0000 ", "Hello there, I see.")]
    [InlineData("  Anna\r\n Maria ", "Hello Anna Maria, I see.")]
    [InlineData("<script>alert(1)</script>", "Hello <script>alert(1)</script>, I see.")] // text, encoded by whoever shows it
    [InlineData("{{customer.preferredName}}", "Hello {{customer.preferredName}}, I see.")] // never read again
    [InlineData("a\u202Eb\u2066c", "Hello abc, I see.")]
    public void Render_AnyName_IsPlainTextOnOneLine(string? name, string expected) =>
        Assert.Equal(expected, Parse(Hello).Render(new TemplateFacts(name)));

    [Fact]
    public void Render_HalfASurrogatePair_IsLeftOut() =>
        Assert.Equal("Hello ab, I see.", Parse(Hello).Render(new TemplateFacts("a\uD800b")));

    [Fact]
    public void Render_LongName_IsCutWithoutSplittingACharacter()
    {
        var text = Parse(Hello).Render(new TemplateFacts(new string('x', 63) + "😀y"));
        Assert.Equal("Hello " + new string('x', 63) + ", I see.", text);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{{ customer.preferredName|fallback:\"a | b\" }}", "a | b")]
    [InlineData("a { b } c", "a { b } c")]
    [InlineData("", "")]
    public void Parse_SoundText_RendersItsFallback(string text, string expected)
    {
        Assert.Equal(expected, Parse(text).Render(default));
        Assert.Equal(expected.Length, Parse(text).FallbackLength);
    }

    [Theory]
    [InlineData("{{a {{customer.preferredName | fallback: \"x\"}}")]
    [InlineData("{{}}")]
    [InlineData("{{customer.preferredName | fallback: there}}")]
    [InlineData("{{customer.preferredName | fallback: \"a\"b\"}}")]
    [InlineData("{{customer.preferredName | default: \"a\"}}")]
    public void Parse_BrokenToken_IsAFault(string text)
    {
        var faults = new List<string>();
        Assert.Null(TextTemplate.Parse(text, faults));
        Assert.NotEmpty(faults);
    }

    private static TextTemplate Parse(string text)
    {
        var faults = new List<string>();
        var template = TextTemplate.Parse(text, faults);
        Assert.Empty(faults);
        return template!;
    }
}
