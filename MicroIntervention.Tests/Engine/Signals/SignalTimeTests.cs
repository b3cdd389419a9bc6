using System.Text;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

[Proves("R-05")]
public sealed class SignalTimeTests
{
    private readonly ParserFixture _fixture = new();

    [Theory]
    [InlineData("2026-11-22T10:47:09.034Z", 1_795_344_429_034)]
    [InlineData("2026-11-22T10:47:09.0349999Z", 1_795_344_429_034)]
    [InlineData("2026-11-22 10:47:09", 1_795_344_429_000)]
    [InlineData("2026-11-22T11:47:09.034+01:00", 1_795_344_429_034)]
    [InlineData("2026-11-22T05:17:09.034-0530", 1_795_344_429_034)]
    [InlineData("2026-11-22T11:47+01", 1_795_344_420_000)]
    [InlineData("2026-11-22", 1_795_305_600_000)]
    [InlineData("2024-02-29T23:59:60Z", 1_709_251_200_000)]
    [InlineData("1970-01-01T00:00:00Z", 0)]
    [InlineData("0001-01-01T00:00:00Z", IsoTime.Earliest)]
    [InlineData("0001-01-01T00:00:00+23:59", IsoTime.Earliest)]
    [InlineData("9999-12-31T23:59:59.999Z", IsoTime.Latest)]
    [InlineData("9999-12-31T23:59:59.999-23:59", IsoTime.Latest)]
    public void TryParse_DateTimes_AreRead(string text, long expected)
    {
        Assert.True(IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out var milliseconds));
        Assert.Equal(expected, milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2026-13-01")]
    [InlineData("0000-01-01")]
    [InlineData("2026-11-22T24:00:00Z")]
    [InlineData("2026-11-22T10:60:00Z")]
    [InlineData("2026-11-22T10:47:09.Z")]
    [InlineData("2026-11-22T10:47:09.034Zx")]
    [InlineData("2026-11-22T")]
    [InlineData("+026-11-22")]
    [InlineData("292277026596-12-04T15:30:07Z")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TryParse_RandomMoments_AgreeWithTheFramework()
    {
        var random = new SeededRandom(4);
        for (var i = 0; i < 2_000; i++)
        {
            var at = IsoTime.Earliest + (long)(random.NextDouble() * (IsoTime.Latest - IsoTime.Earliest));
            var text = DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);

            Assert.True(IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out var read));
            Assert.Equal(at, read);
        }
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(""","timestamp":"2026-11-22T10:47:00Z" """, -10_000)]
    [InlineData(""","timestamp":1795344420000""", -10_000)]
    [InlineData(""","originalTimestamp":"2026-11-22T10:47:00Z" """, -10_000)]
    [InlineData(""","timestamp":null,"originalTimestamp":"2026-11-22T10:47:00Z" """, -10_000)]
    [InlineData(""","timestamp":"2026-11-22T10:47:00Z","sentAt":"2026-11-22T10:47:04Z" """, -4_000)]
    [InlineData(""","timestamp":"1970-01-01T00:00:00Z","sentAt":"1970-01-01T00:00:02Z" """, -2_000)]
    [InlineData(""","timestamp":"2026-11-22T12:47:00\u002B02:00","sentAt":"nonsense" """, -10_000)]
    public void ParseRequest_Timestamps_GiveTheSourceTime(string fields, long afterReceived) =>
        Assert.Equal(ParserFixture.ReceivedMs + afterReceived, _fixture.Track($$"""{"userId":"u","event":"E"{{fields}}}""").SourceTime.Milliseconds);

    [Theory]
    [InlineData("""{"sentAt":"2026-11-22T10:47:04Z","batch":[EVENT]}""")]
    [InlineData("""{"batch":[EVENT],"sentAt":"2026-11-22T10:47:04Z"}""")]
    public void ParseRequest_SentAtOfTheBatch_CorrectsWhereverItStands(string body)
    {
        const string Plain = """{"type":"track","userId":"u","event":"E","timestamp":"2026-11-22T10:47:00Z","context":{"timezone":"UTC"}}""";
        const string Own = """{"type":"track","userId":"u","event":"E","timestamp":"2026-11-22T10:47:00Z","sentAt":"2026-11-22T10:47:01Z"}""";

        Assert.Equal(RejectionReason.None, _fixture.Parse(SignalRoute.Batch, body.Replace("EVENT", Plain + "," + Own, StringComparison.Ordinal)).Reason);

        Assert.Equal(ParserFixture.ReceivedMs - 4_000, _fixture.Batch.Signals[0].SourceTime.Milliseconds);
        Assert.Equal(0, _fixture.Batch.Signals[0].ZoneOffsetMinutes);
        Assert.Equal(ParserFixture.ReceivedMs - 1_000, _fixture.Batch.Signals[1].SourceTime.Milliseconds);
    }

