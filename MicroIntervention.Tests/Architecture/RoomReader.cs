using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace MicroIntervention.Tests.Architecture;

/// <summary>Which rooms of an assembly use which others, from signatures and method bodies.</summary>
/// <param name="prefix">Namespace that the rooms lie under.</param>
internal sealed class RoomReader(string prefix)
{
    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(o => o.Value & 0xFFFF, o => o.OperandType);

    private readonly HashSet<(string Room, string Uses, string Where)> _uses = [];

    /// <summary>(room, room it uses, the member that does) for all pairs of different rooms.</summary>
    public static IReadOnlySet<(string Room, string Uses, string Where)> Read(Assembly assembly, string prefix)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var reader = new RoomReader(prefix);
        reader.ReadAll(file, file.GetMetadataReader());
        return reader._uses;
    }

    private void ReadAll(PEReader file, MetadataReader metadata)
    {
        var names = new NameProvider();
        foreach (var handle in metadata.TypeDefinitions)
        {
            var type = metadata.GetTypeDefinition(handle);
            var full = NameProvider.NameOf(metadata, handle);
            if (RoomOf(full) is not { } room)
            {
                continue;
            }

            Note(room, full, NamesOf(metadata, names, type.BaseType));
            foreach (var implemented in type.GetInterfaceImplementations())
            {
                Note(room, full, NamesOf(metadata, names, metadata.GetInterfaceImplementation(implemented).Interface));
            }

            foreach (var parameter in type.GetGenericParameters())
            {
                foreach (var constraint in metadata.GetGenericParameter(parameter).GetConstraints())
                {
                    Note(room, full, NamesOf(metadata, names, metadata.GetGenericParameterConstraint(constraint).Type));
                }
            }

            foreach (var field in type.GetFields())
            {
                var definition = metadata.GetFieldDefinition(field);
                Note(room, $"{full}.{metadata.GetString(definition.Name)}", definition.DecodeSignature(names, null));
            }

            foreach (var method in type.GetMethods())
            {
                ReadMethod(file, metadata, names, room, full, metadata.GetMethodDefinition(method));
            }
        }
    }

    private void ReadMethod(PEReader file, MetadataReader metadata, NameProvider names, string room, string type, MethodDefinition method)
    {
        var where = $"{type}.{metadata.GetString(method.Name)}";
        Note(room, where, Of(method.DecodeSignature(names, null)));
        foreach (var parameter in method.GetGenericParameters())
        {
            foreach (var constraint in metadata.GetGenericParameter(parameter).GetConstraints())
            {
                Note(room, where, NamesOf(metadata, names, metadata.GetGenericParameterConstraint(constraint).Type));
            }
        }

        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        var body = file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            foreach (var local in metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(names, null))
            {
                Note(room, where, local);
            }
        }

        foreach (var region in body.ExceptionRegions.Where(r => !r.CatchType.IsNil))
        {
            Note(room, where, NamesOf(metadata, names, region.CatchType));
        }

        foreach (var token in TokensOf(body.GetILReader()))
        {
            Note(room, where, NamesOf(metadata, names, token));
        }
    }

    private static List<EntityHandle> TokensOf(BlobReader il)
    {
        var tokens = new List<EntityHandle>();
        while (il.RemainingBytes > 0)
        {
            int code = il.ReadByte();
            code = code == 0xFE ? 0xFE00 | il.ReadByte() : code;
            switch (Operands[code])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    tokens.Add(MetadataTokens.EntityHandle(il.ReadInt32()));
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    il.ReadByte();
                    break;
                case OperandType.InlineVar:
                    il.ReadInt16();
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    il.ReadInt64();
                    break;
                case OperandType.InlineSwitch:
                    var targets = il.ReadInt32();
                    il.Offset += 4 * targets;
                    break;
                default: // branch targets, numbers, texts, call-site signatures, short floats: four bytes
                    il.ReadInt32();
                    break;
            }
        }

        return tokens;
    }

    private static ImmutableArray<string> NamesOf(MetadataReader metadata, NameProvider names, EntityHandle handle)
    {
        if (handle.IsNil)
        {
            return [];
        }

        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                return [NameProvider.NameOf(metadata, (TypeDefinitionHandle)handle)];
            case HandleKind.TypeReference:
                return [NameProvider.NameOf(metadata, (TypeReferenceHandle)handle)];
            case HandleKind.TypeSpecification:
                return metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(names, null);
            case HandleKind.MethodDefinition:
                var method = metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                return [NameProvider.NameOf(metadata, method.GetDeclaringType()), .. Of(method.DecodeSignature(names, null))];
            case HandleKind.FieldDefinition:
                var field = metadata.GetFieldDefinition((FieldDefinitionHandle)handle);
                return [NameProvider.NameOf(metadata, field.GetDeclaringType()), .. field.DecodeSignature(names, null)];
            case HandleKind.MemberReference:
                var member = metadata.GetMemberReference((MemberReferenceHandle)handle);
                return
                [
                    .. NamesOf(metadata, names, member.Parent),
                    .. member.GetKind() == MemberReferenceKind.Field ? member.DecodeFieldSignature(names, null) : Of(member.DecodeMethodSignature(names, null)),
                ];
            case HandleKind.MethodSpecification:
                var specification = metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                return [.. NamesOf(metadata, names, specification.Method), .. specification.DecodeSignature(names, null).SelectMany(n => n)];
            default:
                return [];
        }
    }

    private static ImmutableArray<string> Of(MethodSignature<ImmutableArray<string>> signature) => [.. signature.ReturnType, .. signature.ParameterTypes.SelectMany(p => p)];

    private void Note(string room, string where, ImmutableArray<string> types)
    {
        foreach (var type in types)
        {
            if (RoomOf(type) is { } used && used != room)
            {
                _uses.Add((room, used, where));
            }
        }
    }

    private string? RoomOf(string type) =>
        type.StartsWith(prefix + ".", StringComparison.Ordinal) && type[(prefix.Length + 1)..].Split('.') is { Length: > 1 } parts ? parts[0] : null;

    /// <summary>Full names of all types in a signature, arrays, pointers and generic arguments included.</summary>
    private sealed class NameProvider : ISignatureTypeProvider<ImmutableArray<string>, object?>
    {
        public static string NameOf(MetadataReader reader, TypeDefinitionHandle handle)
        {
            var type = reader.GetTypeDefinition(handle);
            return type.GetDeclaringType() is { IsNil: false } outer
                ? $"{NameOf(reader, outer)}+{reader.GetString(type.Name)}"
                : $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        }

        public static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
        {
            var type = reader.GetTypeReference(handle);
            return type.ResolutionScope.Kind == HandleKind.TypeReference
                ? $"{NameOf(reader, (TypeReferenceHandle)type.ResolutionScope)}+{reader.GetString(type.Name)}"
                : $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        }

        public ImmutableArray<string> GetArrayType(ImmutableArray<string> elementType, ArrayShape shape) => elementType;

        public ImmutableArray<string> GetByReferenceType(ImmutableArray<string> elementType) => elementType;

        public ImmutableArray<string> GetFunctionPointerType(MethodSignature<ImmutableArray<string>> signature) => [.. Of(signature)];

        public ImmutableArray<string> GetGenericInstantiation(ImmutableArray<string> genericType, ImmutableArray<ImmutableArray<string>> typeArguments) =>
            [.. genericType, .. typeArguments.SelectMany(a => a)];

        public ImmutableArray<string> GetGenericMethodParameter(object? genericContext, int index) => [];

        public ImmutableArray<string> GetGenericTypeParameter(object? genericContext, int index) => [];

        public ImmutableArray<string> GetModifiedType(ImmutableArray<string> modifier, ImmutableArray<string> unmodifiedType, bool isRequired) => [.. modifier, .. unmodifiedType];

        public ImmutableArray<string> GetPinnedType(ImmutableArray<string> elementType) => elementType;

        public ImmutableArray<string> GetPointerType(ImmutableArray<string> elementType) => elementType;

        public ImmutableArray<string> GetPrimitiveType(PrimitiveTypeCode typeCode) => [];

        public ImmutableArray<string> GetSZArrayType(ImmutableArray<string> elementType) => elementType;

        public ImmutableArray<string> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => [NameOf(reader, handle)];

        public ImmutableArray<string> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [NameOf(reader, handle)];

        public ImmutableArray<string> GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);
    }
}
