using System.Text;
using System.Text.Json;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

/// <summary>Whatever comes through a foreign door, what is written for the parser is JSON, and nothing throws.</summary>
[Proves("R-05")]
public sealed class ForeignHostileTests
{
    private static readonly byte[][] Scraps =
        [[0], [0xFF], [0xC3], "\""u8.ToArray(), "\\u00"u8.ToArray(), "{"u8.ToArray(), "]"u8.ToArray(), "[[["u8.ToArray(), ","u8.ToArray(), "\"$set\":{"u8.ToArray(), "\\"u8.ToArray(), "data="u8.ToArray()];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Translate_RandomMutations_NeverThrowAndNeverLeaveTheirPlace(bool isPostHog)
    {
        var random = new SeededRandom(isPostHog ? 7u : 8u);
        var seed = Encoding.UTF8.GetBytes(isPostHog
            ? """{"api_key":"k","batch":[{"event":"$identify","uuid":"u\u00e9","distinct_id":"d","properties":{"$set":{"plan":"pro"},"$device_id":7,"token":"k","a":[1,{"b":null}]},"timestamp":"2026-11-22T10:47:09Z"},{"event":"E","distinct_id":"d"}],"sent_at":"2026-11-22T10:47:09Z"}"""
            : """[{"specversion":"1.0","id":"1\u00e9","source":"s","type":"E","subject":"a","sessionid":"c","data":{"anonymousId":"x","list":[1,{"a":null}]}},{"specversion":"1.0","id":"2","source":"s","type":"page","userid":"u","data_base64":"AA=="}]""");
        ForeignFixture.Translation translate = isPostHog ? PostHogBody.Translate : CloudEventBody.Translate;
        var fixture = new ForeignFixture();
        var accepted = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var body = Mutate([.. seed], random);
            var length = isPostHog ? PostHogBody.Unpack(body) : body.Length;
            var fault = fixture.Read(translate, body[..length], isPublic: i % 2 == 0);
            if (fault.Reason != RejectionReason.None)
            {
                continue;
            }

            Assert.All(fixture.Refused, r => Assert.InRange(r.RawStart + r.RawLength, 0, length));
            foreach (ref readonly var signal in fixture.Parser.Batch.Signals)
            {
                accepted++;
                var raw = fixture.Parser.Batch.RawOf(in signal).ToArray();
                using var stored = JsonDocument.Parse(raw);
                Assert.True(fixture.Parser.Parser.ParseEvent(raw, ParserFixture.HeaderOf(in signal), ParserFixture.Schema, out var again));
                Assert.Equal((signal.Matches, signal.Kind), (again.Matches, again.Kind));
            }
        }

        Assert.InRange(accepted, 500, 10_000);
    }

    private static byte[] Mutate(List<byte> body, SeededRandom random)
    {
        for (var edits = random.Next(3); edits >= 0; edits--)
        {
            var at = random.Next(body.Count);
            switch (random.Next(4))
            {
                case 0:
                    body[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    body.RemoveAt(at);
                    break;
                case 2:
                    body.InsertRange(at, Scraps[random.Next(Scraps.Length)]);
                    break;
                default:
                    body.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. body];
    }
}
