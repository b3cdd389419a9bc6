namespace MicroIntervention.Tests.Browser;

/// <summary>Pages of a pretended customer's site.</summary>
internal static class TestPages
{
    // A strict policy, as careful sites have: our panel must need no exception from it.
    private const string Head = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Site</title>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'unsafe-inline'; connect-src 'self'; style-src 'none'">
        """;

    private const string Script = """<script src="/dist/mi.js" data-write-key="test" async></script>""";

    public static string Of(string name) => name switch
    {
        "plain" => Head + Script + Body,
        // Everything that could go wrong in the snippet's order: calls before the script, with a queue.
        "queued" => Head + """<script>(window.mi=window.mi||[]).push(['track','Before Load',{n:1}],['identify','u-1',{name:'Ada'}])</script>""" + Script + Body,
        "gpc" => Head + """<script>Object.defineProperty(Navigator.prototype,'globalPrivacyControl',{get:()=>true})</script>""" + Script + Body,
        "keyless" => Head + """<script src="/dist/mi.js" async></script>""" + Body,
        "rtl" => (Head + Script + Body).Replace("<html lang=\"en\">", "<html lang=\"ar\" dir=\"rtl\">", StringComparison.Ordinal),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private const string Body = """
        </head><body><h1>Site</h1>
        <form id="f"><label>Zip <input id="zip" name="zip" required></label><button id="go">Send</button></form>
        <button id="pay" type="button">Pay now</button>
        <script>
          document.getElementById('pay').addEventListener('click', () => window.mi.track('Payment Declined', { amount: 10 }));
          document.getElementById('f').addEventListener('submit', e => e.preventDefault());
        </script></body></html>
        """;
}
