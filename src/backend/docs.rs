//! The docs back end.

use super::Backend;
use crate::plan::Plan;
use crate::tree::FileTree;

/// The docs back end.
pub(super) struct Docs;

impl Backend for Docs {
    fn name(&self) -> &'static str {
        "docs"
    }

    fn emit(&self, _plan: &Plan) -> FileTree {
        FileTree::new()
    }
}
