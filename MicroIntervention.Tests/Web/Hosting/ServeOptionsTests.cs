using MicroIntervention.Web.Hosting;

namespace MicroIntervention.Tests.Web.Hosting;

public sealed class ServeOptionsTests
{
    [Fact]
    public void TryParse_Nothing_GivesTheDefaults()
    {
        Assert.True(ServeOptions.TryParse([], out var options, out _));

        Assert.Equal("http://localhost:5000", options.Urls);
        Assert.EndsWith("microintervention", options.DataDirectory, StringComparison.Ordinal);
        Assert.False(options.Demo);
        Assert.False(options.Bench);
    }

    [Fact]
    public void TryParse_Demo_KeepsInventedDataApart()
    {
        Assert.True(ServeOptions.TryParse(["--demo"], out var options, out _));

        Assert.True(options.Demo);
        Assert.EndsWith("microintervention-demo", options.DataDirectory, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_Bench_ListensWhereTheBenchLooks()
    {
        Assert.True(ServeOptions.TryParse(["--bench"], out var options, out _));

        Assert.Equal("http://127.0.0.1:7001", options.Urls);
    }

    [Theory]
    [InlineData("--data", "here", "--urls", "http://localhost:1;https://*:2")]
    [InlineData("--data=here", "--urls=http://localhost:1;https://*:2")]
    public void TryParse_BothSpellings_AreTheSame(params string[] arguments)
    {
        Assert.True(ServeOptions.TryParse(arguments, out var options, out _));

        Assert.Equal(Path.GetFullPath("here"), options.DataDirectory);
        Assert.Equal("http://localhost:1;https://*:2", options.Urls);
    }

    [Theory]
    [InlineData("--dta", "x")]
    [InlineData("--data")]
    [InlineData("--data", "--demo")]
    [InlineData("--urls", "localhost")]
    [InlineData("--urls", "ftp://localhost")]
    [InlineData("--demo", "--bench")]
    [InlineData("--demo=yes")]
    [InlineData("extra")]
    public void TryParse_Wrong_SaysWhatToChange(params string[] arguments)
    {
        Assert.False(ServeOptions.TryParse(arguments, out _, out var fault));

        Assert.EndsWith(".", fault, StringComparison.Ordinal);
    }
}
