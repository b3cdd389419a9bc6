namespace MicroIntervention.Engine.Primitives;

/// <summary>What a keyed hash is used for. The numbers are part of the data format: never renumber.</summary>
public enum HashDomain : ulong
{
    Visitor = 1,
    Session = 2,
    Message = 3,
    Decision = 4,
    Partition = 5,
    Timer = 6,
    Name = 7,

    /// <summary>Values of a property, to count different ones.</summary>
    Value = 8,

    /// <summary>Place of a visitor in the share of a scenario that is not on for everybody.</summary>
    Share = 9,
}
