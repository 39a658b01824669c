//! Environments as a whole: quotas, secrets, applications, promises of recovery.

use super::{NODES, NONE, PODS, Wording};

const ENVIRONMENT: &str = "environment";
const SECRETS: &str = "secrets";
const APPLICATIONS: &str = "applications of Argo CD";
const APPS: &str = "argocd app list --project \"$NAME\"";
const APP: &str = "APPLICATION= # the alert's label `name`\nargocd app get \"${APPLICATION:?}\"";
const SEALED: &str = "kubectl -n \"$NAMESPACE\" get sealedsecrets,secrets\nkubectl --all-namespaces=true get pods | grep sealed-secrets";
const EXTERNAL: &str = "kubectl -n \"$NAMESPACE\" get externalsecrets\nkubectl get clustersecretstores\nkubectl -n \"$NAMESPACE\" describe externalsecrets | grep -A4 Conditions";

pub(super) const WORDINGS: &[Wording] = &[
    Wording {
        alert: "NamespaceMetricsAbsent",
        object: ENVIRONMENT,
        when: "kube-state-metrics reports nothing about the namespace",
        limit: "kube-prometheus' 10 minutes",
        means: "Most rules about the environment see nothing: silence is no health.",
        causes: &["kube-state-metrics is down", "the namespace does not exist"],
        first: &[
            "kubectl get namespace \"$NAMESPACE\"\nkubectl get pods --all-namespaces | grep kube-state-metrics",
        ],
    },
    Wording {
        alert: "PodsUnschedulable",
        object: ENVIRONMENT,
        when: "pods have found no node",
        limit: "`nodePools.<name>.nodes.max`; kubernetes-mixin's 15 minutes",
        means: "Services have fewer pods than they should.",
        causes: &[
            "the pools are at their maximum",
            "a pod requests more than a node has",
            "a selector or taint that no node fits",
        ],
        first: &[
            "kubectl -n \"$NAMESPACE\" get pods --field-selector=status.phase=Pending\nkubectl -n \"$NAMESPACE\" get events --field-selector reason=FailedScheduling",
            NODES,
        ],
    },
    Wording {
        alert: "QuotaNearlyUsed",
        object: ENVIRONMENT,
        when: "more than 90 % of a quota is used",
        limit: "`environments.<name>.quota`; the share is kubernetes-mixin's",
        means: "The next pods are refused.",
        causes: &["autoscalers run many pods", "finished jobs or old objects", "a quota for fewer services"],
        first: &["kubectl -n \"$NAMESPACE\" describe quota"],
    },
    Wording {
        alert: "SealedSecretsNotSynced",
        object: SECRETS,
        when: "fewer sealed secrets are open than the spec needs",
        limit: "the secrets that the spec needs",
        means: "Pods that need the secret do not start, or go on with the old value.",
        causes: &[
            "a file was never sealed or committed",
            "it was sealed for another namespace or cluster",
            "the controller's key was lost",
        ],
        first: &[SEALED],
    },
    Wording {
        alert: "SealedSecretsUnsealErrors",
        object: SECRETS,
        when: "the controller failed to open a sealed secret",
        limit: NONE,
        means: "A change of a secret does not arrive.",
        causes: &[
            "sealed with the key of another cluster",
            "a name or namespace that was changed after sealing",
        ],
        first: &["kubectl get sealedsecrets --all-namespaces", SEALED],
    },
    Wording {
        alert: "ExternalSecretsNotReady",
        object: SECRETS,
        when: "fewer external secrets are ready than the spec needs",
        limit: "the secrets that the spec needs",
        means: "What was copied stays; changes do not arrive.",
        causes: &[
            "the secret has no value in the secret manager yet",
            "the controller's role may not read it",
        ],
        first: &[EXTERNAL],
    },
    Wording {
        alert: "SecretStoreNotReady",
        object: SECRETS,
        when: "the store of the namespace is not ready",
        limit: NONE,
        means: "No secret of the namespace follows the secret manager.",
        causes: &["the controller's identity", "the secret manager is out of reach"],
        first: &[EXTERNAL],
    },
    Wording {
        alert: "SecretRotationOverdue",
        object: SECRETS,
        when: "the values of a secret are older than its interval",
        limit: "`rotate` of the secret",
        means: "Nothing is broken; a leaked value goes on working.",
        causes: &["nobody has changed it"],
        first: &[
            "kubectl -n \"$NAMESPACE\" get sealedsecrets -o custom-columns='NAME:.metadata.name,ROTATED:.spec.template.metadata.annotations.platc\\.dev/rotated-at'",
        ],
    },
    Wording {
        alert: "SecretRotationUnknown",
        object: SECRETS,
        when: "fewer secrets say when they were changed than are due regularly",
        limit: "`rotate` of the secret",
        means: "Nobody knows whether they are overdue.",
        causes: &["sealed without the annotation", "kube-state-metrics may not read SealedSecrets"],
        first: &[
            "kubectl -n \"$NAMESPACE\" get sealedsecrets -o custom-columns='NAME:.metadata.name,ROTATED:.spec.template.metadata.annotations.platc\\.dev/rotated-at'",
        ],
    },
    Wording {
        alert: "ArgocdApplicationOutOfSync",
        object: APPLICATIONS,
        when: "an application that follows Git by itself is not what Git says",
        limit: "`environments.<name>.sync`; kubernetes-mixin's 15 minutes",
        means: "A change does not arrive, or somebody's change by hand stays.",
        causes: &[
            "the API server refuses an object",
            "something else writes the same field",
            "the repository cannot be read",
        ],
        first: &[APP],
    },
    Wording {
        alert: "ArgocdApplicationAwaitsSync",
        object: APPLICATIONS,
        when: "an application that a person syncs has differed from Git for a day",
        limit: "`environments.<name>.sync`",
        means: "Nothing is broken; a change waits.",
        causes: &["nobody has brought it", "somebody changed the cluster by hand"],
        first: &[APP],
    },
    Wording {
        alert: "ArgocdApplicationUnhealthy",
        object: APPLICATIONS,
        when: "Argo CD calls an application neither healthy nor in progress",
        limit: "kubernetes-mixin's 15 minutes",
        means: "Something that it brought does not work; the alert about that thing says more.",
        causes: &["pods crash", "a volume or secret is missing", "an object is refused"],
        first: &[APP],
    },
    Wording {
        alert: "ArgocdSyncFailed",
        object: APPLICATIONS,
        when: "a sync ended in `Error` or `Failed`",
        limit: NONE,
        means: "The cluster is as it was before, or half way.",
        causes: &[
            "a validation of the API server",
            "a webhook that does not answer",
            "an immutable field was changed",
        ],
        first: &[APP],
    },
    Wording {
        alert: "ArgocdApplicationsMissing",
        object: APPLICATIONS,
        when: "Argo CD reports fewer applications of the project than platc renders",
        limit: "what the spec has: its services, and one each for what is beside them",
        means: "Nothing keeps the missing ones as Git says.",
        causes: &["the application above them is not synced", "Argo CD is down, or not watched"],
        first: &["kubectl get applications.argoproj.io --all-namespaces | grep \"$NAME\"", APPS],
    },
    Wording {
        alert: "RTOAtRisk",
        object: "tier of a service or store",
        when: "an outage has lasted for half of the RTO",
        limit: "`tiers.<name>.rto`, `alerts.down.for`",
        means: "If nothing is done now, the promise is broken.",
        causes: &["the outage that another alert reported is not over"],
        first: &[PODS],
    },
    Wording {
        alert: "DRDrillOverdue",
        object: "recovery drill",
        when: "the last drill that succeeded is older than the interval and a tenth of it, or unknown",
        limit: "`dr.drills.every`, and the dates under `dr.drills.held`",
        means: "Nobody knows whether recovery works.",
        causes: &[
            "nobody has drilled",
            "the drill is not written down under `dr.drills.held`, or not merged and synced yet",
        ],
        first: &["ls docs/drills docs/runbooks"],
    },
];
