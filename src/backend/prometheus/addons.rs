//! What rules about add-ons read: metrics by the namespace that an add-on runs in.

use super::expr::{Condition, Selector};
use super::metrics::Metric;
use super::story::{Series, series};
use crate::plan::Addon;

/// A metric of an add-on.
pub(super) fn of(metric: Metric, addon: &Addon) -> Selector<'_, 1> {
    Selector(metric, [("namespace=", addon.namespace.value.as_str())])
}

/// A series of an add-on, for stories.
pub(super) fn told(metric: Metric, addon: &Addon, more: &[Condition<'_>]) -> Series {
    series(metric, &[("namespace=", addon.namespace.value.as_str())], more)
}

/// A series of something else of the same kind, for stories.
pub(super) fn other(metric: Metric, more: &[Condition<'_>]) -> Series {
    series(metric, &[("namespace=", "elsewhere")], more)
}
