using System.Buffers.Binary;
using System.Text;
using MicroIntervention.Engine.Prediction;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Engine.Decisions;

/// <summary>Decisions as bytes: every number with all its bits, so that two decisions are the same exactly when their bytes are.</summary>
/// <remarks>
/// Little-endian. Format 2 is format 1 with the reasons that came after it; a decision is written in the first format that knows its reason, so that one made
/// again has the bytes of the recorded one, and an older program refuses what it cannot name. Holds ids, numbers and names of scenarios; no personal data.
/// </remarks>
public static class DecisionCodec
{
    private const byte FirstFormat = 1;
    private const byte LatestFormat = 2;
    private const byte IntervenesCase = 1;
    private const byte SuppressesCase = 2;

    public static byte[] Encode(Decision decision)
    {
        var facts = decision.Facts;
        using var stream = new MemoryStream(512);
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(IsOfFirstFormat(decision.Reason) ? FirstFormat : LatestFormat);
        writer.Write(decision is Decision.Intervene ? IntervenesCase : SuppressesCase);
        writer.Write((byte)decision.Reason);
        Write(writer, facts.Id.Value);
        Write(writer, facts.Episode.Value);
        writer.Write(facts.Scenario.Value);
        Write(writer, facts.Visitor.Value);
        Write(writer, facts.Session.Value);
        writer.Write(facts.At.Milliseconds);
        writer.Write(facts.Position.Partition);
        writer.Write(facts.Position.Offset);
        Write(writer, facts.Cause.Value);
        writer.Write(facts.Timer);
        writer.Write((byte)facts.Forecast.Scale);
        writer.Write(facts.Forecast.Score);
        writer.Write(facts.Forecast.Value);
        writer.Write(facts.Forecast.Intercept);
        Write(writer, facts.Forecast.Features);
        Write(writer, facts.Forecast.Contributions);
        writer.Write(facts.Threshold);
        writer.Write(facts.ExpectedBenefit.Amount);
        writer.Write(facts.ExpectedBenefit.Currency);
        Write(writer, facts.Plan);
        writer.Write(facts.RepeatsBefore);
        writer.Write(facts.IsTest);
        if (decision is Decision.Intervene intervene)
        {
            writer.Write(intervene.Arm.Value);
            writer.Write(intervene.Propensity);
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">Not a decision of a known format.</exception>
    public static Decision Decode(byte[] bytes)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
            var format = reader.ReadByte();
            if (format is < FirstFormat or > LatestFormat)
            {
                throw new InvalidDataException($"Decision format {format} is not known to this version.");
            }

            var which = reader.ReadByte();
            var reason = (DecisionReason)reader.ReadByte();
            if (!Enum.IsDefined(reason))
            {
                throw new InvalidDataException($"Decision reason {(byte)reason} is not known to this version.");
            }

            var facts = ReadFacts(reader);
            return which switch
            {
                IntervenesCase => new Decision.Intervene(facts, new ArmKey(reader.ReadString()), reader.ReadDouble()),
                SuppressesCase => new Decision.Suppress(facts, reason),
                _ => throw new InvalidDataException($"Decision case {which} is not known to this version."),
            };
        }
        catch (EndOfStreamException end)
        {
            throw new InvalidDataException("The decision ends too early.", end);
        }
    }

    private static bool IsOfFirstFormat(DecisionReason reason) => reason <= DecisionReason.Outranked && reason is not (DecisionReason.SignalStale or DecisionReason.LikelyBot);

    private static DecisionFacts ReadFacts(BinaryReader reader) => new(
        new DecisionId(ReadHash(reader)),
        new DecisionId(ReadHash(reader)),
        new ScenarioKey(reader.ReadString()),
        new VisitorId(ReadHash(reader)),
        new SessionId(ReadHash(reader)),
        new Moment(reader.ReadInt64()),
        new LogPosition(reader.ReadInt32(), reader.ReadInt64()),
        new MessageKey(ReadHash(reader)),
        reader.ReadString(),
        new Forecast((ScoreScale)reader.ReadByte(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), ReadNumbers(reader), ReadNumbers(reader)),
        reader.ReadDouble(),
        new Money(reader.ReadDouble(), reader.ReadString()),
        ReadHash(reader),
        reader.ReadInt32(),
        reader.ReadBoolean());

    private static void Write(BinaryWriter writer, Hash128 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash128.Size];
        hash.Write(bytes);
        writer.Write(bytes);
    }

    private static void Write(BinaryWriter writer, double[] numbers)
    {
        writer.Write(numbers.Length);
        foreach (var number in numbers)
        {
            writer.Write(number);
        }
    }

    private static Hash128 ReadHash(BinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[Hash128.Size];
        reader.BaseStream.ReadExactly(bytes);
        return Hash128.Read(bytes);
    }

    private static double[] ReadNumbers(BinaryReader reader)
    {
        var numbers = new double[BinaryPrimitives.ReadInt32LittleEndian(reader.ReadBytes(4))];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = reader.ReadDouble();
        }

        return numbers;
    }
}
