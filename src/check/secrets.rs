//! Secrets: never in the spec, delivered as the policy says, and there.

use std::collections::BTreeSet;

use super::{Context, Rule, count};
use crate::diag::{Code, Diagnostic, Sink, code};
use crate::names;
use crate::plan::{Environment, Origin, Plan, Secret};
use crate::source::{At, Source, Span};
use crate::syntax::{self, Document, Kind};
use crate::units::Date;
use crate::words::{Mount, SecretDelivery, SecretSource};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "secrets/source", run: source },
    Rule { name: "secrets/delivery", run: delivery },
    Rule { name: "secrets/literal", run: literal },
    Rule { name: "secrets/in-environment", run: in_environment },
    Rule { name: "secrets/taken-names", run: taken_names },
    Rule { name: "secrets/ciphertext", run: ciphertext },
    Rule { name: "secrets/sealed", run: sealed },
];

fn source(context: &mut Context<'_>) {
    let Some(store) = &context.model.platform.secret_store else { return };
    if store.source.value == SecretSource::LinodeSecretManager {
        let finding = Diagnostic::new(
            &code::NOT_OFFERED,
            context.span(store.source.at),
            "Linode has no secret manager that Terraform could make",
        )
        .help("write `source: external`: people seal what their place of secrets holds")
        .edit(context.span(store.source.at), "external");
        context.report(finding);
    }
    let Some(provider) = store.source.value.provider() else { return };
    let copied = store.delivery.value == SecretDelivery::ExternalSecrets;
    let clusters = || context.model.platform.clusters.entries.values();
    let others: Vec<_> = clusters().filter(|(_, cluster)| cluster.provider.value != provider).collect();
    // People can seal what a manager holds for a cluster anywhere, as long as the platform has that cloud at all.
    let refused = if copied || others.len() == clusters().count() { others } else { Vec::new() };
    let findings: Vec<Diagnostic> = refused
        .into_iter()
        .map(|(name, cluster)| {
            Diagnostic::new(
                &code::NOT_OFFERED,
                context.span(store.source.at),
                format!(
                    "`{}` cannot get secrets from {}: the cluster is with {}",
                    name.value.0,
                    store.source.value.word(),
                    cluster.provider.value.word()
                ),
            )
            .related(context.span(cluster.provider.at), "the cluster's provider")
            .note("only clusters of its own cloud have accounts that may read it without a key")
            .help("write `source: external` with `delivery: sealed-secrets`: people seal what their place of secrets holds")
        })
        .collect();
    for finding in findings {
        context.report(finding);
    }
}

/// What is copied must be somewhere that can be read; what is sealed has files.
fn delivery(context: &mut Context<'_>) {
    let Some(store) = &context.model.platform.secret_store else { return };
    let (source, delivery) = (&store.source, &store.delivery);
    if delivery.value == SecretDelivery::ExternalSecrets && source.value == SecretSource::External {
        let finding = Diagnostic::new(
            &code::SECRETS_UNREADABLE,
            context.span(delivery.at),
            "external-secrets copies from a secret manager, and the source of the secrets is none",
        )
        .related(context.span(source.at), "they come from a place that nothing in a cluster can read")
        .help(
            "write `source: aws-secrets-manager`, or `delivery: sealed-secrets`, by which people bring them",
        );
        context.report(finding);
    }
    if let Some(files) = store.files.as_ref().filter(|_| delivery.value == SecretDelivery::ExternalSecrets) {
        let finding = Diagnostic::new(
            &code::SECRET_FILES_UNUSED,
            context.span(files.at),
            "a folder of sealed files, and nothing is sealed",
        )
        .related(context.span(delivery.at), "secrets are copied from the secret manager")
        .help("remove `files`");
        context.report(finding);
    }
}

/// Beginnings of well-known credentials: cloud keys, payment keys, mail keys, code hosts, chat.
const PREFIXES: [(&str, &str); 15] = [
    ("AKIA", "an AWS access key"),
    ("ASIA", "an AWS access key"),
    ("sk_live_", "a Stripe key"),
    ("rk_live_", "a Stripe key"),
    ("pk_live_", "a Stripe key"),
    ("SG.", "a SendGrid key"),
    ("ghp_", "a GitHub token"),
    ("github_pat_", "a GitHub token"),
    ("glpat-", "a GitLab token"),
    ("xoxb-", "a Slack token"),
    ("xoxp-", "a Slack token"),
    ("hf_", "a Hugging Face token"),
    ("sk-", "an API key"),
    ("AIza", "a Google API key"),
    ("eyJhbGciOi", "a signed token"),
];

