using System.Text.Json.Nodes;

namespace MicroIntervention.Tests.Engine.Scenarios;

/// <summary>One way to break a sound pack, and the fault that must be told.</summary>
/// <param name="Change">Breaks a copy of the sample.</param>
/// <param name="Path">Path of the fault.</param>
/// <param name="Says">Words of its message.</param>
/// <param name="Shape">True when the schema alone must refuse it as well.</param>
internal sealed record PackFaultCase(Action<JsonObject> Change, string Path, string Says, bool Shape)
{
    public static IReadOnlyDictionary<string, PackFaultCase> All { get; } = new Dictionary<string, PackFaultCase>
    {
        ["unknown member"] = new(p => p["treshold"] = 1, "$.treshold", "Did you mean \"threshold\"?", true),
        ["missing member"] = new(p => p.Remove("threshold"), "$.threshold", "is missing", true),
        ["caps unsaid"] = new(p => p.Remove("caps"), "$.caps", "or null for no caps", true),
        ["key"] = new(p => p["pack"] = "Lock_Out", "$.pack", "is no key", true),
        ["version"] = new(p => p["version"] = 1.5, "$.version", "whole number", true),
        ["text wanted"] = new(p => p["title"] = 7, "$.title", "must be text, not a number", true),
        ["text empty"] = new(p => p["title"] = "", "$.title", "is empty", true),
        ["text too long"] = new(p => p["title"] = new string('x', 81), "$.title", "at most 80", true),
        ["flag wanted"] = new(p => p["service"] = "yes", "$.service", "true or false", true),
        ["word"] = new(p => p["stage"] = "onn", "$.stage", "Did you mean \"on\"?", true),
        ["currency"] = new(p => p["currency"] = "eur", "$.currency", "three capitals", true),
        ["share above 1"] = new(p => p["assumedSuccess"] = 2, "$.assumedSuccess", "between 0 and 1", false),
        ["never worth it"] = new(p => p["minimumBenefit"] = 1000, "$.minimumBenefit", "would never speak", false),
        ["setting member"] = new(p => p["settings"]!["failures"]!["step"] = 1, "$.settings.failures.step", "not a member", true),
        ["setting outside"] = new(p => p["settings"]!["failures"]!["value"] = 99, "$.settings.failures.value", "between its min", false),
        ["setting unused"] = new(p => p["settings"]!["other"] = JsonNode.Parse("""{"title":"t","value":1,"min":0,"max":2}"""), "$.settings.other", "used by no number", false),
        ["setting name"] = new(p => p["settings"]!["a b"] = JsonNode.Parse("""{"title":"t","value":1,"min":0,"max":2}"""), "$.settings['a b']", "is no name", true),
        ["setting unknown"] = new(p => p["features"]![0]!["exactUpTo"] = "{failure}", "$.features[0].exactUpTo", "Did you mean \"failures\"?", false),
        ["setting misspelt"] = new(p => p["threshold"] = "seventy", "$.threshold", "or a setting", true),
        ["signal family"] = new(p => p["signals"]!["failed"]!["family"] = "social", "$.signals.failed.family", "not known here", true),
        ["signal of all"] = new(p => ((JsonObject)p["signals"]!["failed"]!).Remove("events"), "$.signals.failed", "matches everything", false),
        ["signal unused"] = new(p => p["signals"]!["spare"] = JsonNode.Parse("""{"family":"behavioral","events":["X"]}"""), "$.signals.spare", "used by no feature", false),
        ["event reserved"] = new(p => p["signals"]!["failed"]!["events"]![0] = "mi:tick", "$.signals.failed.events[0]", "reserved", false),
        ["event twice"] = new(p => ((JsonArray)p["signals"]!["failed"]!["events"]!).Add("Login Failed"), "$.signals.failed.events[1]", "twice", false),
        ["condition without comparison"] = new(p => p["signals"]!["failed"]!["where"] = JsonNode.Parse("""[{"property":"a"}]"""), "$.signals.failed.where[0]", "exactly one way", true),
        ["condition with two"] = new(p => p["signals"]!["failed"]!["where"] = JsonNode.Parse("""[{"property":"a","is":1,"isNot":2}]"""), "$.signals.failed.where[0]", "exactly one way", true),
        ["condition absent"] = new(p => p["signals"]!["failed"]!["where"] = JsonNode.Parse("""[{"property":"a","exists":false}]"""), "$.signals.failed.where[0].exists", "only be true", true),
        ["property too deep"] = new(p => p["signals"]!["failed"]!["where"] = JsonNode.Parse("""[{"property":"a.b.c.d.e","is":1}]"""), "$.signals.failed.where[0].property", "is no property", false),
        ["features empty"] = new(p => p["features"] = new JsonArray(), "$.features", "has 0 entries", true),
        ["feature kind"] = new(p => p["features"]![0]!["kind"] = "counts", "$.features[0].kind", "Did you mean \"count\"?", true),
        ["feature signal"] = new(p => p["features"]![0]!["signal"] = "fialed", "$.features[0].signal", "Did you mean \"failed\"?", false),
        ["feature twice"] = new(p => p["features"]![1]!["name"] = "fails", "$.features[1].name", "earlier feature", false) { Also = p => ((JsonArray)p["model"]!["terms"]!).RemoveAt(1) },
        ["feature unused"] = new(p => ((JsonArray)p["features"]!).Add(JsonNode.Parse("""{"name":"spare","title":"t","kind":"age"}""")), "$.features", "which no term", false),
        ["window too long"] = new(p => p["features"]![0]!["window"] = "25h", "$.features[0].window", "between 1s and 24h", false),
        ["window too short"] = new(p => p["features"]![0]!["window"] = "999ms", "$.features[0].window", "between 1s and 24h", false),
        ["window misspelt"] = new(p => p["features"]![0]!["window"] = "ten minutes", "$.features[0].window", "such as", true),
        ["exact above 16"] = new(p => p["features"]![1]!["exactUpTo"] = 17, "$.features[1].exactUpTo", "between 1 and 16", false),
        ["exact without window"] = new(p => ((JsonObject)p["features"]![1]!).Remove("window"), "$.features[1].exactUpTo", "count or distinct count within a window", false),
        ["sum without property"] = new(p => { p["features"]![1]!["kind"] = "sum"; ((JsonObject)p["features"]![1]!).Remove("exactUpTo"); }, "$.features[1].property", "is missing", false),
        ["count with property"] = new(p => p["features"]![1]!["property"] = "amount", "$.features[1].property", "decayed may", false),
        ["age with signal"] = new(p => p["features"]![1] = JsonNode.Parse("""{"name":"fast","title":"t","kind":"age","signal":"failed"}"""), "$.features[1].signal", "every signal", false),
        ["count with whenMissing"] = new(p => p["features"]![1]!["whenMissing"] = 1, "$.features[1].whenMissing", "it is 0", false),
        ["last with window"] = new(p => p["features"]![1] = JsonNode.Parse("""{"name":"fast","title":"t","kind":"last","property":"a","window":"5m"}"""), "$.features[1].window", "decayed has a halfLife", false),
        ["mean without property"] = new(p => p["features"]![1] = JsonNode.Parse("""{"name":"fast","title":"t","kind":"mean","window":"5m"}"""), "$.features[1].property", "is missing", false),
        ["decayed without half-life"] = new(p => p["features"]![1] = JsonNode.Parse("""{"name":"fast","title":"t","kind":"decayed"}"""), "$.features[1].halfLife", "weighs half", false),
        ["decayed with window"] = new(p => p["features"]![1] = JsonNode.Parse("""{"name":"fast","title":"t","kind":"decayed","halfLife":"5m","window":"5m"}"""), "$.features[1].window", "decayed has a halfLife", false),
        ["decayed of the visitor"] = new(p => p["features"]![1] = JsonNode.Parse("""{"name":"fast","title":"t","kind":"decayed","halfLife":"5m","scope":"visitor"}"""), "$.features[1].scope", "cannot be visitor", false),
        ["half-life of a count"] = new(p => p["features"]![1]!["halfLife"] = "5m", "$.features[1].halfLife", "belongs to the kind decayed", false),
        ["declined less than once"] = new(p => p["declinedForAtMost"] = "1h", "$.declinedForAtMost", "shorter than declinedFor", false),
        ["bot rule of no feature"] = new(p => p["likelyBot"] = JsonNode.Parse("""[{"title":"t","all":[{"feature":"fale","atLeast":3}]}]"""), "$.likelyBot[0].all[0].feature", "which the pack does not have", false),
        ["bot rule of nothing"] = new(p => p["likelyBot"] = JsonNode.Parse("""[{"title":"t","all":[{"feature":"fails"}]}]"""), "$.likelyBot[0].all[0]", "compares nothing", false),
        ["bot rule that never holds"] = new(p => p["likelyBot"] = JsonNode.Parse("""[{"title":"t","all":[{"feature":"fails","atLeast":3,"atMost":2}]}]"""), "$.likelyBot[0].all[0].atMost", "never hold", false),
        ["bot rule empty"] = new(p => p["likelyBot"] = JsonNode.Parse("""[{"title":"t","all":[]}]"""), "$.likelyBot[0].all", "has 0 entries", true),
        ["bot rule at no signal"] = new(p => { ((JsonArray)p["features"]!).Add(JsonNode.Parse("""{"name":"old","title":"t","kind":"age"}""")); p["likelyBot"] = JsonNode.Parse("""[{"title":"t","all":[{"feature":"old","atMost":3}]}]"""); }, "$.likelyBot[0].all", "no feature of a signal", false),
        ["ramp share"] = new(p => p["rampShare"] = 1, "$.rampShare", "between 0.01 and 0.99", false),
        ["bid missing"] = new(p => p["attention"] = JsonNode.Parse("""{"repeat":1}"""), "$.attention.bid", "how much of a person's attention", true),
        ["bid below a prompt"] = new(p => p["attention"] = JsonNode.Parse("""{"bid":2,"prompt":{"web":3}}"""), "$.attention.bid", "would never speak", false),
        ["price of no channel"] = new(p => p["attention"] = JsonNode.Parse("""{"bid":2,"prompt":{"webhook":1}}"""), "$.attention.prompt.webhook", "does not speak on", false),
        ["scale"] = new(p => p["model"]!["scale"] = "percent", "$.model.scale", "Known: points, probability", true),
        ["points above 100"] = new(p => p["model"]!["terms"]![0]!["steps"]![0]!["add"] = 95, "$.model", "within 0 and 100", false),
        ["points below 0"] = new(p => p["model"]!["terms"]![1]!["steps"]![0]!["add"] = -1, "$.model", "within 0 and 100", false),
        ["number too large"] = new(p => p["model"]!["intercept"] = 1e300, "$.model.intercept", "must lie between", false),
        ["points calibrated"] = new(p => p["model"]!["calibration"] = JsonNode.Parse("""{"slope":1,"offset":0}"""), "$.model.calibration", "not calibrated", false),
        ["term feature"] = new(p => p["model"]!["terms"]![1]!["feature"] = "fasst", "$.model.terms[1].feature", "Did you mean \"fast\"?", false),
        ["term twice"] = new(p => p["model"]!["terms"]![1]!["feature"] = "fails", "$.model.terms[1].feature", "already has a term", false),
        ["term empty"] = new(p => ((JsonObject)p["model"]!["terms"]![1]!).Remove("steps"), "$.model.terms[1]", "give it steps", false),
        ["term with both"] = new(p => p["model"]!["terms"]![1]!["cuts"] = new JsonArray(1), "$.model.terms[1].cuts", "beside steps", false),
        ["steps falling"] = new(p => p["model"]!["terms"]![1]!["steps"] = JsonNode.Parse("""[{"from":3,"add":1},{"from":2,"add":1}]"""), "$.model.terms[1].steps[1].from", "rising order", false),
        ["cuts falling"] = new(p => p["model"]!["terms"]![1] = JsonNode.Parse("""{"feature":"fast","cuts":[2,1],"weights":[0,0,1,2]}"""), "$.model.terms[1].cuts[1]", "rising order", false),
        ["weights miscounted"] = new(p => p["model"]!["terms"]![1] = JsonNode.Parse("""{"feature":"fast","cuts":[1,2],"weights":[0,0,1]}"""), "$.model.terms[1].weights", "2 cuts need 4", false),
        ["pair unknown"] = new(p => p["model"]!["pairs"] = JsonNode.Parse("""[{"first":"fails","second":"slow","weights":[0]}]"""), "$.model.pairs[0].second", "has no term", false),
        ["pair miscounted"] = new(p => p["model"]!["pairs"] = JsonNode.Parse("""[{"first":"fails","second":"fast","weights":[0]}]"""), "$.model.pairs[0].weights", "3 bins times 4 bins need 12", false),
        ["threshold off scale"] = new(p => p["threshold"] = 101, "$.threshold", "points go from", false),
        ["threshold out of reach"] = new(p => p["threshold"] = 95, "$.threshold", "would never speak", false),
        ["threshold always met"] = new(p => p["model"]!["intercept"] = 10, "$.threshold", "every session's first signal", false) { Also = p => { p["threshold"] = 10; } },
        ["closing drop"] = new(p => p["closingDrop"] = 0, "$.closingDrop", "above 0", false),
        ["trigger signal"] = new(p => p["trigger"] = JsonNode.Parse("""{"signal":"x","repeat":"signal"}"""), "$.trigger.signal", "which the pack does not have", false),
        ["trigger repeat"] = new(p => p["trigger"] = JsonNode.Parse("""{"signal":"failed","repeat":"always"}"""), "$.trigger.repeat", "not known here", true),
        ["timer endless"] = new(p => p["timers"] = JsonNode.Parse("""[{"name":"t","after":"60s","start":"failed","cancel":"failed"}]"""), "$.timers[0].cancel", "never end", false),
        ["timer twice"] = new(p => p["timers"] = JsonNode.Parse("""[{"name":"t","after":"60s","start":"failed"},{"name":"t","after":"61s","start":"failed"}]"""), "$.timers[1].name", "earlier timer", false),
        ["cap above ledger"] = new(p => p["caps"]!["perVisitor"] = 17, "$.caps.perVisitor", "between 1 and 16", false),
        ["caps of nothing"] = new(p => p["caps"] = new JsonObject(), "$.caps", "caps nothing", true),
        ["quiet hours off the clock"] = new(p => p["quietHours"] = JsonNode.Parse("""{"from":"24:00","to":"07:00"}"""), "$.quietHours.from", "no time of day", true),
        ["quiet hours empty"] = new(p => p["quietHours"] = JsonNode.Parse("""{"from":"07:00","to":"07:00"}"""), "$.quietHours.to", "same as from", false),
        ["cool-down too long"] = new(p => p["coolDown"] = "48h", "$.coolDown", "between 1s and 24h", false),
        ["late after a minute"] = new(p => p["lateAfter"] = "61s", "$.lateAfter", "between 1s and 1m", false),
        ["channel"] = new(p => p["channels"]![0] = "wep", "$.channels[0]", "Did you mean \"web\"?", true),
        ["channel twice"] = new(p => p["channels"] = new JsonArray("web", "web"), "$.channels[1]", "twice", true),
        ["script missing"] = new(p => p["channels"] = new JsonArray("web", "webhook"), "$.script.webhook", "is missing", false),
        ["script unsaid"] = new(p => p["channels"] = new JsonArray("webhook"), "$.script.web", "never said", false) { Also = p => p["script"]!["webhook"] = p["script"]!["web"]!.DeepClone() },
        ["no acknowledgement"] = new(p => ((JsonObject)p["script"]!["web"]!).Remove("acknowledge"), "$.script.web.acknowledge", "begins by saying", true),
        ["text too long for web"] = new(p => p["script"]!["web"]!["offer"] = new string('x', 161), "$.script.web.offer", "at most 160", false),
        ["token unknown"] = new(p => p["script"]!["web"]!["offer"] = "{{customer.name | fallback: \"x\"}}?", "$.script.web.offer", "unknown token", false),
        ["token without fallback"] = new(p => p["script"]!["web"]!["offer"] = "{{customer.preferredName}}?", "$.script.web.offer", "without a fallback", false),
        ["token with empty fallback"] = new(p => p["script"]!["web"]!["offer"] = "{{customer.preferredName | fallback: \"\"}}?", "$.script.web.offer", "no usable fallback", false),
        ["token left open"] = new(p => p["script"]!["web"]!["offer"] = "{{customer.preferredName", "$.script.web.offer", "never closed", false),
        ["token closed only"] = new(p => p["script"]!["web"]!["offer"] = "name}}?", "$.script.web.offer", "without \"{{\"", false),
        ["line break"] = new(p => p["script"]!["web"]!["offer"] = "a\nb?", "$.script.web.offer", "control character", false),
        ["no remedy"] = new(p => p["script"]!["web"]!["choices"]![0]!["action"] = "dismiss", "$.script.web.choices", "offers one remedy", false),
        ["no person"] = new(p => p["script"]!["web"]!["choices"]![1]!["action"] = "dismiss", "$.script.web.choices", "a person one tap away", false),
        ["one choice"] = new(p => ((JsonArray)p["script"]!["web"]!["choices"]!).RemoveAt(1), "$.script.web.choices", "has 1 entries", true),
        ["choice id twice"] = new(p => p["script"]!["web"]!["choices"]![1]!["id"] = "link", "$.script.web.choices[1].id", "earlier choice", false),
        ["choice id"] = new(p => p["script"]!["web"]!["choices"]![1]!["id"] = "A B", "$.script.web.choices[1].id", "is no id", true),
        ["label too long"] = new(p => p["script"]!["web"]!["choices"]![1]!["label"] = new string('x', 29), "$.script.web.choices[1].label", "at most 28", false),
    };

