//! The kustomize back end.

use super::Backend;
use crate::plan::Plan;
use crate::tree::FileTree;

/// The kustomize back end.
pub(super) struct Kustomize;

impl Backend for Kustomize {
    fn name(&self) -> &'static str {
        "kustomize"
    }

    fn emit(&self, _plan: &Plan) -> FileTree {
        FileTree::new()
    }
}
