using System.Diagnostics.Metrics;
using MicroIntervention.Web.Hosting;

namespace MicroIntervention.Tests.Web.Hosting;

public sealed class PrometheusExporterTests
{
    [Fact]
    public void Render_EachKindOfInstrument_IsWrittenInPrometheusForm()
    {
        using var exporter = new PrometheusExporter("ExporterTest");
        using var meter = new Meter("ExporterTest");
        var counter = meter.CreateCounter<long>("mi.signals", description: "Signals taken");
        var histogram = meter.CreateHistogram("mi.prompt", "ms", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [10, 300] });
        meter.CreateObservableGauge("mi.sessions", () => 7);

        counter.Add(2);
        counter.Add(3);
        histogram.Record(10);
        histogram.Record(10.5);
        histogram.Record(400);
        var text = exporter.Render();

        Assert.Contains("# HELP mi_signals_total Signals taken\n# TYPE mi_signals_total counter\nmi_signals_total 5\n", text, StringComparison.Ordinal);
        Assert.Contains("mi_prompt_milliseconds_bucket{le=\"10\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("mi_prompt_milliseconds_bucket{le=\"300\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("mi_prompt_milliseconds_bucket{le=\"+Inf\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("mi_prompt_milliseconds_sum 420.5\nmi_prompt_milliseconds_count 3\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE mi_sessions gauge\nmi_sessions 7\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_TagWithQuotes_IsEscaped()
    {
        using var exporter = new PrometheusExporter("ExporterTags");
        using var meter = new Meter("ExporterTags");
        var counter = meter.CreateCounter<long>("refused");

        counter.Add(1, new KeyValuePair<string, object?>("why", "a \"b\"\n\\"));

        Assert.Contains("refused_total{why=\"a \\\"b\\\"\\n\\\\\"} 1\n", exporter.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_EndlessTagValues_FoldIntoOneSeries()
    {
        using var exporter = new PrometheusExporter("ExporterFlood");
        using var meter = new Meter("ExporterFlood");
        var counter = meter.CreateCounter<long>("flood");

        for (var i = 0; i < PrometheusExporter.MaxSeries + 50; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        }

        Assert.Contains("flood_total{overflow=\"true\"} 50\n", exporter.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Record_WithoutTags_AllocatesNothing()
    {
        using var exporter = new PrometheusExporter("ExporterAlloc");
        using var meter = new Meter("ExporterAlloc");
        var counter = meter.CreateCounter<long>("hot");
        var histogram = meter.CreateHistogram<double>("hot.ms", "ms");
        counter.Add(1);
        histogram.Record(1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            counter.Add(1);
            histogram.Record(i);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
