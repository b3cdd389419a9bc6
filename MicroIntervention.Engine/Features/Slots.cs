using System.Runtime.CompilerServices;

namespace MicroIntervention.Engine.Features;

/// <summary>Numbers at byte offsets of a block. The offsets come from <see cref="WindowLayout"/>, so they are not checked again.</summary>
internal static class Slots
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read<T>(ref byte block, int offset)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref Unsafe.AddByteOffset(ref block, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<T>(ref byte block, int offset, T value)
        where T : unmanaged => Unsafe.WriteUnaligned(ref Unsafe.AddByteOffset(ref block, offset), value);
}
