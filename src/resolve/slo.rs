//! Service level objectives: those of the spec, and what those of files become.

mod openslo;

pub use openslo::read as read_openslo;

use super::{Resolver, from_written, optional_text, or};
use crate::diag::{Diagnostic, code};
use crate::model::records::{self, Short};
use crate::plan::{Resolved, Sli, Slo};
use crate::units::Duration;

/// The period where nothing is said.
const PERIOD: Duration = Duration(30 * Duration::DAY.0);
/// Why it is that long.
const PERIOD_RULE: &str = "about a month";

/// The objectives that a service has in an environment. What stands in for another environment has none: its promises
/// are the original's, and while it stands by nobody asks it anything.
pub(super) fn own(
    resolver: &mut Resolver<'_>,
    environment: &str,
    service: &str,
    settings: &records::Service,
) -> Vec<Slo> {
    if resolver.recoveries.stand_ins.contains_key(environment) {
        return Vec::new();
    }
    let written = settings.slos.iter().flat_map(|slos| slos.entries.iter());
    let mut slos = Vec::new();
    for (key, (name, slo)) in written {
        let Some(sli) = sli(resolver, (service, key), slo) else { continue };
        slos.push(Slo {
            key: key.clone(),
            at: name.at,
            purpose: optional_text(slo.purpose.as_ref()),
            objective: Resolved::written(slo.objective.value, slo.objective.at),
            window: or(slo.window.as_ref(), |period| period.0, PERIOD, PERIOD_RULE),
            within: slo.within.map(|limit| Resolved::written(limit.value, limit.at)),
            traffic: slo.traffic.map(|rate| Resolved::written(rate.value, rate.at)),
            sli,
        });
    }
    slos
}

/// What counts the events of an objective: a preset, or both queries.
fn sli(resolver: &mut Resolver<'_>, (service, key): (&str, &str), slo: &records::Slo) -> Option<Sli> {
    let written = match &slo.sli {
        Short::Short(preset) => {
            let preset = Resolved::written(preset.value, preset.at);
            return Some(Sli::Preset { preset, buckets: Vec::new() });
        }
        Short::Full(written) => written,
    };
    let document = &resolver.model.document;
    let refuse = |at, message: String, help: &str| {
        Diagnostic::new(&code::SLO_INDICATOR, document.key_span(at), message).help(help)
    };
    let finding = match (&written.preset, &written.errors, &written.total) {
        (Some(preset), None, None) => {
            let buckets = written.buckets.iter().flatten();
            return Some(Sli::Preset {
                preset: Resolved::written(preset.value, preset.at),
                buckets: buckets.map(|bound| Resolved::written(bound.value, bound.at)).collect(),
            });
        }
        (None, Some(errors), Some(total)) => match (slo.within, &written.buckets) {
            (None, None) => {
                return Some(Sli::Own { errors: from_written(errors), total: from_written(total) });
            }
            (Some(within), _) => refuse(
                within.at,
                format!(
                    "`within` says nothing beside own queries: they say what is bad in `{key}` of `{service}`"
                ),
                "remove it, or use a preset",
            ),
            (None, Some(_)) => refuse(
                written.at,
                format!("`buckets` say nothing beside the own queries of `{key}` of `{service}`"),
                "remove them, or use a preset",
            ),
        },
        (Some(preset), Some(query), _) | (Some(preset), None, Some(query)) => refuse(
            query.at,
            format!("`{key}` of `{service}` has the preset `{}` and a query of its own", preset.value.word()),
            "keep one of them: a preset counts both kinds of events itself",
        )
        .related(document.key_span(preset.at), "the preset"),
        (None, Some(query), None) | (None, None, Some(query)) => refuse(
            query.at,
            format!("`{key}` of `{service}` counts one kind of events only"),
            "write both `errors` and `total`: the share is the one by the other",
        ),
        (None, None, None) => refuse(
            written.at,
            format!("nothing says what `{key}` of `{service}` counts"),
            "write a `preset`, such as `sli: http`, or the queries `errors` and `total`",
        ),
    };
    resolver.sink.push(finding);
    None
}
