//! When the alerts of a service fire.

use super::{Case, SERVICE, production, prove};
use crate::backend::prometheus::fixture::plan;

pub(super) fn up(pod: &str) -> String {
    production("up", &format!("job=\"api-router\", pod=\"{pod}\""))
}

#[test]
fn a_service_is_down_when_nothing_answers() {
    prove(
        &plan(),
        &SERVICE,
        &[
            Case {
                what: "one of three pods is down",
                series: vec![(up("a"), "0x30"), (up("b"), "1x30"), (up("c"), "1x30")],
                expected: vec![
                    (9, "ServiceTargetsPartlyDown", false),
                    (10, "ServiceTargetsPartlyDown", true),
                    (20, "ServiceDown", false),
                ],
            },
            Case {
                what: "all are down",
                series: vec![(up("a"), "0x30"), (up("b"), "0x30")],
                expected: vec![
                    (1, "ServiceDown", false),
                    (2, "ServiceDown", true),
                    (20, "ServiceTargetsPartlyDown", false),
                ],
            },
            Case {
                what: "the targets vanish",
                series: vec![(up("a"), "1x10 stale")],
                expected: vec![
                    (10, "ServiceDown", false),
                    (12, "ServiceDown", false),
                    (13, "ServiceDown", true),
                ],
            },
        ],
    );
}

#[test]
fn half_of_the_rto_escalates() {
    // Down since minute 0, seen at minute 2, half of four hours is used up at minute 120.
    prove(
        &plan(),
        &SERVICE,
        &[Case {
            what: "down for half of the RTO",
            series: vec![(up("a"), "0x200")],
            expected: vec![(118, "RTOAtRisk", false), (121, "RTOAtRisk", true)],
        }],
    );
}

#[test]
fn a_deployment_that_is_gone_differs_from_blindness() {
    let namespace = production("kube_namespace_created", "job=\"kube-state-metrics\"");
    prove(
        &plan(),
        &["api-router", "_environment"],
        &[
            Case {
                what: "the Deployment is gone",
                series: vec![(namespace, "1x30")],
                expected: vec![
                    (2, "ServiceNoReadyReplicas", true),
                    (20, "NamespaceMetricsAbsent", false),
                    (20, "HPAMetricsUnavailable", true),
                ],
            },
            Case {
                what: "kube-state-metrics is gone",
                series: vec![],
                expected: vec![
                    (20, "ServiceNoReadyReplicas", false),
                    (10, "NamespaceMetricsAbsent", true),
                    (20, "HPA.*|PDB.*", false),
                ],
            },
        ],
    );
}

#[test]
fn errors_count_for_each_service_and_above_a_floor() {
    let of = |job: &str, code: &str| production("http_requests_total", &format!("job=\"{job}\", {code}"));
    prove(
        &plan(),
        &SERVICE,
        &[
            Case {
                what: "a small dead service beside a large healthy one",
                series: vec![
                    (of("other", "code=\"200\""), "0+60000x30"),
                    (of("api-router", "code=\"500\""), "0+10x30"),
                ],
                expected: vec![(5, "ServiceErrorRateHigh", false), (12, "ServiceErrorRateHigh", true)],
            },
            Case {
                what: "codes in the label status",
                series: vec![
                    (of("api-router", "status=\"5xx\""), "0+10x30"),
                    (of("api-router", "status=\"2xx\""), "0+90x30"),
                ],
                expected: vec![(12, "ServiceErrorRateHigh", true)],
            },
            Case {
                what: "as many errors as are tolerated",
                series: vec![
                    (of("api-router", "code=\"503\""), "0+5x30"),
                    (of("api-router", "code=\"200\""), "0+95x30"),
                ],
                expected: vec![(20, "ServiceErrorRateHigh", false)],
            },
            Case {
                what: "hardly any requests, all of which fail",
                series: vec![(of("api-router", "code=\"500\""), "0+2x30")],
                expected: vec![(20, "ServiceErrorRateHigh", false)],
            },
            Case {
                what: "the ingress controller sees errors",
                series: vec![(
                    production("nginx_ingress_controller_requests", "ingress=\"api-router\", status=\"502\""),
                    "0+10x30",
                )],
                expected: vec![(12, "RouteErrorRateHigh", true), (12, "ServiceErrorRateHigh", false)],
            },
        ],
    );
}

#[test]
fn an_autoscaler_is_compared_with_its_own_maximum() {
    let of = |metric: &str, name: &str| {
        production(
            &format!("kube_horizontalpodautoscaler_{metric}"),
            &format!("horizontalpodautoscaler=\"{name}\""),
        )
    };
    let case = |what, current| Case {
        what,
        series: vec![
            (of("status_current_replicas", "api-router"), current),
            (of("spec_max_replicas", "api-router"), "10x40"),
            (of("spec_min_replicas", "api-router"), "2x40"),
            (of("spec_max_replicas", "other"), "3x40"),
            (of("spec_min_replicas", "other"), "3x40"),
        ],
        expected: vec![],
    };
    prove(
        &plan(),
        &SERVICE,
        &[
            Case {
                expected: vec![(14, "HPAMaxedOut", false), (15, "HPAMaxedOut", true)],
                ..case("at the maximum", "10x40")
            },
            Case { expected: vec![(30, "HPAMaxedOut", false)], ..case("one below", "9x40") },
        ],
    );
}

#[test]
fn certificates_are_watched_by_what_is_left_of_them() {
    let of = |metric: &str, more: &str| {
        production(&format!("certmanager_certificate_{metric}"), &format!("name=\"api-router-tls\"{more}"))
    };
    let expiry = || of("expiration_timestamp_seconds", "");
    prove(
        &plan(),
        &SERVICE,
        &[
            Case {
                what: "not renewed, thirteen days left",
                series: vec![(expiry(), "1123200x90"), (of("ready_status", ", condition=\"False\""), "0x90")],
                expected: vec![
                    (60, "CertificateExpiringSoon", true),
                    (60, "CertificateExpiringCritical|CertificateNotReady", false),
                ],
            },
            Case {
                what: "never issued",
                series: vec![(expiry(), "0x90"), (of("ready_status", ", condition=\"False\""), "1x90")],
                expected: vec![(60, "CertificateExpiring.*", false), (15, "CertificateNotReady", true)],
            },
            Case {
                what: "gone",
                series: vec![],
                expected: vec![(14, "CertificateNotReady", false), (15, "CertificateNotReady", true)],
            },
        ],
    );
}