/// What a text looks like, if it looks like a credential.
pub(super) fn looks_like(text: &str) -> Option<&'static str> {
    if text.contains("-----BEGIN") && text.contains("PRIVATE KEY") {
        return Some("a private key");
    }
    for word in text.split(|letter: char| letter.is_whitespace() || matches!(letter, '=' | '"' | '\'' | ','))
    {
        for (prefix, what) in PREFIXES {
            let rest = word.strip_prefix(prefix);
            if rest.is_some_and(|rest| rest.len() >= 12 && rest.bytes().all(|b| b.is_ascii_graphic())) {
                return Some(what);
            }
        }
        if let Some((_, rest)) = word.split_once("://")
            && let Some((account, _)) = rest.split('/').next().unwrap_or("").rsplit_once('@')
            && account.split_once(':').is_some_and(|(_, password)| !password.is_empty())
        {
            return Some("an address with a password");
        }
    }
    None
}

/// Whether the name of a variable says that its value is a secret, and the value may be one.
pub(super) fn names_a_secret(variable: &str, value: &str) -> bool {
    let upper = variable.to_uppercase();
    let secret = [
        "PASSWORD",
        "PASSWD",
        "SECRET",
        "TOKEN",
        "API_KEY",
        "APIKEY",
        "ACCESS_KEY",
        "PRIVATE_KEY",
        "CREDENTIAL",
    ];
    secret.iter().any(|word| upper.contains(word))
        && !["_FILE", "_PATH", "_NAME", "_URL", "_TTL", "_LENGTH", "_LIMIT"].iter().any(|end| upper.ends_with(end))
        // Counts of a language model's tokens are no secrets.
        && !upper.contains("TOKENS")
        && value.len() >= 8
        && !value.contains(' ')
        && !matches!(value, "disabled" | "required")
}

fn literal(context: &mut Context<'_>) {
    let plan = context.plan;
    for service in plan.environments.values().flat_map(Environment::pods) {
        for (variable, value) in &service.env {
            let Origin::Written(_) = value.origin else { continue };
            let what = looks_like(value)
                .or_else(|| names_a_secret(variable, value).then_some("a secret, by the variable's name"));
            if let Some(what) = what {
                let message = format!("`{variable}` of `{}` holds what looks like {what}", service.key);
                report(context, context.origin(value, service.at), message);
            }
        }
        for argument in service.command.iter().chain(&service.args) {
            if let Some(what) = looks_like(argument) {
                let message = format!("an argument of `{}` looks like {what}", service.key);
                report(context, context.origin(argument, service.at), message);
            }
        }
    }
}

/// Reports a literal that looks like a secret.
pub(super) fn report(context: &mut Context<'_>, span: Span, message: String) {
    let finding = Diagnostic::new(&code::SECRET_LITERAL, span, message)
        .help("declare it under `secrets` and refer to it: `uses: {secrets/<name>: {as: {VARIABLE: value}}}`; change it where it is valid, since it has been in a file");
    context.report(finding);
}

fn in_environment(context: &mut Context<'_>) {
    let plan = context.plan;
    let Origin::Written(policy) = plan.secrets.mount.origin else { return };
    if plan.secrets.mount.value != Mount::File {
        return;
    }
    for (environment, service) in plan.environments.values().flat_map(|e| e.pods().map(move |s| (e, s))) {
        for variable in &service.secret_env {
            if variable.mount.value != Mount::Env {
                continue;
            }
            let finding = Diagnostic::new(
                &code::SECRET_IN_ENVIRONMENT,
                context.origin(&variable.mount, service.at),
                format!("`{}` gets `{}` as an environment variable", service.key, variable.variable.value),
            )
            .in_environment(&environment.key)
            .related(context.span(policy), "secrets are files")
            .help("remove `mount: env`: the variable then holds the path of a file");
            context.report(finding);
        }
    }
}

/// Names of secrets that platc makes for stores: one of the user's with the same name would be two secrets in one.
fn taken_names(context: &mut Context<'_>) {
    let platform = &context.model.platform;
    if platform.secrets.is_none() {
        return;
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for environment in context.plan.environments.values() {
        taken.extend(environment.databases.iter().map(|d| names::database_secret(&d.key)));
        taken.extend(environment.databases.iter().map(|d| names::pooler_secret(&d.key)));
        taken.extend(environment.databases.iter().map(|d| names::database_exporter_secret(&d.key)));
        taken.extend(environment.databases.iter().map(|d| names::dump_secret(&d.key)));
        taken.extend(environment.caches.iter().map(|c| names::cache_password_secret(&c.key)));
        taken.extend(
            environment
                .services
                .iter()
                .filter(|s| s.route.is_some())
                .map(|s| names::certificate_secret(&s.key)),
        );
        for cache in &environment.caches {
            taken.insert(names::cache_secret(&cache.key, None));
            taken.extend(
                cache.logical_databases.keys().map(|part| names::cache_secret(&cache.key, Some(part))),
            );
        }
        taken.extend(environment.queues.iter().flat_map(|b| b.users.iter().map(|user| user.secret.clone())));
        taken.extend(environment.buckets.iter().map(|b| names::bucket_secret(&b.key)));
    }
    let mut found = Vec::new();
    for (key, thing) in platform.secrets.iter().flat_map(|secrets| &secrets.entries) {
        if taken.contains(key) {
            found.push(
                Diagnostic::new(
                    &code::NAME_COLLISION,
                    context.key(thing.name.at),
                    format!("`{key}` is also the name of a secret that platc derives for a store"),
                )
                .help("call it otherwise"),
            );
        }
    }
    for finding in found {
        context.report(finding);
    }
}

/// The secrets of a place: an environment, or the monitoring of a cluster.
struct Place<'p> {
    at: At,
    /// What it is called, for people.
    name: String,
    secrets: &'p [Secret],
}

