//! When the alerts of a service fire, beside others and each other: what a rule does alone, its story shows.

use super::{Case, FAMILIES, SERVICE, production, prove};
use crate::backend::prometheus::fixture::plan;

pub(super) fn up(pod: &str) -> String {
    production("up", &format!("job=\"api-router\", pod=\"{pod}\""))
}

#[test]
fn a_deployment_that_is_gone_differs_from_blindness() {
    let namespace = production("kube_namespace_created", "job=\"kube-state-metrics\"");
    prove(
        &plan(),
        &["api-router", FAMILIES],
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