    [Fact]
    public void ParseRequest_AbsurdDates_Saturate()
    {
        var latest = _fixture.Track("""{"userId":"u","event":"E","timestamp":"9999-12-31T23:59:59Z","sentAt":"0001-01-01T00:00:00Z"}""");
        Assert.Equal(IsoTime.Latest, latest.SourceTime.Milliseconds);

        _fixture.Door = _fixture.Door with { ReceivedAt = new Moment(0) };
        var earliest = _fixture.Track("""{"userId":"u","event":"E","timestamp":"0001-01-01T00:00:00Z","sentAt":"9999-12-31T23:59:59Z","context":{"timezone":"Asia/Tokyo"}}""");
        Assert.Equal(IsoTime.Earliest, earliest.SourceTime.Milliseconds);
    }

    [Fact]
    public void ParseRequest_EventClock_TakesTheTimestampItself()
    {
        _fixture.Door = _fixture.Door with { Flags = SignalFlags.EventClock };

        Assert.Equal(1000, _fixture.Track("""{"userId":"u","event":"E","timestamp":"1970-01-01T00:00:01Z","sentAt":"1970-01-01T00:00:05Z"}""").SourceTime.Milliseconds);
        Assert.Equal((RejectionReason.BadTimestamp, "timestamp"), _fixture.Refused(SignalRoute.Track, """{"userId":"u","event":"E"}"""));
    }

    [Theory]
    [InlineData("\"Europe/Berlin\"", "2026-11-22T10:00:00Z", 60)]
    [InlineData("\"Europe\\/Berlin\"", "2026-07-22T10:00:00Z", 120)]
    [InlineData("\"Asia/Kathmandu\"", "2026-07-22T10:00:00Z", 345)]
    [InlineData("\"Mars/Olympus\"", "2026-07-22T10:00:00Z", 540)]
    [InlineData("\"../../etc/passwd\"", "2026-07-22T10:00:00Z", 540)]
    [InlineData("5", "2026-07-22T10:00:00Z", 540)]
    [InlineData("null", "2026-07-22T10:00:00Z", 540)]
    public void ParseRequest_TimeZone_GivesTheOffsetAtTheSourceTime(string zone, string timestamp, int minutes)
    {
        _fixture.Door = _fixture.Door with { Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo") };
        var body = $$$"""{"userId":"u","event":"E","timestamp":"{{{timestamp}}}","context":{"timezone":{{{zone}}}}}""";

        Assert.Equal(minutes, _fixture.Track(body).ZoneOffsetMinutes);
    }

    [Fact]
    public void ParseRequest_NoZoneAnywhere_IsUnknown() =>
        Assert.Equal(Signal.UnknownZone, _fixture.Track("""{"userId":"u","event":"E","context":{"timezone":"Mars/Olympus"}}""").ZoneOffsetMinutes);

    [Fact]
    public void Find_ManyUnknownNames_StaysBounded()
    {
        var zones = new ZoneTable();
        for (var i = 0; i < ZoneTable.MaxUnknown + 500; i++)
        {
            Assert.Null(zones.Find(Encoding.UTF8.GetBytes($"No/Such{i}")));
        }

        Assert.InRange(zones.Count, 1, ZoneTable.MaxUnknown);
    }

    [Fact]
    public void OffsetMinutesAt_AroundAChange_DoesNotDependOnTheOrderOfAsking()
    {
        var change = DateTimeOffset.Parse("2026-10-25T01:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var before = new Moment(change.ToUnixTimeMilliseconds() - 1);
        var after = new Moment(change.ToUnixTimeMilliseconds());
        var clock = new ZoneClock(zone);

        Assert.Equal([120, 60, 120, 60], new[] { before, after, before, after }.Select(at => (int)clock.OffsetMinutesAt(at)));
    }
}
