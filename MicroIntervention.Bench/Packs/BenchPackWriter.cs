using System.Globalization;
using System.Text;
using MicroIntervention.Engine.Primitives;

namespace MicroIntervention.Bench.Packs;

/// <summary>Writes the reference pack: 20 features, an additive model of 20 terms × 64 bins and 10 pairs of 64 × 64, weights from a fixed seed.</summary>
/// <remarks>
/// The features are those of the Node baseline that the engine is compared with. Differences: an event exactly one window old counts there and not here;
/// its windows are exact, here only three are (payment errors, cart adds, checkouts; up to 16) and the others are off by at most one bucket.
/// </remarks>
internal static class BenchPackWriter
{
    private const ulong Seed = 20261122;
    private const int Cuts = 62; // with "missing" and "below the first" that makes 64 bins
    private const int Bins = Cuts + 2;

    /// <summary>Name, title, the rest of its JSON, largest cut, weight per unit (the baseline's logistic regression).</summary>
    private static readonly (string Name, string Title, string Shape, double Top, double PerUnit)[] Features =
    [
        ("events_30s", "events in 30 s", Count("30s"), Cuts, 0.05),
        ("events_5m", "events in 5 minutes", Count("5m"), 5 * Cuts, 0.02),
        ("sum_30s", "value in 30 s", Number("sum", "30s"), 50 * Cuts, 0.001),
        ("sum_5m", "value in 5 minutes", Number("sum", "5m"), 250 * Cuts, 0.0005),
        ("max_5m", "largest value in 5 minutes", Number("max", "5m"), 2 * Cuts, 0.001),
        ("views_30s", "pages in 30 s", Count("30s", "pageViewed"), Cuts, 0.03),
        ("views_5m", "pages in 5 minutes", Count("5m", "pageViewed"), Cuts, -0.02),
        ("product_5m", "products viewed in 5 minutes", Count("5m", "productViewed"), Cuts, 0.04),
        ("cart_adds_5m", "products added in 5 minutes", Count("5m", "productAdded", 16), Cuts, 0.3),
        ("cart_removes_5m", "products removed in 5 minutes", Count("5m", "productRemoved"), Cuts, 0.5),
        ("search_5m", "searches in 5 minutes", Count("5m", "searched"), Cuts, 0.02),
        ("payment_errors_5m", "payments failed in 5 minutes", Count("5m", "paymentFailed", 16), Cuts, 0.9),
        ("idle_5m", "times idle in 5 minutes", Count("5m", "idle"), Cuts, 0.2),
        ("checkout_5m", "checkouts begun in 5 minutes", Count("5m", "checkoutStarted", 16), Cuts, 0.4),
        ("since_cart", "seconds since a product was added", """ "kind": "timeSince", "signal": "productAdded", "whenMissing": 3600""", 3600, -0.0004),
        ("since_checkout", "seconds since checkout began", """ "kind": "timeSince", "signal": "checkoutStarted", "whenMissing": 3600""", 3600, -0.0006),
        ("gap", "seconds between the latest two events", """ "kind": "gap", "whenMissing": 0""", Cuts, 0.03),
        ("session_age", "age of the session in seconds", """ "kind": "age" """, 3600, 0.0005),
        ("total_value", "value in the session", """ "kind": "sum", "property": "value" """, 250 * Cuts, 0.0002),
        ("max_value", "largest value in the session", """ "kind": "max", "property": "value", "whenMissing": 0""", 2 * Cuts, 0.0003),
    ];

    private static readonly (int First, int Second)[] Pairs = [(11, 13), (8, 9), (0, 5), (1, 6), (7, 10), (2, 4), (14, 15), (16, 17), (12, 11), (18, 19)];

    public static void Run()
    {
        var path = Path.Combine("scenarios", "bench.json");
        File.WriteAllText(path, Write());
        Console.WriteLine($"wrote {path}");
    }

