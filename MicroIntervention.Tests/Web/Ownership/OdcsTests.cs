using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroIntervention.Engine.Signals;
using MicroIntervention.Web.Ownership.Odcs;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Tests.Web.Ownership;

/// <summary>Contracts as files of the Open Data Contract Standard: ours are valid, come back as they were, and a bad file names every fault.</summary>
[Proves("R-72")]
public sealed class OdcsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static ContractVersion Full => new(
        7,
        3,
        new SignalContract
        {
            Subject = ContractSubject.Signal,
            Name = "Payment Declined",
            Description = "The payment provider said no: \"declined\".\nOne event an attempt.",
            Team = "Payments # core",
            Supplier = "paula@shop.example",
            Validator = "no",
            Fields = [new("amount", FieldType.Number, true, PersonalData.None), new("card.last4", FieldType.Text, false, PersonalData.Personal), new("retry", FieldType.Flag, false), new("cart", FieldType.Object, false), new("items", FieldType.List, true, PersonalData.Sensitive)],
            Freshness = new FreshnessPromise(TimeSpan.FromSeconds(90.5), ["Checkout Started", "12"], 40),
            InvalidShare = 0.025,
            Known = KnownWhen.AtEnd,
            PersonalData = PersonalData.Personal,
        },
        "mona",
        Now,
        "",
        new Agreement("paula@shop.example", Now),
        new Agreement("no", Now.AddHours(1)),
        null);

    private static ContractVersion Bare => new(8, 1, new SignalContract { Subject = ContractSubject.Outcome, Name = "escalated" }, "packs", Now, "", null, null, null);

    [SharedFact]
    public void Write_AnyContract_IsValidUnderTheStandardsSchema()
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("contracts", "data-contracts", "odcs-json-schema-v3.1.0.json")));
        var check = new DraftSchema(schema.RootElement);
        foreach (var version in new[] { Full, Bare })
        {
            var written = OdcsWriter.Write(version);
            Assert.True(check.Accepts(JsonSerializer.SerializeToElement(written)), written.ToJsonString());

            // The check itself refuses what is wrong.
            written["schema"]![0]!["surprise"] = 1;
            Assert.False(check.Accepts(JsonSerializer.SerializeToElement(written)));
        }
    }

    [SharedFact]
    public void Read_TheStandardsOwnExamples_AreReadOrRefusedWithReasons()
    {
        var kafka = Read(File.ReadAllBytes(SharedData.PathOf("contracts", "data-contracts", "kafka-schema.odcs.yaml")));
        Assert.Empty(kafka.Faults);
        var orders = Assert.Single(kafka.Contracts);
        Assert.Equal("orders", orders.Name);
        Assert.Equal(["cust_id", "prod_id", "qty"], orders.Fields.Select(field => field.Path));

        var full = Read(File.ReadAllBytes(SharedData.PathOf("contracts", "data-contracts", "full-example.odcs.yaml")));
        Assert.All(full.Faults, fault => Assert.StartsWith("$", fault, StringComparison.Ordinal));
        Assert.True(full.Contracts.Length > 0 || full.Faults.Length > 0);
    }

    [Fact]
    public void Read_WhatWasWritten_IsTheSameContractInBothForms()
    {
        foreach (var version in new[] { Full, Bare })
        {
            var document = OdcsWriter.Write(version);
            foreach (var text in new[] { OdcsText.ToJson(document), OdcsText.ToYaml(document) })
            {
                var read = Read(Encoding.UTF8.GetBytes(text));
                Assert.Empty(read.Faults);
                Assert.Equal(version.Terms, Assert.Single(read.Contracts));
            }
        }

        var both = Read(Encoding.UTF8.GetBytes("---\n" + OdcsText.ToYaml(OdcsWriter.Write(Full)) + "---\n" + OdcsText.ToYaml(OdcsWriter.Write(Bare))));
        Assert.Equal(2, both.Contracts.Length);
        Assert.Equal(Full.Terms, both.Contracts[0]);
        Assert.Equal(Bare.Terms, both.Contracts[1]);
    }

    [Fact]
    public void Read_BadDocument_NamesEveryFaultAtOnce()
    {
        var read = Read("""
            kind: Contract
            apiVersion: v2.2.2
            version: 1.0
            status: active
            schema:
              - name: mi:own
                properties:
                  - logicalType: text
                  - name: a
                    logicalType: letters
                    required: perhaps
                  - name: a
            team:
              members:
                - username: one
                  role: supplier
                - username: two
                  role: supplier
            slaProperties:
              - property: frequency
                value: soon
                unit: moons
            customProperties:
              - property: knownWhen
                value: later
              - property: invalidShare
                value: many
            """u8);

        Assert.Empty(read.Contracts);
        foreach (var part in new[] { "$.kind", "$.apiVersion", "$.version", "$.id", "engine's own", "properties[0].name", "\"letters\"", "required", "twice", "supplier", "slaProperties[0].value", "moons", "knownWhen", "invalidShare" })
        {
            Assert.Contains(read.Faults, fault => fault.Contains(part, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a: [1, 2", "Line")]
    [InlineData("a: &x 1\nb: *x", "aliases")]
    [InlineData("a: 1\na: 2", "twice")]
    [InlineData("{\"a\":1,\"a\":2}", "a")]
    [InlineData("{\"a\":", "")]
    [InlineData("- 1", "no object")]
    [InlineData("just words", "no object")]
    public void Read_NoDocument_SaysWhatIsWrong(string text, string part)
    {
        var read = Read(Encoding.UTF8.GetBytes(text));

        Assert.Contains(part, Assert.Single(read.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NestedWithoutEnd_IsRefusedAndNothingBreaks()
    {
        Assert.Single(Read(Encoding.UTF8.GetBytes(new string('[', 100_000))).Faults);
        Assert.Single(Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)))).Faults);
        Assert.Single(Read(new byte[OdcsText.MaxBytes + 1]).Faults);
        Assert.Single(Read([0xff, 0xfe]).Faults);
    }

    private static OdcsResult Read(ReadOnlySpan<byte> bytes)
    {
        IReadOnlyList<JsonNode?> documents = OdcsText.Read(bytes, out var fault);
        return fault.Length > 0 ? new OdcsResult([], [fault]) : OdcsReader.Read(documents);
    }
}
