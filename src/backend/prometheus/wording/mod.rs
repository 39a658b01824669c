//! What each alert means in words, in one table: runbooks and the table of rules in the docs are made from it.
//!
//! What a rule compares, for how long, and how urgent it is, stands in the rule and nowhere here.

mod cluster;
mod platform;
mod services;
mod slo;
mod stores;

/// What an alert means.
#[derive(Debug, Clone, Copy)]
pub(in crate::backend) struct Wording {
    /// The alert.
    pub(in crate::backend) alert: &'static str,
    /// What it is about.
    pub(in crate::backend) object: &'static str,
    /// The condition, after "when".
    pub(in crate::backend) when: &'static str,
    /// Where its numbers come from: fields of the spec, in code spans, or whose habit it is.
    pub(in crate::backend) limit: &'static str,
    /// What follows from it for those who depend on the thing.
    pub(in crate::backend) means: &'static str,
    /// What is usually behind it, the likeliest first.
    pub(in crate::backend) causes: &'static [&'static str],
    /// What to type first. `$NAMESPACE` and `$NAME` are those of the thing; what else stands for a name is in [`super::pages::Place`].
    pub(in crate::backend) first: &'static [&'static str],
}

/// The words of an alert; `None` for one that is not platc's own.
pub(in crate::backend) fn of(alert: &str) -> Option<&'static Wording> {
    all().find(|wording| wording.alert == alert)
}

/// All words, in the order of the table.
pub(in crate::backend) fn all() -> impl Iterator<Item = &'static Wording> {
    [services::WORDINGS, slo::WORDINGS, stores::WORDINGS, platform::WORDINGS, cluster::WORDINGS]
        .into_iter()
        .flatten()
}

/// The versions of a service with their images, the newest last; a Deployment and a Rollout have the same kind of sets.
const VERSIONS: &str = "kubectl -n \"$NAMESPACE\" get replicasets -l app.kubernetes.io/name=\"$NAME\" --sort-by=.metadata.creationTimestamp -o wide";
/// The newest point to which a database can be restored, by the provider's own word (`describe-db-instances` of RDS, field
/// `LatestRestorableTime`); only databases whose provider says it have these alerts.
const RESTORABLE: &str = "aws rds describe-db-instances --region \"$REGION\" --db-instance-identifier \"$DATABASE\" \\\n  \
     --query 'DBInstances[0].[DBInstanceStatus,BackupRetentionPeriod,LatestRestorableTime]'";

/// What to type first.
pub(in crate::backend) fn commands(wording: &Wording) -> String {
    wording.first.join("\n")
}

/// No number but zero and one.
const NONE: &str = "no number: it is there or not";
/// The pods of the thing, and why they are as they are.
const PODS: &str = "kubectl -n \"$NAMESPACE\" get pods -o wide | grep \"$NAME\"\n\
                    kubectl -n \"$NAMESPACE\" get events --sort-by=.lastTimestamp | grep \"$NAME\" | tail -20";
/// What the pods of a service say.
const LOGS: &str = "kubectl -n \"$NAMESPACE\" logs -l app.kubernetes.io/name=\"$NAME\" --tail=100 --prefix";
/// What they said before they died.
const LAST_WORDS: &str =
    "kubectl -n \"$NAMESPACE\" logs -l app.kubernetes.io/name=\"$NAME\" --tail=100 --prefix --previous";
/// How full nodes are.
const NODES: &str = "kubectl get nodes -L platc.dev/pool,platc.dev/environment\nkubectl top nodes";
/// An add-on's pods, wherever they are.
const ADDON: &str = "kubectl get pods --all-namespaces -o wide | grep \"$NAME\"";