    public static string Write()
    {
        var random = new SeededRandom(Seed);
        var json = new StringBuilder();
        json.Append("""
            {
              "$schema": "./scenario-pack.schema.json",
              "pack": "bench",
              "version": 1,
              "title": "Reference load",
              "description": "The yardstick of the benchmarks, not for customers: a decision at every failed payment. Written by: dotnet run --project MicroIntervention.Bench -- pack",
              "domain": "benchmark",
              "stage": "on",
              "service": true,
              "signals": {
                "pageViewed": { "family": "behavioral", "events": ["Page Viewed"] },
                "productViewed": { "family": "behavioral", "events": ["Product Viewed"] },
                "productAdded": { "family": "transactional", "events": ["Product Added"] },
                "productRemoved": { "family": "transactional", "events": ["Product Removed"] },
                "searched": { "family": "behavioral", "events": ["Products Searched"] },
                "paymentFailed": { "family": "transactional", "events": ["Payment Failed"] },
                "idle": { "family": "behavioral", "events": ["Idle"] },
                "checkoutStarted": { "family": "transactional", "events": ["Checkout Started"] }
              },
              "features": [

            """);
        json.AppendJoin(",\n", Features.Select(f => $$"""    { "name": "{{f.Name}}", "title": "{{f.Title}}",{{f.Shape.TrimEnd()}} }"""));
        json.Append("\n  ],\n  \"model\": {\n    \"scale\": \"probability\",\n    \"intercept\": -2.2,\n    \"calibration\": { \"slope\": 1, \"offset\": 0 },\n    \"terms\": [\n");
        json.AppendJoin(",\n", Features.Select(f => Term(f.Name, f.Top, f.PerUnit, random)));
        json.Append("\n    ],\n    \"pairs\": [\n");
        json.AppendJoin(",\n", Pairs.Select(p => Pair(Features[p.First].Name, Features[p.Second].Name, random)));
        json.Append("""

                ]
              },
              "threshold": 0.5,
              "closingDrop": 0.05,
              "trigger": { "signal": "paymentFailed", "repeat": "signal" },
              "caps": null,
              "coolDown": null,
              "quietHours": null,
              "lateAfter": "60s",
              "channels": ["webhook"],
              "script": {
                "webhook": {
                  "title": "Payment",
                  "acknowledge": "I see the payment isn't going through.",
                  "offer": "Would you like to try another way to pay, or talk to a person?",
                  "choices": [
                    { "id": "other-method", "label": "Try another method", "action": "accept" },
                    { "id": "person", "label": "Talk to a person", "action": "person" }
                  ],
                  "contact": "You can reach us at help@example.com."
                }
              }
            }

            """);
        return json.ToString();
    }

    private static string Count(string window, string? signal = null, int exact = 0) =>
        " \"kind\": \"count\"," + (signal is null ? "" : $" \"signal\": \"{signal}\",") + $" \"window\": \"{window}\"" +
        (exact == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", \"exactUpTo\": {exact}"));

    private static string Number(string kind, string window) =>
        $" \"kind\": \"{kind}\", \"property\": \"value\", \"window\": \"{window}\"" + (kind == "max" ? ", \"whenMissing\": 0" : "");

    /// <summary>The baseline's straight line in bins, with a little noise so that no two bins are alike.</summary>
    private static string Term(string name, double top, double perUnit, SeededRandom random)
    {
        var cuts = Enumerable.Range(1, Cuts).Select(i => Math.Round(top * i / Cuts, 3)).ToArray();
        var weights = Enumerable.Range(0, Bins).Select(b => Math.Round((b < 2 ? 0 : perUnit * cuts[b - 2]) + ((random.NextDouble() - 0.5) / 50), 3));
        return $$"""      { "feature": "{{name}}", "cuts": [{{List(cuts)}}], "weights": [{{List(weights)}}] }""";
    }

    /// <summary>Two decimals keep the file small; the table's size, not its digits, is what costs time.</summary>
    private static string Pair(string first, string second, SeededRandom random)
    {
        var weights = Enumerable.Range(0, Bins * Bins).Select(_ => Math.Round((random.NextDouble() - 0.5) / 10, 2)).ToArray();
        return $$"""      { "first": "{{first}}", "second": "{{second}}", "weights": [{{List(weights)}}] }""";
    }

    /// <summary>Adding 0 turns a negative zero into zero.</summary>
    private static string List(IEnumerable<double> numbers) => string.Join(",", numbers.Select(n => (n + 0.0).ToString("0.###", CultureInfo.InvariantCulture)));
}
