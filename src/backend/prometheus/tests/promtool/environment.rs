//! When the alerts of GPUs fire over a time in which pods come and go: what a rule does alone, its story shows.

use super::{Case, ENVIRONMENT, prove};
use crate::backend::prometheus::fixture::plan;

pub(super) fn node(pool: &str, environment: &str, name: &str) -> String {
    format!(
        "kube_node_labels{{node=\"{name}\", label_platc_dev_pool=\"{pool}\", label_platc_dev_environment=\"{environment}\"}}"
    )
}

#[test]
fn an_xid_fires_when_it_comes_and_not_for_ever() {
    let xid = |pod: &str| format!("DCGM_FI_DEV_XID_ERRORS{{Hostname=\"g1\", gpu=\"0\", pod=\"{pod}\"}}");
    let gpu_node = || (node("inference", "production", "g1"), "1x300");
    prove(
        &plan(),
        &ENVIRONMENT,
        &[
            Case {
                what: "a fault of the hardware",
                series: vec![gpu_node(), (xid("a"), "0x20 79x200")],
                expected: vec![
                    (20, "GPUXid.*", false),
                    (22, "GPUXidError", true),
                    (22, "GPUXidHardware", true),
                    (60, "GPUXidError", false),
                    (60, "GPUXidHardware", true),
                    (120, "GPUXidHardware", false),
                ],
            },
            Case {
                what: "a fault of an application, after which its pod is replaced",
                series: vec![gpu_node(), (xid("a"), "0x20 31x5 stale"), (xid("b"), "_x25 31x200")],
                expected: vec![
                    (22, "GPUXidError", true),
                    (22, "GPUXidHardware", false),
                    (60, "GPUXidError", false),
                ],
            },
            Case {
                what: "a GPU of another pool",
                series: vec![(xid("a"), "0x20 79x200")],
                expected: vec![(22, "GPUXid.*", false)],
            },
        ],
    );
}
