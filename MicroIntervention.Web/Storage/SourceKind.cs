namespace MicroIntervention.Web.Storage;

/// <summary>Who holds a source's key.</summary>
public enum SourceKind
{
    /// <summary>Public, bound to origins; may neither write outcomes nor trusted traits.</summary>
    Browser,

    /// <summary>Secret, held by the customer's server.</summary>
    Server,
}
