//! Service level objectives.

use super::{LOGS, PODS, VERSIONS, Wording};

const OBJECTIVE: &str = "objective of a service";
const LEFT: &str = "# In Prometheus: what is left, and how fast it burns, by objective\n\
                    # slo:period_error_budget_remaining:ratio{service=\"$NAME\", namespace=\"$NAMESPACE\"}\n\
                    # slo:current_burn_rate:ratio{service=\"$NAME\", namespace=\"$NAMESPACE\"}";
const TARGETS: &str = "kubectl -n \"$NAMESPACE\" get servicemonitors,podmonitors | grep \"$NAME\"";

pub(super) const WORDINGS: &[Wording] = &[
    Wording {
        alert: "SLOErrorBudgetBurningFast",
        object: OBJECTIVE,
        when: "failures over an hour and the last five minutes burn the budget of 30 days 14.4 times too fast, or 6 times over six hours and half an hour; other periods scale the windows",
        limit: "`services.<name>.slos.<objective>.objective`, `window` and `traffic`",
        means: "Users notice now, and the promise of the whole period is broken within hours to days.",
        causes: &[
            "the newest version",
            "something that the service uses is down or slow",
            "more requests than its pods can serve",
        ],
        first: &[LEFT, VERSIONS, LOGS, PODS],
    },
    Wording {
        alert: "SLOErrorBudgetBurningSlowly",
        object: OBJECTIVE,
        when: "failures over a day and two hours burn the budget of 30 days 3 times too fast, or as fast as it allows over three days and six hours; other periods scale the windows",
        limit: "`services.<name>.slos.<objective>.objective`, `window` and `traffic`",
        means: "Nobody has to get up, but the promise will be broken before the period ends.",
        causes: &[
            "a part of the requests always fails since a change",
            "something that the service uses fails now and then",
            "an objective that was never kept",
        ],
        first: &[LEFT, VERSIONS, LOGS],
    },
    Wording {
        alert: "SLOMetricAbsent",
        object: OBJECTIVE,
        when: "the series that the objective is measured by do not exist",
        limit: super::NONE,
        means: "Whether the promise is kept is unknown, and its other alerts are silent whatever happens.",
        causes: &[
            "no request came since the pods started",
            "the metric or the bucket has another name in the newest version",
            "the exporter or its monitor is gone",
        ],
        first: &[TARGETS, PODS],
    },
    Wording {
        alert: "SLOErrorBudgetExhausted",
        object: OBJECTIVE,
        when: "nothing is left of the error budget of the period",
        limit: "`services.<name>.slos.<objective>.objective` and `window`",
        means: "The promise is broken. Until old failures leave the period, changes that can wait should.",
        causes: &["an outage that is over", "a share of failures that is always there"],
        first: &[LEFT],
    },
];
