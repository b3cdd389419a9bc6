namespace MicroIntervention.Web.Ingest;

/// <summary>A refused event on its way to the table.</summary>
internal sealed record RejectedSignal(int Source, long AtMs, string Reason, string Detail, byte[] Payload);
