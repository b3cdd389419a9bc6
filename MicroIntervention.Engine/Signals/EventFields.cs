namespace MicroIntervention.Engine.Signals;

/// <summary>Where the fields of one event lie. Of a key that comes twice the last counts, as in <c>JSON.parse</c>.</summary>
internal struct EventFields
{
    public JsonToken Type;
    public JsonToken Event;
    public JsonToken MessageId;
    public JsonToken AnonymousId;
    public JsonToken UserId;
    public JsonToken Timestamp;
    public JsonToken OriginalTimestamp;
    public JsonToken SentAt;
    public JsonToken WriteKey;
    public JsonToken Properties;
    public JsonToken Traits;
    public JsonToken Context;
    public JsonToken ContextTraits;
    public JsonToken Timezone;
    public JsonToken SessionId;
    public JsonToken PrivacyControl;
}
