//! From what is written to what is meant: every default, derived name and reference is decided here.
//!
//! The rules, in their order: the built-in default of a field by role and tier, `defaults.<kind>`,
//! `environments.<e>.defaults.<kind>`, the thing itself, its override for the environment. A thing without
//! `environments` exists in those with the roles development, staging and production.

mod addons;
mod backups;
mod custom_alerts;
mod delivery;
mod dumps;
mod infrastructure;
mod jobs;
mod local;
mod monitoring;
mod recovery;
mod references;
mod rollout;
mod secrets;
mod services;
mod sizing;
pub mod slo;
mod stores;
mod volumes;

use std::rc::Rc;

use indexmap::IndexMap;

use crate::diag::{Diagnostic, Severity, Sink, code, did_you_mean};
use crate::model::records::{Defaults, Platform};
use crate::model::scalars::Name;
use crate::model::{Model, Settings, Thing, Things, settings_of};
use crate::plan::{
    Environment, Ingress, NetworkDefault, Paths, Plan, PodSecurity, Resolved, SecretDelivery, SecretStore,
    Tls, Waf,
};
use crate::source::{At, Source, Span, Written};
use crate::words::{IngressController, Role};
use crate::{model::records, names};

/// What resolving needs everywhere.
struct Resolver<'a> {
    source: &'a Source,
    model: &'a Model,
    platform: &'a Platform,
    sink: &'a mut Sink,
    /// What stands in for what, and what takes over.
    recoveries: recovery::Recoveries,
    /// By environment and key, where a service stands in the plan: there are as many references as services.
    services: IndexMap<String, IndexMap<String, usize>>,
    /// Dumps as they are written, with environment and database: buckets are known later.
    dumps: Vec<(String, String, records::Dump)>,
    /// Whether a thing lacks what it needs, so that there is nothing to follow references to.
    incomplete: bool,
}

/// Settings that no environment's own layer changes: decoded for the first environment, and shared by the others.
type Shared<'a, T> = IndexMap<&'a str, Rc<T>>;

/// Makes the plan. What cannot be made out goes to the sink; `None` if clusters or environments are not usable, or if
/// a thing lacks what it needs: references to it would only repeat that.
#[must_use]
pub fn resolve(source: &Source, model: &Model, sink: &mut Sink) -> Option<Plan> {
    let platform = &model.platform;
    let mut resolver = Resolver {
        source,
        model,
        platform,
        sink,
        recoveries: recovery::Recoveries::default(),
        services: IndexMap::new(),
        dumps: Vec::new(),
        incomplete: false,
    };
    let before = resolver.sink.has_errors();
    resolver.check_environments();
    local::check(&mut resolver);
    if resolver.sink.has_errors() && !before {
        return None;
    }

    resolver.recoveries = recovery::read(&mut resolver);
    let clusters = infrastructure::clusters(&mut resolver);
    let mut environments: IndexMap<String, Environment> = IndexMap::new();
    for key in platform.environments.entries.keys() {
        if let Some(environment) = resolver.environment(key) {
            environments.insert(key.clone(), environment);
        }
    }
    let (buckets, state) = infrastructure::platform_buckets(&mut resolver);
    let mut plan = Plan {
        name: from_written(&platform.name),
        owner: from_written(&platform.owner),
        domain: platform.domain.as_ref().map(|domain| Resolved::written(domain.0.clone(), domain.at)),
        clusters,
        environments,
        local: Vec::new(),
        buckets,
        state,
        audit: stores::audit(&resolver),
        registry: stores::registry(&mut resolver),
        ingress: resolver.ingress(),
        secrets: resolver.secret_store(),
        monitoring: monitoring::monitoring(&mut resolver),
        logs: monitoring::logs(&mut resolver),
        traces: monitoring::traces(&resolver),
        backups: None,
        drills: recovery::drills(&mut resolver),
        delivery: delivery::delivery(&resolver),
        terraform_values: or(
            platform.output.as_ref().and_then(|output| output.terraform.as_ref()),
            |word| word,
            crate::words::TerraformValues::Inline,
            "values stand where they are used",
        ),
        outside: resolver.outside(),
        paths: resolver.paths(),
    };
    recovery::drop_places(&mut plan);
    backups::resolve(&mut resolver, &mut plan);
    dumps::resolve(&mut resolver, &mut plan);
    services::resolve(&mut resolver, &mut plan);
    local::take(&mut resolver, &mut plan);
    monitoring::secrets(&mut resolver, &mut plan);
    custom_alerts::resolve(&mut resolver, &mut plan);
    if resolver.incomplete {
        return None;
    }
    sizing::quotas(&mut plan, platform);
    addons::resolve(&mut resolver, &mut plan);
    Some(plan)
}

