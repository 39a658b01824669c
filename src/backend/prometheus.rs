//! The prometheus back end.

use super::Backend;
use crate::format::data::Data;
use crate::plan::{Environment, Plan, Service};
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

/// The groups of rules about a service, as a `PrometheusRule` lists them.
pub(super) const fn groups_of_service<'a>(
    _plan: &'a Plan,
    _environment: &'a Environment,
    _service: &'a Service,
) -> Option<Data<'a>> {
    None
}

/// The groups of rules about what an environment has besides its services.
pub(super) const fn groups_of_environment<'a>(
    _plan: &'a Plan,
    _environment: &'a Environment,
) -> Option<Data<'a>> {
    None
}
