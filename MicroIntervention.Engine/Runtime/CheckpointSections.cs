using System.Buffers;
using System.Buffers.Binary;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Kinds of sections of a checkpoint file. Part of the data format: never renumber.</summary>
internal enum SectionKind
{
    /// <summary>Whose it is and what shape the engine had.</summary>
    Head = 1,

    /// <summary>One partition; the index says which.</summary>
    Partition = 2,

    /// <summary>The control records that the partitions' plans are made of.</summary>
    Controls = 3,

    /// <summary>Of one shard: numbers of the full key tables, which are files of their own.</summary>
    FullTables = 4,

    /// <summary>Of one shard: a table of message keys.</summary>
    Table = 5,

    /// <summary>Nothing follows; the index counts the sections before it.</summary>
    End = 9,
}

/// <summary>Where a section lies.</summary>
internal readonly record struct Section(SectionKind Kind, int Index, long Offset, int Length, uint Checksum);

/// <summary>Sections to a file and back: "MICP", version, then per section kind, index, length, checksum of the bytes, checksum of these four, and the bytes.</summary>
internal sealed class SectionWriter
{
    /// <summary>Version of the format; another one is not read, the log is instead. 2: zone, prompts of a session, refusals. 3: likely bots, attention. 4: the zone's quarter hour. 5: links and customers.</summary>
    public const int Version = 5;

    /// <summary>"MICP" as read little-endian.</summary>
    public const int Magic = 0x5043494D;

    public const int PrefixLength = 8;
    public const int HeaderLength = 20;

    private readonly ICheckpointFile _file;
    private int _count;

    public SectionWriter(ICheckpointFile file)
    {
        _file = file;
        Span<byte> prefix = stackalloc byte[PrefixLength];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[4..], Version);
        file.Append(prefix);
        Length = PrefixLength;
    }

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    public void Add(SectionKind kind, int index, ReadOnlySpan<byte> bytes)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteInt32LittleEndian(header, (int)kind);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], index);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], CheckpointBuffer.Checksum(bytes));
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], CheckpointBuffer.Checksum(header[..16]));
        _file.Append(header);
        _file.Append(bytes);
        _count++;
        Length += HeaderLength + bytes.Length;
    }

    public void End() => Add(SectionKind.End, _count, default);
}

/// <summary>Finds and checks the sections of a file.</summary>
internal sealed class SectionReader
{
    private readonly ICheckpointSource _source;

    /// <exception cref="InvalidDataException">Not a checkpoint of this version, damaged, or cut off.</exception>
    public SectionReader(ICheckpointSource source)
    {
        _source = source;
        Span<byte> header = stackalloc byte[SectionWriter.HeaderLength];
        source.Read(0, header[..SectionWriter.PrefixLength]);
        if (BinaryPrimitives.ReadInt32LittleEndian(header) != SectionWriter.Magic)
        {
            throw new InvalidDataException("It does not begin like a checkpoint.");
        }

        if (BinaryPrimitives.ReadInt32LittleEndian(header[4..]) is var version && version != SectionWriter.Version)
        {
            throw new InvalidDataException($"It has format {version}; this version of the program reads format {SectionWriter.Version}.");
        }

        long at = SectionWriter.PrefixLength;
        while (true)
        {
            source.Read(at, header);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[16..]) != CheckpointBuffer.Checksum(header[..16]))
            {
                throw new InvalidDataException("A section's head is damaged.");
            }

            var section = new Section(
                (SectionKind)BinaryPrimitives.ReadInt32LittleEndian(header),
                BinaryPrimitives.ReadInt32LittleEndian(header[4..]),
                at + SectionWriter.HeaderLength,
                BinaryPrimitives.ReadInt32LittleEndian(header[8..]),
                BinaryPrimitives.ReadUInt32LittleEndian(header[12..]));
            if (section.Kind == SectionKind.End)
            {
                break;
            }

            if (section.Length < 0 || section.Offset + section.Length > source.Length)
            {
                throw new InvalidDataException("It is cut off.");
            }

            Sections.Add(section);
            at = section.Offset + section.Length;
        }
    }

    public List<Section> Sections { get; } = [];

    /// <summary>The one section of this kind and index.</summary>
    public Section Find(SectionKind kind, int index)
    {
        var found = Sections.FindIndex(s => s.Kind == kind && s.Index == index);
        return found >= 0 ? Sections[found] : throw new InvalidDataException($"Its section {kind} {index} is missing.");
    }

    /// <summary>Reads a section, checks it, and hands its bytes over. Thread-safe.</summary>
    public void Read(in Section section, Action<byte[], int> use)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(section.Length);
        try
        {
            _source.Read(section.Offset, bytes.AsSpan(0, section.Length));
            if (CheckpointBuffer.Checksum(bytes.AsSpan(0, section.Length)) != section.Checksum)
            {
                throw new InvalidDataException($"Its section {section.Kind} {section.Index} is damaged.");
            }

            use(bytes, section.Length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
