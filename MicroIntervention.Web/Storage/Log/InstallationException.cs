namespace MicroIntervention.Web.Storage.Log;

/// <summary>The data folder cannot be used as it is. The message says why and what to do.</summary>
public sealed class InstallationException(string message, Exception? inner = null) : Exception(message, inner);
