using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MicroIntervention.Engine.Primitives;

/// <summary>Asks the processor to fetch memory that is about to be read; changes nothing else. A no-op where the processor has no such instruction.</summary>
internal static unsafe class CacheHint
{
    private const int LineBytes = 64;

    /// <summary>Fetches the line that holds <paramref name="target"/>. The garbage collector may move it meanwhile: then the hint was in vain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ref T target)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref target));
        }
    }

    /// <summary>Fetches every line of <paramref name="bytes"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(ref byte first, int bytes)
    {
        if (Sse.IsSupported)
        {
            var at = (byte*)Unsafe.AsPointer(ref first);
            for (var line = 0; line < bytes + LineBytes - 1; line += LineBytes)
            {
                Sse.Prefetch0(at + line);
            }
        }
    }
}
