using System.Globalization;

namespace MicroIntervention.Engine.Primitives;

/// <summary>An amount in one currency (ISO 4217 code). Amounts of two currencies are never added.</summary>
public readonly record struct Money(double Amount, string Currency)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Amount:0.##} {Currency}");
}
