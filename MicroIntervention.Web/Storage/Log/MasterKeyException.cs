namespace MicroIntervention.Web.Storage.Log;

/// <summary>The master key is missing, malformed or belongs to another installation. The message says what to do.</summary>
public sealed class MasterKeyException(string message, Exception? inner = null) : Exception(message, inner);
