using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Scenarios;

/// <summary>Control records as the JSON payload of a log record.</summary>
/// <remarks>Format: <c>{"control":"activate"|"kill"|"switch"|"freshness",…,"by":"…","why":"…"}</c>. A pack above 16 KB is kept compressed, because every partition's log gets a copy.</remarks>
public static class ControlCodec
{
    private const int CompressFrom = 16 * 1024;
    private const int LongestText = 4000;

    /// <summary>More packs than a plan may hold is a damaged record.</summary>
    private const int MaxPacks = 1000;

    private static readonly ImmutableArray<string> Members = ["control", "killed", "scenario", "enabled", "packs", "overrides", "signal", "fault", "by", "why"];

    public static byte[] Encode(ControlRecord control)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            switch (control)
            {
                case ControlRecord.Activate activate:
                    json.WriteString("control"u8, "activate"u8);
                    json.WriteBoolean("killed"u8, activate.Source.Killed);
                    WriteSource(json, activate.Source);
                    break;
                case ControlRecord.Kill kill:
                    json.WriteString("control"u8, "kill"u8);
                    json.WriteBoolean("killed"u8, kill.Killed);
                    break;
                case ControlRecord.Switch change:
                    json.WriteString("control"u8, "switch"u8);
                    json.WriteString("scenario"u8, change.Scenario.Value);
                    json.WriteBoolean("enabled"u8, change.Enabled);
                    break;
                case ControlRecord.Freshness freshness:
                    json.WriteString("control"u8, "freshness"u8);
                    json.WriteString("signal"u8, freshness.Signal);
                    json.WriteString("fault"u8, NameOf(freshness.Fault));
                    break;
                default:
                    throw new InvalidOperationException($"No format for {control.GetType().Name}.");
            }

            json.WriteString("by"u8, control.By);
            json.WriteString("why"u8, control.Why);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a payload. Packs inside are not checked here: building the plan does.</summary>
    /// <param name="payload">UTF-8 JSON.</param>
    /// <param name="control">The record; null when the result is false.</param>
    /// <param name="fault">What is wrong; empty when the result is true.</param>
    public static bool TryDecode(ReadOnlyMemory<byte> payload, out ControlRecord? control, out string fault)
    {
        control = null;
        var scope = new PackScope();
        try
        {
            using var document = JsonDocument.Parse(payload);
            control = Read(new PackNode(document.RootElement, "$", scope), scope);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or InvalidDataException or FormatException)
        {
            scope.Add("$", $"cannot be read: {wrong.Message}");
        }

        fault = string.Join(" ", scope.Faults);
        if (scope.Faults.Count > 0)
        {
            control = null;
        }

        return control is not null;
    }

    private static void WriteSource(Utf8JsonWriter json, PlanSource source)
    {
        json.WriteStartArray("packs"u8);
        foreach (var pack in source.Packs)
        {
            if (pack.Length >= CompressFrom)
            {
                json.WriteBase64StringValue(Compress(pack.Span));
            }
            else
            {
                json.WriteRawValue(pack.Span);
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("overrides"u8);
        foreach (var changed in source.Overrides)
        {
            OverrideJson.Write(json, changed);
        }

        json.WriteEndArray();
    }

    private static ControlRecord? Read(PackNode node, PackScope scope)
    {
        if (PackObject.From(node, Members) is not { } record)
        {
            return null;
        }

        var by = record.Required("by", "who did it")?.Text(LongestText, blankAllowed: true) ?? "";
        var why = record.Required("why", "their reason")?.Text(LongestText, blankAllowed: true) ?? "";
        var kind = record.Required("control", "what it does")?.Text(PackLimits.NameLength);
        switch (kind)
        {
            case "activate":
                var packs = record.Required("packs", "the packs")?.Items(0, MaxPacks) ?? [];
                var overrides = record.Required("overrides", "what people set differently")?.Items(0, MaxPacks) ?? [];
                var killed = record.Required("killed", "the kill switch")?.Flag() ?? false;
                return new ControlRecord.Activate(
                    new PlanSource([.. packs.Select(PackOf)], [.. overrides.Select(OverrideJson.Read).OfType<PolicyOverride>()], killed), by, why);
            case "kill":
                return record.Required("killed", "true or false")?.Flag() is { } kill ? new ControlRecord.Kill(kill, by, why) : null;
            case "switch":
                var scenario = record.Required("scenario", "the key of a pack")?.Text(PackLimits.NameLength);
                var enabled = record.Required("enabled", "true or false")?.Flag();
                return scenario is null || enabled is null ? null : new ControlRecord.Switch(new ScenarioKey(scenario), enabled.Value, by, why);
            case "freshness":
                var signal = record.Required("signal", "the event's name")?.Text(LongestText);
                var fault = FaultOf(record.Required("fault", "none, silent or invalid")?.Text(PackLimits.NameLength));
                if (signal is not null && fault is null)
                {
                    scope.Add(record.PathOf("fault"), "is none, silent or invalid.");
                }

                return signal is null || fault is null ? null : new ControlRecord.Freshness(signal, fault.Value, by, why);
            default:
                if (kind is not null)
                {
                    scope.Add(record.PathOf("control"), $"\"{kind}\" is not known to this version.");
                }

                return null;
        }
    }

    private static string NameOf(SignalFault fault) => fault switch
    {
        SignalFault.None => "none",
        SignalFault.Silent => "silent",
        SignalFault.Invalid => "invalid",
        _ => throw new InvalidOperationException($"No such fault: {fault}."),
    };

    private static SignalFault? FaultOf(string? name) => name switch
    {
        "none" => SignalFault.None,
        "silent" => SignalFault.Silent,
        "invalid" => SignalFault.Invalid,
        _ => null,
    };

    private static ReadOnlyMemory<byte> PackOf(PackNode node) => node.Element.ValueKind == JsonValueKind.String
        ? Expand(node.Element.GetBytesFromBase64())
        : System.Text.Encoding.UTF8.GetBytes(node.Element.GetRawText());

    private static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        using var stream = new MemoryStream();
        using (var brotli = new BrotliStream(stream, CompressionLevel.Optimal))
        {
            brotli.Write(bytes);
        }

        return stream.ToArray();
    }

    private static byte[] Expand(byte[] bytes)
    {
        using var brotli = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
        var buffer = new byte[PackLimits.PackBytes + 1];
        var length = brotli.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length <= PackLimits.PackBytes ? buffer[..length] : throw new InvalidDataException("A pack in it is too large.");
    }
}
