using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Web.Storage.Log;

/// <summary>One random key of one visitor in one segment, as the writer holds it. The blobs' own key has visitor zero.</summary>
internal sealed record VisitorKey(VisitorId Visitor, long Id, byte[] Key);
