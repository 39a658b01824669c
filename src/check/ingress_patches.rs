//! Patches of routes: that ingress-nginx rewrites paths to something, that it takes them, and that they lead to the version that
//! serves. Sources: ingress-nginx, user guide, "Rewrite", "Ingress Path Matching" and the annotation `use-regex`; Argo Rollouts,
//! the two strategies.

use super::{Context, Rule};
use crate::diag::{Diagnostic, code};
use crate::freeform::{Freeform, Value};
use crate::names;
use crate::plan::{IngressController, Service};
use crate::source::At;

pub(super) const RULES: &[Rule] = &[
    Rule { name: "ingress-patches/rewrites", run: rewrites },
    Rule { name: "ingress-patches/versions", run: versions },
];

const REWRITE: &str = "nginx.ingress.kubernetes.io/rewrite-target";
const CLASS: &str = "kubernetes.io/ingress.class";

/// A path of an Ingress: its text, its type, and where it is written, if a patch does.
struct Path {
    text: String,
    kind: Option<String>,
    at: Option<At>,
}

/// What patches of a route write, where several environments may share a patch.
fn rewrites(context: &mut Context<'_>) {
    let plan = context.plan;
    if plan.ingress.as_ref().is_none_or(|ingress| ingress.controller.value != IngressController::IngressNginx)
    {
        return;
    }
    for environment in plan.environments.values() {
        for service in &environment.services {
            let Some(route) = &service.route else { continue };
            let patches: Vec<&Freeform> = service
                .patches
                .iter()
                .filter(|patch| patch.is_for("Ingress", &service.key))
                .map(|patch| &patch.change.value)
                .collect();
            class(context, service, &patches);
            let annotation = |patch: &&Freeform| patch.find(&["metadata", "annotations", REWRITE]).cloned();
            let target = patches.iter().rev().find_map(annotation);
            let rules = patches.iter().rev().find_map(|patch| patch.find(&["spec", "rules"]));
            let paths = if let Some(rules) = rules {
                paths_of(rules)
            } else {
                let text = route.path.value.clone();
                // The pattern of a stripped path has two groups.
                let text = if route.strip_prefix.value { format!("{text}(/|$)(.*)") } else { text };
                vec![Path { text, kind: None, at: None }]
            };
            path_types(context, service, &paths);
            let written = match &target {
                Some(Freeform { value: Value::Text(text), at }) => Some((text.as_str(), Some(*at))),
                None if route.strip_prefix.value => Some(("/$2", None)),
                _ => None,
            };
            let Some((target, at)) = written else { continue };
            let Some(group) = highest_group(target) else { continue };
            let short: Vec<&Path> = paths.iter().filter(|path| groups(&path.text) < group).collect();
            let Some(first) = short.first() else { continue };
            let span = match (at, first.at) {
                (Some(at), _) | (None, Some(at)) => context.span(at),
                _ => continue,
            };
            let mut finding = Diagnostic::new(
                &code::PATCH_REWRITE,
                span,
                format!(
                    "requests to `{}` of `{}` are rewritten with the group ${group}, which the path does not have",
                    first.text, service.key
                ),
            )
            .note(format!("`{target}` becomes the same path for every request: what ${group} stands for is empty"))
            .help("write `stripPrefix: true` and `path` on the service, or a path with two groups: `/api(/|$)(.*)`");
            if let (Some(_), Some(path)) = (at, first.at) {
                finding = finding.related(context.span(path), format!("has {} of them", groups(&first.text)));
            }
            context.report(finding);
        }
    }
}

fn class(context: &mut Context<'_>, service: &Service, patches: &[&Freeform]) {
    for patch in patches {
        let Some(annotations) = patch.find(&["metadata", "annotations"]) else { continue };
        let Some(found) = annotations.get(CLASS).filter(|found| found.value != Value::Null) else { continue };
        let finding = Diagnostic::new(
            &code::PATCH_INGRESS_CLASS,
            context.key(found.at),
            format!("a patch of `{}` writes the class of its Ingress as an annotation", service.key),
        )
        .help("remove it: `spec.ingressClassName` is rendered, and `ingress.class` says which one it is");
        context.report(finding);
    }
}

fn path_types(context: &mut Context<'_>, service: &Service, paths: &[Path]) {
    for path in paths {
        let (Some(at), Some(kind)) = (path.at, path.kind.as_deref()) else { continue };
        if kind == "ImplementationSpecific" || !path.text.contains(|c| "()[]{}^$*+?|\\".contains(c)) {
            continue;
        }
        let finding = Diagnostic::new(
            &code::PATCH_PATH_TYPE,
            context.span(at),
            format!("the path `{}` of `{}` is a pattern, and its type `{kind}` takes it literally", path.text, service.key),
        )
        .help("write `pathType: ImplementationSpecific`, and the annotation `nginx.ingress.kubernetes.io/use-regex: \"true\"`");
        context.report(finding);
    }
}

fn paths_of(rules: &Freeform) -> Vec<Path> {
    let items = |value: Option<&Freeform>| match value.map(|value| &value.value) {
        Some(Value::List(items)) => items.clone(),
        _ => Vec::new(),
    };
    let text = |value: &Freeform, key: &str| match value.get(key).map(|value| &value.value) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    items(Some(rules))
        .iter()
        .flat_map(|rule| items(rule.find(&["http", "paths"])))
        .filter_map(|path| {
            let at = path.get("path")?.at;
            Some(Path { text: text(&path, "path")?, kind: text(&path, "pathType"), at: Some(at) })
        })
        .collect()
}

/// The highest group that a target names: `$1` to `$9`.
fn highest_group(target: &str) -> Option<usize> {
    let digits =
        target.match_indices('$').filter_map(|(at, _)| target[at + 1..].chars().next()?.to_digit(10));
    digits.filter_map(|digit| usize::try_from(digit).ok()).max().filter(|group| *group > 0)
}

/// The capturing groups of a pattern: parentheses that are not escaped, not in a class, and not marked by `?`.
fn groups(pattern: &str) -> usize {
    let mut count = 0;
    let mut in_class = false;
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class && characters.peek() != Some(&'?') => count += 1,
            _ => {}
        }
    }
    count
}

/// Patches that lead requests to the version that nobody has promoted, or take the Services of a strategy away.
fn versions(context: &mut Context<'_>) {
    let plan = context.plan;
    let mut seen: Vec<At> = Vec::new();
    for environment in plan.environments.values() {
        for service in &environment.services {
            let seconds: Vec<String> = environment
                .services
                .iter()
                .filter_map(|other| names::second_service(other.rollout_service(), &other.key))
                .collect();
            for patch in
                service.patches.iter().filter(|patch| matches!(patch.kind.as_str(), "Ingress" | "HTTPRoute"))
            {
                let mut found: Vec<(At, String)> = Vec::new();
                patch.change.value.visit(&mut |key, inner| {
                    if let (true, Value::Text(text)) = (key == "name", &inner.value)
                        && seconds.contains(text)
                    {
                        found.push((inner.at, text.clone()));
                    }
                });
                for (at, name) in found {
                    if seen.contains(&at) {
                        continue;
                    }
                    seen.push(at);
                    let finding = Diagnostic::new(
                        &code::PATCH_VERSION,
                        context.span(at),
                        format!("a patch of `{}` leads requests from outside to `{name}`", service.key),
                    )
                    .related(context.origin(&service.rollout.strategy, service.at), "decides which version serves")
                    .help("remove it: that Service leads to the version that nobody has promoted, or to a canary whatever its share is");
                    context.report(finding);
                }
            }
        }
    }
}
