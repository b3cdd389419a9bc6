using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace MicroIntervention.Tests;

/// <summary>Lets the component test library find the one AngleSharp.Diffing that is here.</summary>
internal static class ComponentTestAssemblies
{
    // bUnit was built against another assembly version of the same package; the file beside the tests serves it.
    [ModuleInitializer]
    internal static void Register() =>
        AssemblyLoadContext.Default.Resolving += (context, name) =>
        {
            if (name.Name != "AngleSharp.Diffing")
            {
                return null;
            }

            var file = Path.Combine(AppContext.BaseDirectory, "AngleSharp.Diffing.dll");
            return File.Exists(file) ? context.LoadFromAssemblyPath(file) : (Assembly?)null;
        };
}