/// A written name as a resolved text.
fn from_written<T: std::ops::Deref<Target = str>>(written: &Written<T>) -> Resolved<String> {
    Resolved::written(written.value.to_string(), written.at)
}

/// What is written, or the default of a rule.
fn or<T: Clone, U>(
    written: Option<&Written<T>>,
    read: impl FnOnce(T) -> U,
    default: U,
    rule: &'static str,
) -> Resolved<U> {
    match written {
        Some(written) => Resolved::written(read(written.value.clone()), written.at),
        None => Resolved::default(default, rule),
    }
}

fn optional_text<T: std::ops::Deref<Target = str>>(written: Option<&Written<T>>) -> Option<Resolved<String>> {
    written.map(from_written)
}

impl<'a> Resolver<'a> {
    /// Who answers for a thing.
    fn owner(&self, written: Option<&Written<Name>>) -> Resolved<String> {
        let all = &self.platform.owner;
        written.map_or_else(
            || Resolved::derived(all.value.0.clone(), "that of the platform", all.at),
            from_written,
        )
    }

    /// Whether a thing exists in an environment, by the rule for those that say nothing.
    fn exists_in(&self, thing: &Thing, environment: &str) -> bool {
        if let Some(names) = &thing.environments {
            let layers = self.recoveries.layers_of(environment);
            names.value.iter().any(|name| layers.contains(&name.0.as_str()))
        } else {
            let known = self.platform.environments.entries.get(environment);
            known.is_some_and(|(_, environment)| environment.role.value != Role::System)
        }
    }