fn places(plan: &Plan) -> impl Iterator<Item = Place<'_>> {
    let environments = plan.environments.values().map(|environment| Place {
        at: environment.at,
        name: environment.key.clone(),
        secrets: &environment.secrets,
    });
    let clusters = plan.clusters.values().map(|cluster| Place {
        at: cluster.at,
        name: format!("the monitoring of {}", cluster.key),
        secrets: &cluster.secrets,
    });
    environments.chain(clusters)
}

/// The command that seals a secret; the values are in files named after the keys.
fn seal(plan: &Plan, secret: &Secret, file: &str) -> String {
    let keys: Vec<String> = secret.keys.iter().map(|key| format!("--from-file={key}")).collect();
    let note = secret.rotate.map_or_else(String::new, |_| format!("{} | ", names::NOTE_ROTATION));
    format!(
        "kubectl create secret generic {} --namespace {} {} --dry-run=client --output yaml | {note}{} > {}",
        secret.name,
        secret.namespace,
        keys.join(" "),
        names::kubeseal(plan.sealed_secrets_namespace(secret)),
        file
    )
}

fn ciphertext(context: &mut Context<'_>) {
    let Some(files) = context.files else { return };
    for place in places(context.plan) {
        let sealed = place.secrets.iter().filter_map(|secret| secret.file().map(|file| (secret, file)));
        let missing: Vec<_> = sealed.filter(|(_, file)| !files.contains_key(*file)).collect();
        let Some(&(first, file)) = missing.first() else { continue };
        let finding = Diagnostic::new(
            &code::MISSING_CIPHERTEXT,
            context.key(place.at),
            format!(
                "{} of {} {} not there yet",
                count(missing.len() as u64, "sealed secret"),
                place.name,
                if missing.len() == 1 { "is" } else { "are" }
            ),
        );
        let names: Vec<&str> = missing.iter().map(|(secret, _)| secret.name.as_str()).collect();
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let finding = finding
            .note(format!("{folder}/<name>.yaml: {}", names.join(", ")))
            .help(format!("for example: {}", seal(context.plan, first, file)));
        context.report(finding);
    }
}

/// What is wrong with the file of a sealed secret.
struct Wrong {
    code: &'static Code,
    message: String,
    help: String,
}

