//! The terraform back end.

use super::Backend;
use crate::plan::Plan;
use crate::tree::FileTree;

/// The terraform back end.
pub(super) struct Terraform;

impl Backend for Terraform {
    fn name(&self) -> &'static str {
        "terraform"
    }

    fn emit(&self, _plan: &Plan) -> FileTree {
        FileTree::new()
    }
}
