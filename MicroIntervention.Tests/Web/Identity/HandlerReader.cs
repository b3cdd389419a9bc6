using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Identity;

/// <summary>Finds, in the compiled pages, every method that changes something, and whether it asks for the right first.</summary>
internal static partial class HandlerReader
{
    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(o => o.Value & 0xFFFF);

    private static readonly string[] Reading = ["List", "Find", "Get", "get_", "Is", "Has", "Last", "Versions", "Newest", "Count", "Latest", "Read", "Of", "Load", "Groups", "Name", "AdminExists"];

    /// <summary>All changing methods of the components among these types.</summary>
    public static List<(string Name, bool AsksFirst)> Read(IEnumerable<Type> types)
    {
        var found = new List<(string, bool)>();
        foreach (var component in types.Where(t => typeof(ComponentBase).IsAssignableFrom(t)))
        {
            var bodies = Bodies(component).Select(b => (Name: NameOf(b), IsLambda: IsLambda(b), Calls: CallsOf(b).ToList())).ToList();

            // A guard asks and only then runs what it was handed.
            var guards = bodies
                .Where(b => b.Calls.FindIndex(IsQuestion) is var asks and >= 0 && b.Calls.FindIndex(IsRun) is var runs && runs > asks)
                .Select(b => b.Name).ToHashSet();
            var guarded = bodies.Where(b => !b.IsLambda && b.Calls.Any(c => c.DeclaringType == component && guards.Contains(c.Name))).Select(b => b.Name).ToHashSet();
            foreach (var method in Bodies(component))
            {
                var calls = CallsOf(method).ToList();
                var change = calls.FindIndex(IsChange);
                if (change >= 0)
                {
                    var asks = calls.FindIndex(IsQuestion);
                    var name = NameOf(method);
                    found.Add(($"{component.Name}.{name}", (asks >= 0 && asks < change) || (IsLambda(method) && guarded.Contains(name))));
                }
            }
        }

        return found;
    }

    // A lambda and an async method are compiled into types of their own, inside the component.
    private static IEnumerable<MethodInfo> Bodies(Type type) => type
        .GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Concat(type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).SelectMany(Bodies));

    private static string NameOf(MethodInfo method) =>
        Compiled().Match(method.Name == "MoveNext" ? method.DeclaringType!.Name : method.Name) is { Success: true } match ? match.Groups[1].Value : method.Name;

    private static bool IsQuestion(MethodBase call) => call.DeclaringType == typeof(CurrentUser) && call.Name == nameof(CurrentUser.MayAsync);

    private static bool IsRun(MethodBase call) => call.Name == "Invoke" && typeof(Delegate).IsAssignableFrom(call.DeclaringType);

    private static bool IsLambda(MethodInfo method) => (method.Name == "MoveNext" ? method.DeclaringType!.Name : method.Name).Contains(">b__", StringComparison.Ordinal);

    private static bool IsChange(MethodBase call) => ChangesItself(call) || ChangesThroughAService(call);

    // What a page's own service does for it is the page's doing.
    private static bool ChangesThroughAService(MethodBase call) =>
        call is MethodInfo { DeclaringType: { IsInterface: false, Namespace: { } space } owner } method && Under(space, "Features") && !IsOfAComponent(owner) &&
        CallsOf(BodyOf(method)).Any(inner => inner != method && IsChange(inner));

    // Its lambdas are compiled into types inside it; they are read with it.
    private static bool IsOfAComponent(Type owner) => typeof(ComponentBase).IsAssignableFrom(owner) || (owner.DeclaringType is { } outer && IsOfAComponent(outer));

    private static MethodInfo BodyOf(MethodInfo method) =>
        method.GetCustomAttribute<AsyncStateMachineAttribute>()?.StateMachineType.GetMethod("MoveNext", BindingFlags.NonPublic | BindingFlags.Instance) ?? method;

    private static bool ChangesItself(MethodBase call) =>
        call is MethodInfo { DeclaringType: { } owner } method &&
        typeof(Task).IsAssignableFrom(method.ReturnType) &&
        owner != typeof(AuditLog) && owner != typeof(CurrentUser) &&
        (owner == typeof(ControlRoom) || owner == typeof(IEngineControls) ||
         owner.Namespace is { } space && (Under(space, "Storage") || Under(space, "Channels") || Under(space, "Privacy") || Under(space, "Ownership") || Under(space, "Operations") || Under(space, "Identity") || space == "Microsoft.AspNetCore.Identity")) &&
        !Reading.Any(verb => method.Name.StartsWith(verb, StringComparison.Ordinal));

    private static bool Under(string space, string area) => (space + ".").StartsWith($"MicroIntervention.Web.{area}.", StringComparison.Ordinal);

    private static IEnumerable<MethodBase> CallsOf(MethodInfo method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il)
        {
            yield break;
        }

        var typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        for (var at = 0; at < il.Length;)
        {
            int code = il[at++];
            code = code == 0xFE ? 0xFE00 | il[at++] : code;
            var operand = Codes[code].OperandType;
            if (operand == OperandType.InlineMethod && method.Module.ResolveMethod(BitConverter.ToInt32(il, at), typeArguments, method.IsGenericMethod ? method.GetGenericArguments() : null) is { } called)
            {
                yield return called;
            }

            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }

    [GeneratedRegex("^<+(\\w+)>")]
    private static partial Regex Compiled();
}
