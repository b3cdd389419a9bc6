using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Storage;

[Proves("R-06")]
public sealed class AllowedOriginTests
{
    [Theory]
    [InlineData("https://shop.example", "https://shop.example")]
    [InlineData("HTTPS://Shop.Example", "https://shop.example")]
    [InlineData("https://shop.example/", "https://shop.example")]
    [InlineData("https://shop.example:443", "https://shop.example")]
    [InlineData("http://shop.example:80/", "http://shop.example")]
    [InlineData("https://shop.example:8443", "https://shop.example:8443")]
    [InlineData("http://localhost:3000", "http://localhost:3000")]
    [InlineData("http://127.0.0.1:7330/", "http://127.0.0.1:7330")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example")]
    public void TryParse_AnOrigin_IsWrittenAsBrowsersDo(string text, string written)
    {
        Assert.True(AllowedOrigin.TryParse(text, out var origin, out var fault), fault);
        Assert.Equal(written, origin.Text);
        Assert.True(origin.Matches(written));
        Assert.True(AllowedOrigin.TryParse(written, out var again, out _));
        Assert.Equal(origin, again);
    }

    [Theory]
    [InlineData("https://*.shop.example", "wildcard")]
    [InlineData("*", "wildcard")]
    [InlineData("https://shop.example/path", "Leave out path, query and names: https://shop.example.")]
    [InlineData("https://shop.example/?q=1", "Leave out")]
    [InlineData("https://shop.example#top", "Leave out")]
    [InlineData("https://user@shop.example", "Leave out")]
    [InlineData("https://shop.example//", "Leave out")]
    [InlineData("shop.example", "http:// or https://")]
    [InlineData("ftp://shop.example", "http:// or https://")]
    [InlineData("file:///etc/passwd", "http:// or https://")]
    [InlineData("null", "http:// or https://")]
    [InlineData("https://", "http:// or https://")]
    [InlineData("", "http:// or https://")]
    public void TryParse_AnythingElse_IsRefusedWithASentence(string text, string says)
    {
        Assert.False(AllowedOrigin.TryParse(text, out _, out var fault));
        Assert.Contains(says, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("http://shop.example")]
    [InlineData("https://shop.example:8443")]
    [InlineData("https://shop.example.evil.example")]
    [InlineData("https://evil.example/https://shop.example")]
    public void Matches_AnotherOrigin_IsFalse(string? header) => Assert.False(AllowedOrigin.FromStore("https://shop.example").Matches(header));

    [Fact]
    public void FromStore_WhatNoLongerParses_StillBindsTheKey() => Assert.Equal("https://*.old.example", AllowedOrigin.FromStore("https://*.old.example").Text);
}
