//! Service level objectives.

use serde::Serialize;

use super::{Resolved, SliPreset};
use crate::source::At;
use crate::units::slo::{Objective, RequestRate};
use crate::units::{Duration, Latency};

/// A service level objective of a service.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Slo {
    /// Its name, unique for its service.
    pub key: String,
    /// Its place in the spec: of one from a file, where the file is named.
    #[serde(skip)]
    pub at: At,
    /// Why it is promised, in words.
    pub purpose: Option<Resolved<String>>,
    /// The share of events that have to be good.
    pub objective: Resolved<Objective>,
    /// The rolling period: whole days.
    pub window: Resolved<Duration>,
    /// The time within which an answer is good; `None` where failures count.
    pub within: Option<Resolved<Latency>>,
    /// The requests that come in ordinary hours, where that is said.
    pub traffic: Option<Resolved<RequestRate>>,
    /// What counts the events.
    pub sli: Sli,
}

/// What counts the good and the bad events of an objective.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Sli {
    /// Metrics that are known.
    Preset {
        /// Which ones.
        preset: Resolved<SliPreset>,
        /// The bounds of the histogram's buckets, where the spec says them.
        buckets: Vec<Resolved<Latency>>,
    },
    /// Queries with [`WINDOW`] in place of a length of time; each gives events a second.
    Own {
        /// Bad events.
        errors: Resolved<String>,
        /// All events.
        total: Resolved<String>,
    },
}

/// What stands in a query for the length of time that it looks at, as in OpenSLO and Sloth.
pub const WINDOW: &str = "{{.window}}";

impl Slo {
    /// The preset, where there is one.
    #[must_use]
    pub const fn preset(&self) -> Option<SliPreset> {
        match &self.sli {
            Sli::Preset { preset, .. } => Some(preset.value),
            Sli::Own { .. } => None,
        }
    }
}
