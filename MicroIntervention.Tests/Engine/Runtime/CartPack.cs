using System.Text.Json;
using System.Text.Json.Nodes;
using MicroIntervention.Engine.Scenarios;
using MicroIntervention.Tests.Engine.Scenarios;

namespace MicroIntervention.Tests.Engine.Runtime;

/// <summary>A pack with a timer: a product was added and no checkout begun for 60 s.</summary>
internal static class CartPack
{
    public static ReadOnlyMemory<byte> Bytes { get; } = Make();

    public static PlanSource Source { get; } = new([Bytes], [], Killed: false);

    private static byte[] Make()
    {
        var pack = (JsonObject)JsonNode.Parse(PackFiles.Bytes("checkout-failure"))!;
        pack["pack"] = "cart-left";
        pack["signals"] = JsonNode.Parse("""{"productAdded":{"family":"transactional","events":["Product Added"]},"checkoutStarted":{"family":"transactional","events":["Checkout Started"]}}""");
        pack["features"] = JsonNode.Parse("""[{"name":"idle","title":"seconds since a product was added","kind":"timeSince","signal":"productAdded"}]""");
        pack["model"] = JsonNode.Parse("""{"scale":"points","terms":[{"feature":"idle","steps":[{"from":60,"add":80}]}]}""");
        pack["timers"] = JsonNode.Parse("""[{"name":"cart_left","after":"60s","start":"productAdded","cancel":"checkoutStarted"}]""");
        return JsonSerializer.SerializeToUtf8Bytes(pack);
    }
}
