using System.Collections.Immutable;
using MicroIntervention.Engine.Primitives;
using MicroIntervention.Engine.Signals;

namespace MicroIntervention.Engine.Runtime;

/// <summary>Who a prompt is for.</summary>
/// <param name="Screen">Whose stream it is shown on.</param>
/// <param name="SaidName">What an identify call of this very session said, verified or not; null when none did. Untrusted text.</param>
/// <param name="Facts">What verified sources say of the customer; empty for a visitor that is nobody in particular. Untrusted text.</param>
public readonly record struct Addressee(VisitorId Screen, string? SaidName, ImmutableArray<ProfileFact> Facts)
{
    /// <summary>The value of a field; null when no verified source gave it. Of purchases the latest.</summary>
    public string? Of(ProfileField field)
    {
        foreach (var fact in Facts.IsDefault ? [] : Facts)
        {
            if (fact.Field == field)
            {
                return fact.Value;
            }
        }

        return null;
    }
}
