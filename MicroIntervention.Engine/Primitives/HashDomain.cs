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
}
