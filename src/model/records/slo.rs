//! Service level objectives: what is promised to users, measured how.

use super::Short;
use crate::model::scalars::{Line, Period, Query, RelativePath};
use crate::record;
use crate::source::Written;
use crate::units::Latency;
use crate::units::slo::{Objective, RequestRate};
use crate::words::SliPreset;

record! {
    /// A service level objective: the share of events that have to be good over a period.
    Slo as "objective"; {
        /// The share of events that have to be good, always with the sign: at most three decimals.
        objective: Written<Objective> = needed "99.9%";
        /// The rolling period over which it has to be kept: 7 to 90 whole days.
        window: Written<Period> = optional "30d", "30d";
        /// What counts the good and the bad events; in short, a preset.
        sli: Short<Written<SliPreset>, Sli> = needed "http";
        /// The time within which an answer is good. Makes it an objective of latency; it must be a bound of the histogram's buckets.
        within: Written<Latency> = optional "300ms", "none: failures count, however long they take";
        /// The requests that come in ordinary hours: with few of them a single failure must not wake anybody.
        traffic: Written<RequestRate> = optional "20/s", "unknown: enough that one failure says nothing";
        /// Why it is promised, in words.
        purpose: Written<Line> = optional "Customers pay for the answers";
    }
}

record! {
    /// What counts the good and the bad events of an objective: a preset, or two queries.
    Sli as "indicator"; {
        /// Where the counts come from.
        preset: Written<SliPreset> = optional "http", "own queries";
        /// The bounds of the histogram's buckets, where the exporter does not settle them.
        buckets: Vec<Written<Latency>> = optional "[100ms, 300ms, 1s]", "those of the preset, as far as they are known";
        /// Bad events a second, in PromQL; `{{.window}}` stands for the length of time.
        errors: Written<Query> = optional "'sum(rate(orders_total{result=\"failed\"}[{{.window}}]))'", "the preset's";
        /// All events a second, in PromQL; `{{.window}}` stands for the length of time.
        total: Written<Query> = optional "'sum(rate(orders_total[{{.window}}]))'", "the preset's";
    }
}

record! {
    /// Objectives that are written in files of their own.
    SloFiles as "objectives"; {
        /// A file of OpenSLO v1 documents below the spec's folder. The `service` of each SLO is a service of the spec.
        from: Written<RelativePath> = needed "slos/openslo.yaml";
    }
}
