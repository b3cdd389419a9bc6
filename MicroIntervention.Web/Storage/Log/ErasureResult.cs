namespace MicroIntervention.Web.Storage.Log;

/// <summary>What an erasure did.</summary>
/// <param name="Keys">Keys destroyed.</param>
/// <param name="IsComplete">Their old bytes are gone from every file, write-ahead logs included.</param>
public readonly record struct ErasureResult(int Keys, bool IsComplete);
