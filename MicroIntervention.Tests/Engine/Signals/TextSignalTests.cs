using System.Text;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Tests.Engine.Signals;

[Proves("R-03")]
public sealed class TextSignalTests
{
    private readonly ParserFixture _fixture = new();

    [Theory]
    [InlineData("""{"anonymousId":"a","event":"Chat Message","properties":{"text":"It fails \u00e9","speaker":"customer","conversationId":"c-1"}}""", SignalKind.ChatMessage, TextSpeaker.Customer, "It fails é")]
    [InlineData("""{"anonymousId":"a","event":"Chat Message","properties":{"text":"Hello","speaker":"agent"},"context":{"sessionId":"c-1"}}""", SignalKind.ChatMessage, TextSpeaker.Agent, "Hello")]
    [InlineData("""{"anonymousId":"a","event":"Chat Message","properties":{"text":"Beep","speaker":"bot","conversation_id":"c-1"}}""", SignalKind.ChatMessage, TextSpeaker.Bot, "Beep")]
    [InlineData("""{"anonymousId":"a","event":"Transcript Segment","properties":{"text":"I want to cancel","speaker":"customer","conversationId":"c-1","startMs":0,"endMs":900}}""", SignalKind.TranscriptSegment, TextSpeaker.Customer, "I want to cancel")]
    [InlineData("""{"userId":"a","event":"Social Mention","properties":{"text":"@shop why","network":"x","conversationId":"c-1"}}""", SignalKind.SocialMention, TextSpeaker.Customer, "@shop why")]
    [InlineData("""{"userId":"a","event":"Live Chat Message Sent","properties":{"message_body":"But my stapler","conversation_id":"c-1"}}""", SignalKind.ChatMessage, TextSpeaker.Customer, "But my stapler")]
    [InlineData("""{"userId":"a","event":"Live Chat Message Received","properties":{"message_body":"Yes?","conversation_id":"c-1"}}""", SignalKind.ChatMessage, TextSpeaker.Agent, "Yes?")]
    public void Track_LineOfText_HasKindSessionSpeakerAndText(string body, SignalKind kind, TextSpeaker speaker, string text)
    {
        var signal = _fixture.Track(body);
        var raw = Encoding.UTF8.GetBytes(body);
        Span<byte> destination = stackalloc byte[256];

        Assert.Equal(kind, signal.Kind);
        Assert.True(TextSignal.IsText(signal.Kind));
        Assert.True(signal.Has(SignalFlags.ExplicitSession));
        Assert.Equal(_fixture.Track("""{"anonymousId":"b","event":"E","context":{"sessionId":"c-1"}}""").ExplicitSession, signal.ExplicitSession);
        Assert.Equal(speaker, TextSignal.SpeakerOf(kind, raw));
        Assert.True(TextSignal.TryRead(raw, destination, out var length));
        Assert.Equal(text, Encoding.UTF8.GetString(destination[..length]));

        // Read again from the log, under any plan, it is the same.
        Assert.True(_fixture.Parser.ParseEvent(raw, ParserFixture.HeaderOf(in signal), SignalSchema.Empty, out var again));
        Assert.Equal((kind, signal.ExplicitSession), (again.Kind, again.ExplicitSession));
    }

    [Fact]
    public void Track_ConversationThatEnds_EndsTheSameSession()
    {
        var line = _fixture.Track("""{"userId":"a","event":"Live Chat Message Sent","properties":{"message_body":"x","conversation_id":"c-1"}}""");
        var end = _fixture.Track("""{"userId":"a","event":"Live Chat Conversation Ended","properties":{"conversation_id":"c-1"}}""");

        Assert.Equal((SignalKind.SessionEnded, line.ExplicitSession), (end.Kind, end.ExplicitSession));
    }

    [Fact]
    public void Track_OtherEvents_TakeNoSessionFromTheirProperties() =>
        Assert.True(_fixture.Track("""{"userId":"a","event":"Payment Declined","properties":{"conversationId":"c-1"}}""").ExplicitSession.IsZero);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"properties":{"text":7000000}}""")]
    [InlineData("""{"properties":{"text":""}}""")]
    [InlineData("""{"properties":{"text":["x"]}}""")]
    public void TryRead_NothingSaid_IsFalse(string raw)
    {
        Span<byte> destination = stackalloc byte[4];

        Assert.False(TextSignal.TryRead(Encoding.UTF8.GetBytes(raw), destination, out _));
        Assert.Equal(TextSpeaker.Unknown, TextSignal.SpeakerOf(SignalKind.ChatMessage, Encoding.UTF8.GetBytes(raw)));
    }

    [Theory]
    [InlineData("group", SignalKind.Group, """{"type":"group","userId":"u","groupId":"g","traits":{"plan":"pro","amount":7}}""")]
    [InlineData("alias", SignalKind.Alias, """{"type":"alias","userId":"u","previousId":"guest"}""")]
    public void Batch_GroupAndAlias_AreTakenAndReadAgainTheSame(string type, SignalKind kind, string body)
    {
        Assert.Equal(RejectionReason.None, _fixture.Parse(SignalRoute.Batch, $$"""{"batch":[{{body}}]}""").Reason);
        var signal = _fixture.Batch.Signals[0];

        Assert.Equal(kind, signal.Kind);
        Assert.Equal(type == "group" ? 7 : 0, signal.Values[0]);
        Assert.True(_fixture.Parser.ParseEvent(_fixture.Batch.RawOf(in signal), ParserFixture.HeaderOf(in signal), ParserFixture.Schema, out var again));
        Assert.Equal((kind, signal.Matches, signal.ValueMask), (again.Kind, again.Matches, again.ValueMask));
    }

    [Fact]
    public void Identify_TraitsOnlyInTheContext_AreItsTraits()
    {
        const string body = """{"anonymousId":"a","context":{"traits":{"plan":"pro","firstName":"Anna"}}}""";

        Assert.Equal(RejectionReason.None, _fixture.Parse(SignalRoute.Identify, body).Reason);
        Assert.Equal(1uL << 4, _fixture.Batch.Signals[0].Matches);
        Assert.Equal("Anna", CustomerName.Read(Encoding.UTF8.GetBytes(body)));

        // Its own traits count where there are any.
        Assert.Equal(RejectionReason.None, _fixture.Parse(SignalRoute.Identify, """{"anonymousId":"a","traits":{},"context":{"traits":{"plan":"pro"}}}""").Reason);
        Assert.Equal(0uL, _fixture.Batch.Signals[0].Matches);
    }
}
