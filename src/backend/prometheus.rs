//! The prometheus back end.

use super::Backend;
use crate::plan::Plan;
use crate::tree::FileTree;

/// The prometheus back end.
pub(super) struct Prometheus;

impl Backend for Prometheus {
    fn name(&self) -> &'static str {
        "prometheus"
    }

    fn emit(&self, _plan: &Plan) -> FileTree {
        FileTree::new()
    }
}