    /// The environments in which a thing exists.
    fn environments_of(&self, thing: &Thing) -> Vec<&'a str> {
        let all = self.platform.environments.entries.keys().map(String::as_str);
        all.filter(|environment| self.exists_in(thing, environment)).collect()
    }

    /// The settings of the things of a kind that exist in an environment, in the order of the text.
    fn settings<T: Settings>(
        &mut self,
        things: Option<&'a Things<T>>,
        environment: &str,
        layer: impl for<'b> Fn(&'b Defaults) -> Option<&'b records::Layer<T>>,
    ) -> Vec<(String, &'a Thing, Rc<T>)> {
        self.shared_settings(things, environment, layer, &mut Shared::new())
    }

    /// As [`Self::settings`], for a kind of which there may be many: most of a service is the same everywhere.
    fn shared_settings<T: Settings>(
        &mut self,
        things: Option<&'a Things<T>>,
        environment: &str,
        layer: impl for<'b> Fn(&'b Defaults) -> Option<&'b records::Layer<T>>,
        shared: &mut Shared<'a, T>,
    ) -> Vec<(String, &'a Thing, Rc<T>)> {
        let Some(things) = things else { return Vec::new() };
        let environments: Vec<String> =
            self.recoveries.layers_of(environment).into_iter().map(str::to_owned).collect();
        let environments: Vec<&str> = environments.iter().map(String::as_str).collect();
        let own: Vec<&records::Layer<T>> = environments
            .iter()
            .filter_map(|key| self.platform.environments.entries.get(*key)?.1.defaults.as_ref())
            .filter_map(&layer)
            .collect();
        let has_own = !own.is_empty();
        let layers: Vec<&records::Layer<T>> =
            self.platform.defaults.as_ref().and_then(&layer).into_iter().chain(own).collect();
        let mut found = Vec::new();
        for (key, thing) in &things.entries {
            if !self.exists_in(thing, environment) {
                continue;
            }
            let is_common = !has_own && !environments.iter().any(|key| thing.overrides.contains_key(*key));
            if let Some(settings) = shared.get(key.as_str()).filter(|_| is_common) {
                found.push((key.clone(), thing, Rc::clone(settings)));
                continue;
            }
            let before = self.sink.found().len();
            let document = &self.model.document;
            let settings = settings_of(self.source, document, &layers, thing, &environments, self.sink);
            let is_error = |finding: &Diagnostic| finding.severity == Severity::Error;
            self.incomplete |= settings.is_none() || self.sink.found().iter().skip(before).any(is_error);
            let Some(settings) = settings.map(Rc::new) else { continue };
            // A finding names the environment: it has to be made for each.
            if is_common && self.sink.found().len() == before {
                shared.insert(key, Rc::clone(&settings));
            }
            found.push((key.clone(), thing, settings));
        }
        found
    }

    /// Every name of an environment or cluster that is written must exist.
    fn check_environments(&mut self) {
        let document = &self.model.document;
        let clusters: Vec<&str> = self.platform.clusters.entries.keys().map(String::as_str).collect();
        let environments: Vec<&str> = self.platform.environments.entries.keys().map(String::as_str).collect();
        let mut missing: Vec<(&str, Span, &str, Vec<&str>)> = Vec::new();
        for (_, environment) in self.platform.environments.entries.values() {
            if let Some(cluster) = &environment.cluster
                && !clusters.contains(&cluster.0.as_str())
            {
                missing.push((&cluster.value.0, document.span(cluster.at), "cluster", clusters.clone()));
            }
            if let Some(of) = &environment.of
                && !environments.contains(&of.0.as_str())
            {
                missing.push((&of.value.0, document.span(of.at), "environment", environments.clone()));
            }
            if let Some(after) = &environment.after
                && !environments.contains(&after.0.as_str())
            {
                let span = document.span(after.at);
                missing.push((&after.value.0, span, "environment", environments.clone()));
            }
        }
        macro_rules! check_all {
            ($($kind:ident),*) => {$(
                for thing in self.platform.$kind.iter().flat_map(|things| things.entries.values()) {
                    let written = thing.environments.iter().flat_map(|names| names.value.iter());
                    let written = written.map(|name| (&name.value.0, document.span(name.at)));
                    let overridden = thing.overrides.values();
                    let overridden = overridden.map(|(name, _)| (&name.value.0, document.key_span(name.at)));
                    for (name, span) in written.chain(overridden) {
                        if !environments.contains(&name.as_str()) {
                            missing.push((name, span, "environment", environments.clone()));
                        }
                    }
                }
            )*};
        }
        check_all!(
            node_pools,
            gpu_pools,
            databases,
            caches,
            queues,
            buckets,
            file_systems,
            services,
            jobs,
            secrets
        );
        for (name, span, kind, known) in missing {
            let mut finding =
                Diagnostic::new(&code::UNKNOWN_REFERENCE, span, format!("there is no {kind} `{name}`"));
            finding.help = did_you_mean(name, known.iter().copied());
            if let [near] = crate::catalog::nearest(name, known.iter().copied(), 1)[..] {
                finding = finding.edit(span, near);
            }
            self.sink.push(finding);
        }
        // An override for an environment in which the thing does not exist would silently do nothing.
        let mut idle: Vec<Diagnostic> = Vec::new();
        let mut check_idle = |thing: &Thing| {
            for (key, (name, _)) in &thing.overrides {
                if environments.contains(&key.as_str()) && !self.exists_in(thing, key) {
                    idle.push(
                        Diagnostic::new(
                            &code::NOT_IN_ENVIRONMENT,
                            document.key_span(name.at),
                            format!("`{}` does not exist in {key}, so nothing can differ there", thing.name.0),
                        )
                        .label("an override without effect")
                        .related(
                            thing.environments.as_ref().map_or_else(
                                || document.key_span(thing.name.at),
                                |names| document.key_span(names.at),
                            ),
                            if thing.environments.is_some() {
                                "where it exists"
                            } else {
                                "without `environments` it exists in those with the roles development, staging and production"
                            },
                        )
                        .help(format!("add `{key}` to its `environments`, or remove the override")),
                    );
                }
            }
        };
        macro_rules! check_all_idle {
            ($($kind:ident),*) => {$(
                if let Some(things) = &self.platform.$kind {
                    things.entries.values().for_each(&mut check_idle);
                }
            )*};
        }
        check_all_idle!(
            node_pools,
            gpu_pools,
            databases,
            caches,
            queues,
            buckets,
            file_systems,
            services,
            jobs,
            secrets
        );
        for finding in idle {
            self.sink.push(finding);
        }
    }

    fn environment(&mut self, key: &str) -> Option<Environment> {
        let (name, written) = self.platform.environments.entries.get(key)?;
        let at = name.at;
        let role = Resolved::written(written.role.value, written.role.at);
        let cluster = written.cluster.as_ref();
        let cluster = cluster.and_then(|cluster| self.platform.clusters.entries.get(&cluster.0));
        let cluster = cluster.map(|(_, cluster)| cluster);
        let network = cluster.and_then(|cluster| cluster.network.as_ref());
        let network_default = or(
            network.and_then(|network| network.policy.as_ref()),
            |p| p,
            NetworkDefault::DefaultDeny,
            "nothing may talk unless the spec says so",
        );
        let policies = self.platform.policies.as_ref();
        let pools = infrastructure::pools(self, key);
        let gpu_pools = infrastructure::gpu_pools(self, key);
        let databases = stores::databases(self, key);
        let (caches, managed_caches) = stores::caches(self, key);
        let queues = stores::brokers(self, key);
        let buckets = infrastructure::buckets(self, key);
        let file_systems = stores::file_systems(self, key);
        Some(Environment {
            key: key.to_owned(),
            at,
            role,
            stands_in: self.recoveries.stand_ins.get(key).cloned(),
            target: self.recoveries.targets.get(key).cloned(),
            cluster: match &written.cluster {
                Some(cluster) => from_written(cluster),
                // It is none of the environments of clusters in the end: `local::take`.
                None => Resolved::default(String::new(), "people's own machines"),
            },
            purpose: optional_text(written.purpose.as_ref()),
            domain: match (&written.domain, &self.platform.domain) {
                (Some(domain), _) => Some(from_written(domain)),
                (None, Some(domain)) => {
                    Some(Resolved::derived(domain.0.clone(), "the platform's domain", domain.at))
                }
                (None, None) => None,
            },
            namespace: match &written.namespace {
                Some(namespace) => from_written(namespace),
                None => Resolved::derived(key.to_owned(), "the environment's name", at),
            },
            pod_security: or(
                policies.and_then(|policies| policies.pod_security.as_ref()),
                |standard| standard,
                PodSecurity::Restricted,
                "the strictest standard",
            ),
            network_default,
            approvals: delivery::approvals(written),
            // A change that people try on their own machines has passed nothing that can be waited for.
            after: written.after.as_ref().filter(|after| !self.is_local(&after.value.0)).map(from_written),
            sync: delivery::sync(written),
            node_selector: if pools.iter().any(|pool| pool.taints.is_empty()) {
                [(names::ENVIRONMENT_LABEL.to_owned(), key.to_owned())].into()
            } else {
                IndexMap::new()
            },
            quota: sizing::unset_quota(at),
            pools,
            gpu_pools,
            databases,
            caches,
            managed_caches,
            queues,
            buckets,
            file_systems,
            services: Vec::new(),
            secrets: Vec::new(),
            jobs: Vec::new(),
        })
    }

    fn ingress(&self) -> Option<Ingress> {
        let written = self.platform.ingress.as_ref()?;
        let controller = written.controller.value;
        let (class, rule) = match controller {
            IngressController::EnvoyGateway => ("envoy", "the GatewayClass that Envoy Gateway serves"),
            IngressController::IngressNginx => ("nginx", "the class that ingress-nginx serves"),
        };
        Some(Ingress {
            at: written.at,
            controller: Resolved::written(controller, written.controller.at),
            class: Resolved::derived(class.to_owned(), rule, written.controller.at),
            namespace: or(
                written.namespace.as_ref(),
                |name| name.0,
                controller.word().to_owned(),
                "the controller's name",
            ),
            waf: written.waf.as_ref().map(|waf| Waf {
                at: waf.at,
                rate_limit: or(waf.rate_limit.as_ref(), |limit| limit.0, 2000, "far above what people do"),
            }),
            tls: written.tls.as_ref().filter(|_| written.waf.is_none()).map(|tls| Tls {
                staging_only: Resolved::derived(
                    tls.issuer.value == crate::words::Issuer::LetsencryptStaging,
                    "from the issuer",
                    tls.issuer.at,
                ),
                email: from_written(&tls.email),
            }),
            dns: written.dns.as_ref().map(|dns| dns.value.provider()),
        })
    }

    fn secret_store(&self) -> SecretStore {
        let written = self.platform.secret_store.as_ref();
        let delivery = or(
            written.map(|store| &store.delivery),
            |delivery| delivery,
            SecretDelivery::SealedSecrets,
            "no cloud has to be asked for them",
        );
        let files = || {
            or(
                written.and_then(|store| store.files.as_ref()),
                |path| path.0,
                "secrets/sealed".to_owned(),
                "where sealed files are kept",
            )
        };
        SecretStore {
            files: (delivery.value == SecretDelivery::SealedSecrets).then(files),
            delivery,
            bundles: or(
                written.and_then(|store| store.bundles.as_ref()),
                |path| path.0,
                "secrets/bundles".to_owned(),
                "the default layout",
            ),
            mount: or(
                written.and_then(|store| store.mount.as_ref()),
                |mount| mount,
                crate::words::Mount::File,
                "secrets are files, never environment variables",
            ),
        }
    }

    fn outside(&self) -> IndexMap<String, Resolved<String>> {
        let entries = self.platform.outside.iter().flat_map(|outside| outside.entries.iter());
        entries.map(|(key, (_, by))| (key.clone(), from_written(by))).collect()
    }

    fn paths(&self) -> Paths {
        let written = self.platform.output.as_ref().and_then(|output| output.paths.as_ref());
        let path = |path: Option<&Written<crate::model::scalars::RelativePath>>, default: &str| {
            or(path, |path| path.0, default.to_owned(), "the default layout")
        };
        let kustomize = path(written.and_then(|p| p.kustomize.as_ref()), "kustomize/overlays/{environment}");
        let kustomize_base = match &kustomize.origin {
            crate::plan::Origin::Written(at) => {
                let base = if kustomize.contains("{environment}") {
                    kustomize.replace("{environment}", "base")
                } else {
                    format!("{}/base", kustomize.value)
                };
                Resolved::derived(base, "beside the overlays", *at)
            }
            _ => Resolved::default("kustomize/base".to_owned(), "the default layout"),
        };
        let kustomize = if kustomize.contains("{environment}") {
            kustomize
        } else {
            Resolved { value: format!("{}/{{environment}}", kustomize.value), origin: kustomize.origin }
        };
        let kustomize_clusters = Resolved {
            value: kustomize.value.replace("{environment}", names::CLUSTERS_DIRECTORY),
            origin: kustomize_base.origin,
        };
        let kustomize_clusters = match &kustomize.origin {
            crate::plan::Origin::Written(_) => kustomize_clusters,
            _ => Resolved::default("kustomize/clusters".to_owned(), "the default layout"),
        };
        Paths {
            terraform: path(written.and_then(|p| p.terraform.as_ref()), "terraform"),
            kustomize,
            kustomize_base,
            kustomize_clusters,
            helm: path(written.and_then(|p| p.helm.as_ref()), "helm"),
            compose: path(written.and_then(|p| p.compose.as_ref()), "compose"),
            argocd: path(written.and_then(|p| p.argocd.as_ref()), "argocd"),
            alerts: path(written.and_then(|p| p.alerts.as_ref()), "alerts"),
            dashboards: path(written.and_then(|p| p.dashboards.as_ref()), "dashboards"),
            ci: path(written.and_then(|p| p.ci.as_ref()), names::WORKFLOWS),
            docs: path(written.and_then(|p| p.docs.as_ref()), "docs"),
        }
    }

    /// The region of the cluster of an environment.
    fn region_of(&self, environment: &str) -> Option<Resolved<String>> {
        let (_, environment) = self.platform.environments.entries.get(environment)?;
        let (_, cluster) = self.platform.clusters.entries.get(&environment.cluster.as_ref()?.0)?;
        Some(Resolved::derived(cluster.region.0.clone(), "the cluster's region", cluster.region.at))
    }

    /// Whether an environment runs on people's own machines.
    fn is_local(&self, environment: &str) -> bool {
        self.platform.environments.entries.get(environment).is_some_and(|(_, e)| e.local.is_some())
    }

    /// The cluster of an environment; `None` for one on people's own machines.
    fn cluster_of(&self, environment: &str) -> Option<&'a str> {
        let (_, environment) = self.platform.environments.entries.get(environment)?;
        environment.cluster.as_ref().map(|cluster| cluster.value.0.as_str())
    }

    /// The role whose defaults hold in an environment: one that stands in for another has that one's.
    fn role_of(&self, environment: &str) -> Role {
        let original = self.recoveries.layers_of(environment);
        let known = original.first().and_then(|key| self.platform.environments.entries.get(*key));
        known.map_or(Role::Development, |(_, environment)| environment.role.value)
    }

    /// The promise that a thing is bound to.
    fn tier(&mut self, bound: Option<&Written<Name>>) -> Option<crate::plan::Tier> {
        let bound = bound?;
        let Some((_, tier)) =
            self.platform.tiers.as_ref().and_then(|tiers| tiers.entries.get(&bound.value.0))
        else {
            let known = self.platform.tiers.iter().flat_map(|tiers| tiers.entries.keys().map(String::as_str));
            let span = self.model.document.span(bound.at);
            let mut finding = Diagnostic::new(
                &code::UNKNOWN_REFERENCE,
                span,
                format!("there is no tier `{}`", bound.value.0),
            );
            finding.help = did_you_mean(&bound.value.0, known);
            self.sink.push(finding);
            return None;
        };
        Some(crate::plan::Tier {
            key: bound.value.0.clone(),
            at: bound.at,
            rto: Resolved::written(tier.rto.value, tier.rto.at),
            rpo: Resolved::written(tier.rpo.value, tier.rpo.at),
            covers: tier.covers.iter().map(|loss| Resolved::written(loss.value, loss.at)).collect(),
        })
    }

    /// The promise that a thing is bound to in an environment: promises are those of the original, not of what stands in.
    fn tier_in(&mut self, environment: &str, bound: Option<&Written<Name>>) -> Option<crate::plan::Tier> {
        let bound = if self.recoveries.stand_ins.contains_key(environment) { None } else { bound };
        self.tier(bound)
    }

    /// The real name of a thing: written, or made by the one rule.
    fn real_name<T: std::ops::Deref<Target = str>>(
        &self,
        written: Option<&Written<T>>,
        environment: &str,
        key: &str,
        at: At,
    ) -> Resolved<String> {
        match written {
            Some(name) => from_written(name),
            None => Resolved::derived(
                names::in_environment(&self.platform.name.0, environment, key),
                "`<platform>-<environment>-<name>`",
                at,
            ),
        }
    }
}
