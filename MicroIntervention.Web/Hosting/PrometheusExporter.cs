using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace MicroIntervention.Web.Hosting;

/// <summary>Collects every meter whose name starts with <c>MicroIntervention</c> and writes it as Prometheus text.</summary>
/// <remarks>
/// Thread-safe. A measurement without tags takes one lock of its own series and allocates nothing; with tags it looks its series up by their text.
/// Histograms use the boundaries their instrument advises, else <see cref="DefaultBoundaries"/>.
/// At most <see cref="MaxSeries"/> series an instrument; further tag values fold into one with <c>overflow="true"</c>.
/// Source: Prometheus exposition format 0.0.4.
/// </remarks>
internal sealed class PrometheusExporter : IHostedService, IDisposable
{
    /// <summary>For durations in milliseconds, dense around the 300 ms target.</summary>
    internal static readonly double[] DefaultBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 200, 300, 500, 1000, 2500, 5000, 10000];

    /// <summary>Keeps a careless tag from filling memory.</summary>
    internal const int MaxSeries = 200;

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, Family> _families = new();
    private readonly string _prefix;
    private readonly ILogger? _logger;

    public PrometheusExporter(ILogger<PrometheusExporter> logger)
        : this("MicroIntervention", logger)
    {
    }

    internal PrometheusExporter(string meterPrefix, ILogger? logger = null)
    {
        _logger = logger;
        _prefix = meterPrefix;
        _listener.InstrumentPublished = Publish;
        // A part that has stopped must not go on being shown with its last figures.
        _listener.MeasurementsCompleted = (instrument, _) => _families.TryRemove(instrument, out Family? _);
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((Family)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => ((Family)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((Family)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((Family)state!).Record(value, tags));
        _listener.Start();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    /// <summary>All series now, sorted by name, with the process's own memory, threads and collections.</summary>
    public string Render()
    {
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException failed)
        {
            // One figure that cannot be read, of a part that is just stopping for instance, must not hide the others.
            _logger?.FigureUnreadable(failed);
        }

        var text = new StringBuilder(8192);
        foreach (var family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
        {
            family.Write(text);
        }

        WriteProcess(text);
        return text.ToString();
    }

    internal static string NameOf(Instrument instrument)
    {
        var name = new StringBuilder(instrument.Name.Length + 16);
        foreach (var letter in instrument.Name)
        {
            name.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }

        var unit = instrument.Unit switch
        {
            "ms" => "_milliseconds",
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        if (unit.Length > 0 && !name.ToString().EndsWith(unit, StringComparison.Ordinal))
        {
            name.Append(unit);
        }

        if (IsCounter(instrument) && !name.ToString().EndsWith("_total", StringComparison.Ordinal))
        {
            name.Append("_total");
        }

        return name.ToString();
    }

    private static bool IsCounter(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        return type == typeof(Counter<>) || type == typeof(ObservableCounter<>);
    }

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (!instrument.Meter.Name.StartsWith(_prefix, StringComparison.Ordinal))
        {
            return;
        }

        var type = instrument.GetType().GetGenericTypeDefinition();
        var kind = type == typeof(Histogram<>) ? SeriesKind.Histogram
            : type == typeof(Counter<>) || type == typeof(UpDownCounter<>) ? SeriesKind.Sum
            : SeriesKind.Last;
        var boundaries = instrument switch
        {
            Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries,
            Histogram<long> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray(),
            _ => null,
        };
        var family = new Family(NameOf(instrument), instrument.Description, IsCounter(instrument), kind, boundaries?.ToArray() ?? DefaultBoundaries);
        _families[instrument] = family;
        listener.EnableMeasurementEvents(instrument, family);
    }

    private static void WriteProcess(StringBuilder text)
    {
        using var process = Process.GetCurrentProcess();
        Gauge("process_resident_memory_bytes", process.WorkingSet64);
        Gauge("process_cpu_seconds_total", process.TotalProcessorTime.TotalSeconds);
        Gauge("process_threads", process.Threads.Count);
        Gauge("dotnet_gc_heap_bytes", GC.GetTotalMemory(forceFullCollection: false));
        for (var generation = 0; generation <= 2; generation++)
        {
            text.Append(CultureInfo.InvariantCulture, $"dotnet_gc_collections_total{{generation=\"{generation}\"}} {GC.CollectionCount(generation)}\n");
        }

        void Gauge(string name, double value) =>
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {(name.EndsWith("_total", StringComparison.Ordinal) ? "counter" : "gauge")}\n{name} {value}\n");
    }

    private enum SeriesKind
    {
        Sum,
        Last,
        Histogram,
    }

    private sealed class Family(string name, string? help, bool counter, SeriesKind kind, double[] boundaries)
    {
        private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
        private readonly Series _plain = new("", kind, boundaries);

        public string Name { get; } = name;

        public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.IsEmpty)
            {
                _plain.Record(value);
                return;
            }

            var labels = LabelsOf(tags);
            if (!_series.TryGetValue(labels, out var series))
            {
                labels = _series.Count >= MaxSeries ? "overflow=\"true\"" : labels;
                series = _series.GetOrAdd(labels, static (key, of) => new Series(key, of.kind, of.boundaries), (kind, boundaries));
            }

            series.Record(value);
        }

        public void Write(StringBuilder text)
        {
            if (!string.IsNullOrEmpty(help))
            {
                text.Append("# HELP ").Append(Name).Append(' ').Append(help.ReplaceLineEndings(" ")).Append('\n');
            }

            text.Append("# TYPE ").Append(Name).Append(' ')
                .Append(kind == SeriesKind.Histogram ? "histogram" : counter ? "counter" : "gauge").Append('\n');
            if (_plain.WasUsed || _series.IsEmpty)
            {
                _plain.Write(text, Name);
            }

            foreach (var series in _series.Values.OrderBy(series => series.Labels, StringComparer.Ordinal))
            {
                series.Write(text, Name);
            }
        }

        private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var text = new StringBuilder(64);
            foreach (var (key, value) in tags)
            {
                text.Append(text.Length == 0 ? "" : ",").Append(key.Replace('.', '_').Replace('-', '_')).Append("=\"");
                foreach (var letter in Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
                {
                    text.Append(letter switch { '\\' => "\\\\", '"' => "\\\"", '\n' => "\\n", _ => letter.ToString() });
                }

                text.Append('"');
            }

            return text.ToString();
        }
    }

    private sealed class Series(string labels, SeriesKind kind, double[] boundaries)
    {
        private readonly Lock _gate = new();
        private readonly long[] _buckets = kind == SeriesKind.Histogram ? new long[boundaries.Length + 1] : [];
        private double _value;
        private long _count;

        public string Labels { get; } = labels;

        public bool WasUsed
        {
            get
            {
                lock (_gate)
                {
                    return _count > 0;
                }
            }
        }

        public void Record(double value)
        {
            lock (_gate)
            {
                _count++;
                if (kind == SeriesKind.Last)
                {
                    _value = value;
                    return;
                }

                _value += value;
                if (kind == SeriesKind.Histogram)
                {
                    var at = Array.BinarySearch(boundaries, value);
                    _buckets[at >= 0 ? at : ~at]++;
                }
            }
        }

        public void Write(StringBuilder text, string name)
        {
            lock (_gate)
            {
                if (kind != SeriesKind.Histogram)
                {
                    Line(name, Labels, _value);
                    return;
                }

                long upTo = 0;
                for (var i = 0; i <= boundaries.Length; i++)
                {
                    upTo += _buckets[i];
                    var bound = i == boundaries.Length ? "+Inf" : boundaries[i].ToString(CultureInfo.InvariantCulture);
                    Line(name + "_bucket", (Labels.Length == 0 ? "" : Labels + ",") + $"le=\"{bound}\"", upTo);
                }

                Line(name + "_sum", Labels, _value);
                Line(name + "_count", Labels, _count);
            }

            void Line(string series, string tags, double value)
            {
                text.Append(series);
                if (tags.Length > 0)
                {
                    text.Append('{').Append(tags).Append('}');
                }

                text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
            }
        }
    }
}
