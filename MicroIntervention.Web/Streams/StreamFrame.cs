using System.Text;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Streams;

/// <summary>The bytes of one event on a stream, and the delivery that ends when they are handed over. Source: HTML standard, 9.2.</summary>
internal readonly record struct StreamFrame(ReadOnlyMemory<byte> Bytes, HeldPrompt? Delivery = null)
{
    public static StreamFrame Ping { get; } = new(": ping\n\n"u8.ToArray());

    public static StreamFrame Hello { get; } = new(": hello\n\n"u8.ToArray());

    public static StreamFrame WithdrawAll { get; } = new("event: withdraw\ndata: {\"all\":true}\n\n"u8.ToArray());

    public static StreamFrame Withdraw(DecisionId id) =>
        new(Encoding.ASCII.GetBytes($"event: withdraw\ndata: {{\"decisionId\":\"{id}\"}}\n\n"));

    public static StreamFrame Prompt(HeldPrompt prompt)
    {
        var head = Encoding.ASCII.GetBytes($"id: {prompt.Request.Id}\nevent: prompt\ndata: ");
        var body = prompt.Request.Body.Span;
        var bytes = new byte[head.Length + body.Length + 2];
        head.CopyTo(bytes, 0);
        body.CopyTo(bytes.AsSpan(head.Length));

        // In JSON a raw line break is only ever white space between tokens; on a stream it would end the data.
        bytes.AsSpan(head.Length, body.Length).ReplaceAny(LineBreaks, (byte)' ');
        bytes[^2] = (byte)'\n';
        bytes[^1] = (byte)'\n';
        return new StreamFrame(bytes, prompt);
    }

    private static readonly System.Buffers.SearchValues<byte> LineBreaks = System.Buffers.SearchValues.Create("\r\n"u8);
}
