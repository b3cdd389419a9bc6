using System.Text.Json;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Web.Live;

/// <summary>What people call a stored event.</summary>
internal static class EventLabel
{
    /// <summary>Long enough for any sensible name, short enough for a table.</summary>
    private const int Longest = 80;

    /// <summary>The event's own name; empty where it has none: the page then says its kind in words. Untrusted text, cut.</summary>
    /// <param name="payload">The event's JSON; anything else has no name.</param>
    public static string Of(SignalKind kind, ReadOnlySpan<byte> payload)
    {
        var name = kind switch
        {
            SignalKind.Track => Member(payload, "event"u8),
            SignalKind.Page => Member(payload, "name"u8) is { } page ? "Page: " + page : null,
            _ => Member(payload, "event"u8),
        };
        name = string.IsNullOrWhiteSpace(name) ? "" : name;
        return name.Length <= Longest ? name : name[..Longest] + "…";
    }

    private static string? Member(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> name)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                {
                    continue;
                }

                var wanted = reader.ValueTextEquals(name);
                reader.Read();
                if (wanted)
                {
                    return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }

                reader.Skip();
            }
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // Stored events were read once before; a name that is no valid text is no name.
        }

        return null;
    }
}
