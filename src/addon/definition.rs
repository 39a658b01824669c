//! What `addon.yaml` says.

use crate::catalog::Date;
use crate::model::decode::Named;
use crate::model::scalars::{ChartVersion, Count, DataKey, Flag, Line, Name, Url, Version};
use crate::record;
use crate::source::Written;
use crate::words::{AddonSecurity, Feature, Quarter};

record! {
    /// What is known of an add-on.
    Definition as "add-on definition"; {
        /// What it is for, in words.
        purpose: Written<Line> = needed "Lets autoscaling see what pods use";
        /// What it does for others, in words of the add-ons' own: who needs one of these is satisfied by it.
        provides: Vec<Written<Name>> = needed "[resource-metrics]";
        /// What in a spec brings it in; absent for one that only `addons` brings in.
        r#for as "for": Written<Feature> = optional "autoscaling";
        /// What it does not work without, and why.
        needs: Named<Name, Written<Line>> = optional "{metrics: its ServiceMonitor is a resource of the Prometheus operator}";
        /// The chart that installs it.
        chart: Chart = optional "{name: metrics-server, repository: \"https://kubernetes-sigs.github.io/metrics-server\", version: 3.13.1}";
        /// The manifest that installs it, where there is no chart.
        manifest: Manifest = optional "{url: \"https://example.com/operator/v1.0.0/operator.yaml\", version: v1.0.0}";
        /// The versions of Kubernetes that it works with.
        kubernetes: KubernetesRange = optional "{min: \"1.31\"}";
        /// The namespace that it runs in; absent where it runs in one that add-ons share.
        namespace: Written<Name> = optional "metrics-server";
        /// The shared namespace that it runs in.
        place: Written<Quarter> = optional "monitoring";
        /// Whether some of its pods run in the namespace of daemons.
        daemons: Written<Flag> = optional "true", "false";
        /// The service account of those of its pods that a cloud may give a role, by its name in the namespace.
        service_account as "serviceAccount": Written<Name> = optional "cluster-autoscaler";
        /// The Pod Security Standard that its pods keep to, those in the namespace of daemons aside.
        pod_security as "podSecurity": Written<AddonSecurity> = needed "restricted";
        /// Secrets in its namespace that people seal for it.
        secrets: Named<Name, AddonSecret> = optional "{grafana-admin: {keys: [admin-password], purpose: the account of Grafana's administrator}}";
        /// When it is installed: a wave waits until those before it are healthy.
        wave: Written<Count> = needed "0";
        /// Whether its custom resource definitions are too large for client-side apply.
        large_definitions as "largeDefinitions": Written<Flag> = optional "true", "false";
        /// The day on which this was true.
        as_of as "asOf": Written<Date> = needed "2026-11-21";
        /// Where it was read.
        sources: Vec<Written<Url>> = needed "[\"https://github.com/kubernetes-sigs/metrics-server\"]";
        /// What is not certain, in words.
        uncertain: Written<Line> = optional "that the registry still has the tag was not tried";
    }
}

record! {
    /// A secret that an add-on needs.
    AddonSecret as "secret of an add-on"; {
        /// Its keys.
        keys: Vec<Written<DataKey>> = needed "[admin-password]";
        /// What it is, in words.
        purpose: Written<Line> = needed "the account of Grafana's administrator";
    }
}

record! {
    /// A pinned chart.
    Chart as "chart"; {
        /// Its name in its repository.
        name: Written<Line> = needed "metrics-server";
        /// Its repository: `https://` or `oci://`.
        repository: Written<Line> = needed "\"https://kubernetes-sigs.github.io/metrics-server\"";
        /// The pinned version.
        version: Written<ChartVersion> = needed "3.13.1";
        /// Whether the chart checks its values itself; if not, only their keys can be checked.
        schema: Written<Flag> = needed "false";
    }
}

record! {
    /// A pinned manifest.
    Manifest as "manifest"; {
        /// Where it is, with the version in it.
        url: Written<Url> = needed "\"https://example.com/operator/v1.0.0/operator.yaml\"";
        /// Its version.
        version: Written<ChartVersion> = needed "v1.0.0";
    }
}

record! {
    /// A range of Kubernetes' minor versions, both ends included.
    KubernetesRange as "range of Kubernetes versions"; {
        /// The oldest.
        min: Written<Version> = optional "\"1.31\"";
        /// The newest.
        max: Written<Version> = optional "\"1.35\"";
    }
}
