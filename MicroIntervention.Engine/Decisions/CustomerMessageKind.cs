namespace MicroIntervention.Engine.Decisions;

/// <summary>What an internal record says. Part of the data format: never renumber.</summary>
public enum CustomerMessageKind : byte
{
    // To the customer's home partition.

    /// <summary>The visitor is this customer from now on; brings the visitor's prompts and wishes.</summary>
    Joined = 1,

    /// <summary>The visitor is not this customer any more; takes the visitor's prompts away.</summary>
    Left = 2,

    /// <summary>A prompt was decided for the visitor.</summary>
    Offered = 3,

    /// <summary>The visitor answered a prompt, which may have been decided for another of the customer's visitors.</summary>
    Answered = 4,

    /// <summary>Opt-out, opt-in, or a word about consent.</summary>
    Wished = 5,

    /// <summary>The visitor began a session.</summary>
    Seen = 6,

    /// <summary>A verified source described the customer. Personal data: under the customer's key in the log.</summary>
    Described = 7,

    // To a visitor's partition.

    /// <summary>All that counts for the visitor because of the customer's others: their prompts and the customer's wishes.</summary>
    Facts = 17,

    /// <summary>A prompt of this visitor was answered elsewhere.</summary>
    AnsweredElsewhere = 18,

    /// <summary>The customer's profile. Personal data: under the visitor's key in the log.</summary>
    Profile = 19,

    /// <summary>The customer has too many visitors; this one, silent longest, is none of them any more.</summary>
    Crowded = 20,

    /// <summary>A person of the team says that the visitor is this customer.</summary>
    Merge = 21,

    /// <summary>A person of the team says that the visitor is not the customer it is taken for.</summary>
    Unmerge = 22,
}
