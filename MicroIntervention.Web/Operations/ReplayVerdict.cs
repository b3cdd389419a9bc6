namespace MicroIntervention.Web.Operations;

/// <summary>What came of making a decision again.</summary>
public enum ReplayVerdict
{
    /// <summary>Bit for bit.</summary>
    Same = 0,

    /// <summary>Its inputs were erased; it cannot be made again.</summary>
    Erased = 1,

    /// <summary>A defect: report it.</summary>
    Different = 2,
}