    /// <summary>A second change that the first needs to stand alone.</summary>
    public Action<JsonObject>? Also { get; init; }

    /// <summary>A small sound pack, fresh each time.</summary>
    public static JsonObject Sample() => (JsonObject)JsonNode.Parse("""
        {
          "pack": "sample", "version": 1, "title": "Sample", "description": "For tests.", "domain": "tests", "stage": "on",
          "valueOfRescue": 10, "assumedSuccess": 0.5, "promptCost": 1, "minimumBenefit": 1,
          "settings": { "failures": { "title": "Failures", "value": 5, "min": 2, "max": 16 } },
          "signals": { "failed": { "family": "transactional", "events": ["Login Failed"] } },
          "features": [
            { "name": "fails", "title": "failures", "kind": "count", "signal": "failed", "window": "10m", "exactUpTo": "{failures}" },
            { "name": "fast", "title": "fast failures", "kind": "count", "signal": "failed", "window": "30s", "exactUpTo": 4 }
          ],
          "model": { "scale": "points", "terms": [
            { "feature": "fails", "steps": [{ "from": "{failures}", "add": 75 }] },
            { "feature": "fast", "steps": [{ "from": 3, "add": 5 }, { "from": 4, "add": 5 }] } ] },
          "threshold": 70, "caps": { "perSession": 1 }, "coolDown": null, "quietHours": null, "lateAfter": "3s", "channels": ["web"],
          "script": { "web": { "title": "T", "acknowledge": "I see.", "offer": "Shall we?", "contact": "Call us.",
            "choices": [{ "id": "link", "label": "Yes", "action": "accept" }, { "id": "person", "label": "A person", "action": "person" }] } }
        }
        """)!;

    public JsonObject Broken()
    {
        var pack = Sample();
        Change(pack);
        Also?.Invoke(pack);
        return pack;
    }
}