/// What is wrong with the file of a sealed secret on a day.
fn wrong(plan: &Plan, (secret, path): (&Secret, &str), text: &str, today: Date) -> Vec<Wrong> {
    let file = format!("`{path}`");
    let again = || format!("seal it again: {}", seal(plan, secret, path));
    let source = Source::new(path.to_owned(), text);
    let Some(document) = syntax::parse(&source, &mut Sink::new()) else {
        let message = format!("{file} is no YAML that can be read");
        return vec![Wrong { code: &code::SEALED_OTHERWISE, message, help: again() }];
    };
    let text_at = |path: &[&str]| document.find(path).and_then(|at| scalar(&document, at));
    match text_at(&["kind"]) {
        Some("SealedSecret") => {}
        Some("Secret") => {
            let message = format!("{file} is a plain Secret: everybody who has the file has its values");
            let help = format!(
                "change the values where they are valid, then seal the new ones: {}",
                seal(plan, secret, path)
            );
            return vec![Wrong { code: &code::SECRET_PLAIN, message, help }];
        }
        other => {
            let what = other
                .map_or_else(|| "no Kubernetes object".to_owned(), |kind| format!("of the kind `{kind}`"));
            let message = format!("{file} is {what}, not a SealedSecret");
            return vec![Wrong { code: &code::SEALED_OTHERWISE, message, help: again() }];
        }
    }
    let mut found = Vec::new();
    let wanted = [("name", &secret.name), ("namespace", &secret.namespace)];
    for (field, wanted) in wanted {
        let there = text_at(&["metadata", field]);
        if there != Some(wanted) {
            let there = there.map_or_else(|| format!("no {field}"), |there| format!("the {field} `{there}`"));
            let message = format!("{file} is sealed for {there}, and `{wanted}` needs it");
            found.push(Wrong { code: &code::SEALED_OTHERWISE, message, help: again() });
        }
    }
    let has = |key: &String| {
        [["spec", "encryptedData"].as_slice(), &["spec", "template", "data"]]
            .iter()
            .any(|path| document.find(path).is_some_and(|at| document.get(at, key).is_some()))
    };
    let missing: Vec<String> =
        secret.keys.iter().filter(|key| !has(key)).map(|key| format!("`{key}`")).collect();
    if !missing.is_empty() {
        let message =
            format!("{file} lacks {}, which {} reads", missing.join(" and "), secret.users.join(", "));
        found.push(Wrong { code: &code::SEALED_KEYS, message, help: again() });
    }
    if let Some(rotate) = secret.rotate {
        let days = i32::try_from(rotate.value.days()).unwrap_or(i32::MAX);
        let at = text_at(&["spec", "template", "metadata", "annotations", names::ROTATED_AT_ANNOTATION]);
        match at.map(day_of) {
            Some(Some(day)) if day.days_until(today) > days => {
                let message = format!(
                    "`{}` was changed {} days ago, and is due every {days}",
                    secret.name,
                    day.days_until(today)
                );
                found.push(Wrong { code: &code::SECRET_OVERDUE, message, help: again() });
            }
            Some(Some(_)) => {}
            Some(None) => {
                let message = format!("{file} says when it was made, but not as a date and time");
                let help = format!("write `{}: \"2026-11-21T09:00:00Z\"`", names::ROTATED_AT_ANNOTATION);
                found.push(Wrong { code: &code::SECRET_NO_DATE, message, help });
            }
            None => {
                let message = format!("{file} does not say when `{}` was changed", secret.name);
                found.push(Wrong { code: &code::SECRET_NO_DATE, message, help: again() });
            }
        }
    }
    found
}

fn scalar(document: &Document, at: At) -> Option<&str> {
    if let Kind::Scalar(text, _) = &document.node(at).kind { Some(text) } else { None }
}

/// The day of a date and time of RFC 3339, as Go's parser takes it: `2026-11-21T09:00:00Z`, `2026-11-21T09:00:00+01:00`.
fn day_of(text: &str) -> Option<Date> {
    let (day, time) = text.split_once('T')?;
    let digits = |text: &str, form: &str| {
        text.len() == form.len()
            && text
                .bytes()
                .zip(form.bytes())
                .all(|(b, f)| if f == b'0' { b.is_ascii_digit() } else { b == f })
    };
    let is_zone = |zone: &str| zone == "Z" || digits(zone, "+00:00") || digits(zone, "-00:00");
    let is_time =
        time.get(..8).is_some_and(|clock| digits(clock, "00:00:00")) && time.get(8..).is_some_and(is_zone);
    Date::parse(day).filter(|_| is_time)
}

fn sealed(context: &mut Context<'_>) {
    let Some(files) = context.files else { return };
    for place in places(context.plan) {
        for secret in place.secrets {
            let Some(path) = secret.file() else { continue };
            let Some(text) = files.get(path) else { continue };
            for Wrong { code, message, help } in wrong(context.plan, (secret, path), text, context.today) {
                let span = context.key(secret.at);
                context.report(Diagnostic::new(code, span, message).help(help));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_recognised_and_plain_values_are_not() {
        for secret in [
            "AKIAIOSFODNN7EXAMPLE",
            "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
            "postgresql://app:hunter2@db.example.com/app",
            "-----BEGIN RSA PRIVATE KEY-----\nMII",
            "--token=ghp_0123456789abcdef0123456789abcdef0123",
        ] {
            assert!(looks_like(secret).is_some(), "{secret}");
        }
        for plain in [
            "info",
            "https://api.example.com/v1",
            "redis://cache:6379/0",
            "/etc/platc/secrets/database-users/url",
            "AKIA",
            "Qwen/Qwen2.5-7B-Instruct",
            "amqp://guest@broker:5672",
        ] {
            assert_eq!(looks_like(plain), None, "{plain}");
        }
    }

    #[test]
    fn variables_that_hold_paths_or_limits_are_no_secrets() {
        for name in ["DB_PASSWORD", "API_TOKEN", "SESSION_SECRET"] {
            assert!(names_a_secret(name, "correcthorse"), "{name}");
        }
        for name in ["DB_PASSWORD_FILE", "MAX_TOKENS", "TOKEN_TTL", "LOG_LEVEL", "SECRET_NAME"] {
            assert!(!names_a_secret(name, "correcthorse"), "{name}");
        }
    }
}
