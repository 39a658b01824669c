//! Exporters of the OpenTelemetry collector that are often configured where they cannot work.

/// What is known of an exporter of the collector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectorExporter {
    /// Its type: what stands before the `/` of an exporter's name.
    pub kind: &'static str,
    /// What it takes; empty for one that no distribution has any more.
    pub signals: &'static [&'static str],
    /// The first release whose distributions were without it.
    pub gone_since: Option<&'static str>,
    /// Where it sends to, or is read.
    pub endpoint: &'static str,
}

/// As of 2026-11-21. jaeger, `jaeger_thrift`: <https://opentelemetry.io/blog/2023/jaeger-exporter-collector-migration> and
/// opentelemetry-collector-contrib issue 26685 [verified]. prometheus, prometheusremotewrite: the table of signals in
/// their READMEs in opentelemetry-collector-contrib [recalled].
const EXPORTERS: [CollectorExporter; 4] = [
    CollectorExporter {
        kind: "jaeger",
        signals: &[],
        gone_since: Some("0.85.0"),
        endpoint: "Jaeger itself takes OTLP on port 4317",
    },
    CollectorExporter {
        kind: "jaeger_thrift",
        signals: &[],
        gone_since: Some("0.85.0"),
        endpoint: "Jaeger itself takes OTLP on port 4317",
    },
    CollectorExporter {
        kind: "prometheus",
        signals: &["metrics"],
        gone_since: None,
        endpoint: "its `endpoint` is an address of its own on which Prometheus reads, not Prometheus's",
    },
    CollectorExporter {
        kind: "prometheusremotewrite",
        signals: &["metrics"],
        gone_since: None,
        endpoint: "its `endpoint` is where Prometheus takes samples, which are metrics",
    },
];

/// What is known of an exporter by its name in a configuration (`prometheus/own`); `None` where nothing is.
#[must_use]
pub fn collector_exporter(name: &str) -> Option<&'static CollectorExporter> {
    let kind = name.split('/').next().unwrap_or(name);
    EXPORTERS.iter().find(|exporter| exporter.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exporter_is_known_by_its_type() {
        assert_eq!(collector_exporter("jaeger/old").and_then(|known| known.gone_since), Some("0.85.0"));
        assert_eq!(collector_exporter("prometheus").map(|known| known.signals), Some(&["metrics"][..]));
        assert_eq!(collector_exporter("otlp"), None);
    }

    #[test]
    fn an_exporter_is_gone_or_takes_something() {
        for exporter in EXPORTERS {
            assert_eq!(exporter.signals.is_empty(), exporter.gone_since.is_some(), "{exporter:?}");
        }
    }
}
