//! The forms of scalars that a spec uses.

mod quantities;
mod slo;

pub use quantities::{Count, Flag, Port, ProviderId};
pub use slo::{Period, Query};

use super::decode::{Problem, Scalar, ScalarInfo};
use crate::catalog;
use crate::units::cron::Cron;

/// Defines a form that keeps its text.
macro_rules! text_form {
    ($(#[doc = $doc:literal])* $name:ident $title:literal $pattern:literal $json:tt, $read:expr) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
        pub struct $name(pub String);

        impl std::ops::Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl Scalar for $name {
            const INFO: ScalarInfo = ScalarInfo { name: $title, json: &$json, pattern: $pattern, range: None };
            const KEEPS_TEXT: bool = true;

            fn read(text: &str) -> Result<Self, Problem> {
                let read: fn(&str) -> Result<(), Problem> = $read;
                read(text).map(|()| Self(text.to_owned()))
            }
        }
    };
}

/// Whether a text is a DNS label that starts with a letter (RFC 1035), which Kubernetes, DNS and Terraform all take.
#[must_use]
pub fn is_label(text: &str) -> bool {
    text.len() <= 63
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Whether a text is a DNS name in lower case (RFC 1123), at most 253 characters.
#[must_use]
pub fn is_domain(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        })
}

fn label(text: &str) -> Result<(), Problem> {
    if is_label(text) {
        return Ok(());
    }
    let shown: String = text.chars().take(80).collect();
    let mended: String = text
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_ascii_lowercase() || letter.is_ascii_digit() { letter } else { '-' })
        .collect();
    let mended =
        mended.trim_matches('-').trim_start_matches(|first: char| first.is_ascii_digit() || first == '-');
    let problem = Problem::new(format!("`{shown}` is no name that Kubernetes, DNS and Terraform take"));
    let rule = "a name has at most 63 lower-case letters, digits and `-`, starts with a letter and does not end with `-`";
    Err(if is_label(mended) { problem.help(format!("{rule}: `{mended}`")) } else { problem.help(rule) })
}

/// Refuses what no free text may hold: control characters could break out of any output.
fn free_text(text: &str) -> Result<(), Problem> {
    match text.chars().find(|letter| letter.is_control() && !matches!(letter, '\n' | '\t')) {
        Some(control) => {
            Err(Problem::new(format!("a control character (U+{:04X}) in a text", u32::from(control)))
                .help("remove it: it is invisible in a review and can change what a terminal shows"))
        }
        None => Ok(()),
    }
}

fn one_line(text: &str) -> Result<(), Problem> {
    free_text(text)?;
    if text.trim().is_empty() {
        return Err(Problem::new("the text is empty").help("say it in a line, or leave the field out"));
    }
    if text.contains(['\n', '\t']) {
        return Err(Problem::new("a line break or tab in a text of one line").help("write it on one line"));
    }
    if text.chars().count() > 500 {
        return Err(Problem::new("the text has more than 500 characters").help("say it in one line"));
    }
    Ok(())
}

/// The form of IAM's ARNs: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.
fn principal_arn(text: &str) -> Result<(), Problem> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let is_one = matches!(&parts[..], ["arn", partition, "iam", "", account, principal]
    if partition.starts_with("aws")
        && matches_all(partition, |byte| byte.is_ascii_lowercase() || byte == b'-')
        && account.len() == 12
        && matches_all(account, |byte| byte.is_ascii_digit())
        && principal.strip_prefix("role/").or_else(|| principal.strip_prefix("user/")).is_some_and(|name| {
            matches_all(name, |byte| byte.is_ascii_alphanumeric() || b"+=,.@_/-".contains(&byte))
        }));
    if is_one {
        return Ok(());
    }
    let shown: String = text.chars().take(80).collect();
    Err(Problem::new(format!("`{shown}` is not the ARN of a role or user"))
        .help("such as `arn:aws:iam::123456789012:role/platform`"))
}

fn matches_all(text: &str, set: fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(set)
}

text_form!(
    /// The name of a thing: a DNS label that starts with a letter.
    Name "a name" "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$" ["string"], label
);
text_form!(
    /// The ARN of a role or user of AWS.
    PrincipalArn "the ARN of a role or user" "^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+$" ["string"], principal_arn
);
text_form!(
    /// Free text of one line, for people.
    Line "a line of text" "" ["string"], one_line
);
text_form!(
    /// Free text: the value of a variable, an argument.
    Text "a text" "" ["string", "number", "boolean"], free_text
);
text_form!(
    /// A text of any length in PromQL, which is read where its places are known.
    PromQl "an expression in PromQL" "" ["string", "number"], free_text
);
text_form!(
    /// The name of an alert.
    AlertName "an alert's name" "^[A-Z][A-Za-z0-9]{0,99}$" ["string"],
    |text| if text.len() <= 100 && text.starts_with(|first: char| first.is_ascii_uppercase()) && matches_all(text, |byte| byte.is_ascii_alphanumeric()) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no name of an alert")).help("capital letters begin its words, the subject first: `MailQueueLong`"))
    }
);
text_form!(
    /// The name of a label of a metric or an alert, besides those that platc writes itself.
    MetricLabel "a label's name" "^[a-zA-Z_][a-zA-Z0-9_]*$" ["string"],
    |text| if text.starts_with("__") || !matches_all(text, |byte| byte.is_ascii_alphanumeric() || byte == b'_') || text.starts_with(|first: char| first.is_ascii_digit()) {
        Err(Problem::new(format!("`{text}` is no name of a label")).help("letters, digits and `_`; those that begin with `__` belong to Prometheus"))
    } else if matches!(text, "alertname" | "environment" | "owner" | "service" | "severity" | "tier") {
        Err(Problem::new(format!("platc writes the label `{text}` itself")).help("`severity` and `service` are fields of the alert; the others follow from the platform"))
    } else { Ok(()) }
);
text_form!(
    /// A DNS name.
    Domain "a domain name" "^([a-z0-9]([-a-z0-9]*[a-z0-9])?\\.)+[a-z0-9]([-a-z0-9]*[a-z0-9])?$" ["string"],
    |text| if is_domain(text) && text.contains('.') { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no domain name")).help("a domain name has lower-case labels with dots between them, such as `example.com`"))
    }
);
text_form!(
    /// A host relative to the environment's domain: one or more DNS labels, or `@` for the domain itself.
    Host "a host name" "^(@|([a-z0-9]([-a-z0-9]*[a-z0-9])?\\.)*[a-z0-9]([-a-z0-9]*[a-z0-9])?)$" ["string"],
    |text| if text == "@" || is_domain(text) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no host name")).help("write the part before the environment's domain, such as `api`, or `@` for the domain itself"))
    }
);
text_form!(
    /// A container image with its tag or digest.
    Image "a container image" "^[a-z0-9][A-Za-z0-9._:/@-]*$" ["string"],
    |text| if is_image(text) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no image reference")).help("an image is `registry/path:tag` or `registry/path@sha256:...`, its path in lower case"))
    }
);
text_form!(
    /// The path of a repository of images, without its registry.
    ImageRepository "a repository of images" "^[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$" ["string"],
    |text| {
        let is_part = |part: &str| {
            matches_all(part, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte))
                && part.starts_with(|c: char| c.is_ascii_alphanumeric())
                && part.ends_with(|c: char| c.is_ascii_alphanumeric())
        };
        if (2..=200).contains(&text.len()) && text.split('/').all(is_part) { Ok(()) } else {
            Err(Problem::new(format!("`{text}` is no repository of images")).help("small letters and digits, with `.`, `_`, `-` and `/` between them, such as `aiaas/api`"))
        }
    }
);
text_form!(
    /// The name of an environment variable.
    Variable "an environment variable's name" "^[A-Za-z_][A-Za-z0-9_]*$" ["string"],
    |text| if matches_all(text, |byte| byte.is_ascii_alphanumeric() || byte == b'_') && !text.starts_with(|first: char| first.is_ascii_digit()) && text.len() <= 253 { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no name of an environment variable")).help("letters, digits and `_`, not starting with a digit"))
    }
);
text_form!(
    /// A path of HTTP requests.
    HttpPath "a path that starts with `/`" "^/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*$" ["string"],
    |text| if text.starts_with('/') && matches_all(text, |byte| byte.is_ascii_alphanumeric() || b"._~!$&'()*+,;=:@%/-".contains(&byte)) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no path of an HTTP request")).help("it starts with `/` and has no spaces or quotes"))
    }
);
text_form!(
    /// A path inside a container.
    MountPath "an absolute path" "^/[A-Za-z0-9._/-]+$" ["string"],
    |text| if text.len() > 1 && text.starts_with('/') && !text.split('/').any(|part| part == "..") && matches_all(text, |byte| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte)) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no absolute path in a container")).help("such as `/var/cache`"))
    }
);
text_form!(
    /// A relative path below the output or the spec's folder. May contain `{environment}`.
    RelativePath "a relative path" "^[A-Za-z0-9._{}-][A-Za-z0-9._{}/-]*$" ["string"],
    |text| if is_relative_path(text) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no relative path")).help("it stays inside its directory: no leading `/`, no `..`, letters, digits, `.`, `_` and `-` only"))
    }
);
text_form!(
    /// A web address.
    Url "a web address" "^https?://[^\\s\"<>\\\\^`{|}]+$" ["string"],
    |text| if is_url(text) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no web address")).help("such as `https://git.example.com/platform`"))
    }
);
text_form!(
    /// The address of a Git repository, by HTTPS or SSH.
    Repository "the address of a Git repository" "^(https://[^\\s@\"<>\\\\^`{|}?#]+|ssh://([A-Za-z0-9._-]+@)?[^\\s@\"<>\\\\^`{|}?#]+|[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^\\s@\"<>\\\\^`{|}?#]+)$" ["string"], repository
);
text_form!(
    /// A branch, tag or commit of a Git repository.
    Revision "a branch, tag or commit" "^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$" ["string"],
    |text| if text.len() <= 200 && text.starts_with(|first: char| first.is_ascii_alphanumeric()) && matches_all(text, |byte| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte)) && !text.contains("..") && !text.contains("//") && !text.ends_with(['/', '.']) && !text.split('/').any(|part| part.starts_with('.')) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no branch, tag or commit")).help("such as `main`, `v1.4.0` or a commit's hash"))
    }
);
text_form!(
    /// A directory inside a repository; `.` is its root.
    RepositoryPath "a directory inside the repository" "^(\\.|[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*)$" ["string"],
    |text| if text == "." || (is_relative_path(text) && !text.contains('{')) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no directory inside a repository")).help("`.` for its root, or a path without a leading `/` and without `..`, such as `platform/rendered`"))
    }
);
text_form!(
    /// A mail address.
    Email "a mail address" "^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}$" ["string"],
    |text| match text.split_once('@') {
        Some((local, domain)) if matches_all(local, |byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte)) && is_domain(&domain.to_lowercase()) && domain.contains('.') => Ok(()),
        _ => Err(Problem::new(format!("`{text}` is no mail address")).help("such as `ops@example.com`")),
    }
);
text_form!(
    /// A version, kept as it is written: `1.30` is not `1.3`.
    Version "a version" "^[0-9]+(\\.[0-9]+){0,3}$" ["string", "number"],
    |text| if text.len() <= 20 && text.split('.').count() <= 4 && text.split('.').all(|part| matches_all(part, |byte| byte.is_ascii_digit())) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no version")).help("numbers with dots between them, such as \"1.35\" or \"17\""))
    }
);
text_form!(
    /// An identifier of a provider: a machine class, a region.
    Identifier "an identifier" "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$" ["string"],
    |text| if text.len() <= 63 && text.starts_with(|first: char| first.is_ascii_alphanumeric()) && matches_all(text, |byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no identifier of a provider")).help("letters, digits, `.`, `_` and `-`"))
    }
);
text_form!(
    /// A parameter of a database or cache.
    Parameter "a parameter's name" "^[a-z][a-z0-9_.-]{0,127}$" ["string"],
    |text| if text.len() <= 128 && text.starts_with(|first: char| first.is_ascii_lowercase()) && matches_all(text, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.-".contains(&byte)) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no name of a parameter")).help("small letters, digits, `_`, `.` and `-`, such as `log_connections`"))
    }
);
text_form!(
    /// A reference to a thing of this spec: `kind/name`, `kind/name/part`, with `@environment` for another one.
    Reference "a reference" "^[A-Za-z]+/[a-z][-a-z0-9]*(/[a-z][-a-z0-9]*)?(@[a-z][-a-z0-9]*)?$" ["string"],
    |text| {
        let (path, environment) = text.split_once('@').map_or((text, None), |(path, environment)| (path, Some(environment)));
        let parts: Vec<&str> = path.split('/').collect();
        let good = (2..=3).contains(&parts.len())
            && matches_all(parts[0], |byte| byte.is_ascii_alphabetic())
            && parts[1..].iter().all(|part| is_label(part))
            && environment.is_none_or(is_label);
        if good { Ok(()) } else {
            Err(Problem::new(format!("`{text}` is no reference")).help("write `kind/name`, for example `databases/users`, or `services/vllm@system` for another environment"))
        }
    }
);
text_form!(
    /// When something runs: the five fields of cron.
    Schedule "a schedule" "^[^@ ]+( +[^ ]+){4}$" ["string"],
    |text| Cron::parse(text).map(|_| ()).map_err(|problem| Problem::new(problem.message).help(problem.help))
);
text_form!(
    /// A time zone by its name in the IANA database.
    TimeZone "a time zone" "^[A-Za-z][A-Za-z0-9_+/-]*$" ["string"],
    |text| if catalog::time_zones().binary_search(&text).is_ok() { Ok(()) } else {
        let near = catalog::nearest(text, catalog::time_zones().iter().copied(), 1);
        let help = near.first().map_or_else(|| "such as `Europe/Berlin`, or `Etc/UTC`".to_owned(), |near| format!("did you mean `{near}`?"));
        Err(Problem::new(format!("`{text}` is no time zone")).help(help))
    }
);
text_form!(
    /// The key of a Kubernetes label or taint.
    LabelKey "a label's key" "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$" ["string"],
    |text| {
        let (prefix, name) = text.split_once('/').map_or((None, text), |(prefix, name)| (Some(prefix), name));
        if prefix.is_none_or(is_domain) && is_label_value(name) && !name.is_empty() { Ok(()) } else {
            Err(Problem::new(format!("`{text}` is no key of a Kubernetes label")).help("at most 63 letters, digits, `-`, `_` and `.`, with an optional domain and `/` before them"))
        }
    }
);
text_form!(
    /// The value of a Kubernetes label.
    LabelValue "a label's value" "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$" ["string"],
    |text| if is_label_value(text) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no value of a Kubernetes label")).help("at most 63 letters, digits, `-`, `_` and `.`, starting and ending with a letter or digit"))
    }
);
text_form!(
    /// A taint without its key: `value:Effect`.
    Taint "a taint" "^[A-Za-z0-9._-]*:(NoSchedule|PreferNoSchedule|NoExecute)$" ["string"],
    |text| match text.split_once(':') {
        Some((value, "NoSchedule" | "PreferNoSchedule" | "NoExecute")) if is_label_value(value) => Ok(()),
        _ => Err(Problem::new(format!("`{text}` is no taint")).help("write `value:Effect` with the effect `NoSchedule`, `PreferNoSchedule` or `NoExecute`, for example `\"true:NoSchedule\"`")),
    }
);
text_form!(
    /// The slug of a check: `area/slug`.
    Slug "a check's code" "^[a-z0-9-]+/[a-z0-9-]+$" ["string"],
    |text| if text.split('/').count() == 2 && matches_all(text, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"/-".contains(&byte)) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no code of a check")).help("a code is `area/slug`, as every finding shows it"))
    }
);
text_form!(
    /// The version of a chart or of a manifest.
    ChartVersion "a version" "^v?[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.-]+)*$" ["string"],
    |text| if is_release(text) { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no version of a chart")).help("three numbers, for example `4.15.1`; ranges and tags that move would make the output depend on the day"))
    }
);
text_form!(
    /// A key of a Secret or `ConfigMap`.
    DataKey "a key" "^[-._A-Za-z0-9]+$" ["string"],
    |text| if text.len() <= 253 && matches_all(text, |byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)) && text != "." && text != ".." { Ok(()) } else {
        Err(Problem::new(format!("`{text}` is no key of a Secret")).help("letters, digits, `-`, `_` and `.`"))
    }
);
text_form!(
    /// A reference to a key of a secret of this spec: `secrets/<name>`, or `secrets/<name>/<key>`.
    SecretReference "a reference to a secret" "^secrets/[a-z]([-a-z0-9]{0,61}[a-z0-9])?(/[-._A-Za-z0-9]+)?$" ["string"],
    |text| if is_secret_reference(text) { Ok(()) } else {
        // The text may be the secret itself: it is not repeated.
        Err(Problem::new("this is no reference to a secret").help("declare it under `secrets` and write `secrets/<name>`, or `secrets/<name>/<key>` where it has several keys; never the value"))
    }
);
text_form!(
    /// A web address without anything secret in it, or a reference to the secret that holds it.
    Destination "a web address or a reference to a secret" "^(https?://[^\\s\"<>\\\\^`{|}]+|secrets/[a-z]([-a-z0-9]{0,61}[a-z0-9])?(/[-._A-Za-z0-9]+)?)$" ["string"],
    |text| if is_secret_reference(text) || is_url(text) { Ok(()) } else {
        Err(Problem::new("this is neither a web address nor a reference to a secret").help("such as `https://hooks.example.com/alerts`, or `secrets/<name>` where the address itself is secret"))
    }
);
text_form!(
    /// A host with a port.
    HostPort "a host and a port" "^([a-z0-9]([-a-z0-9]*[a-z0-9])?\\.)*[a-z0-9]([-a-z0-9]*[a-z0-9])?:[0-9]+$" ["string"],
    |text| match text.split_once(':') {
        Some((host, port)) if is_domain(host) && port.parse::<u16>().is_ok_and(|port| port > 0) => Ok(()),
        _ => Err(Problem::new(format!("`{text}` is no host with a port")).help("such as `\"smtp.example.com:587\"`")),
    }
);

/// Whether a text is `secrets/<name>` or `secrets/<name>/<key>`.
fn is_secret_reference(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("secrets/") else { return false };
    let (name, key) = rest.split_once('/').map_or((rest, None), |(name, key)| (name, Some(key)));
    is_label(name) && key.is_none_or(|key| DataKey::read(key).is_ok())
}

/// Whether a text is a value of a Kubernetes label.
#[must_use]
pub fn is_label_value(text: &str) -> bool {
    text.len() <= 63
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && !text.starts_with(['-', '_', '.'])
        && !text.ends_with(['-', '_', '.'])
}

/// Whether a text is a semantic version, perhaps with a `v` before it.
fn is_release(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (core, rest) = text.find(['-', '+']).map_or((text, ""), |at| text.split_at(at));
    let numbers: Vec<&str> = core.split('.').collect();
    numbers.len() == 3
        && numbers.iter().all(|number| matches_all(number, |byte| byte.is_ascii_digit()))
        && (rest.is_empty()
            || rest.len() > 1
                && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-+.".contains(&byte)))
        && text.len() <= 63
}

fn is_image(text: &str) -> bool {
    let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
    let digest_fits = digest.is_none_or(|digest| {
        digest
            .strip_prefix("sha256:")
            .is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
    });
    let last_slash = name.rfind('/').map_or(0, |slash| slash + 1);
    let (path, tag) = match name[last_slash..].find(':') {
        Some(colon) => (&name[..last_slash + colon], Some(&name[last_slash + colon + 1..])),
        None => (name, None),
    };
    let tag_fits = tag.is_none_or(|tag| {
        tag.len() <= 128
            && matches_all(tag, |byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
            && !tag.starts_with(['.', '-'])
    });
    let parts: Vec<&str> = path.split('/').collect();
    let path_fits = parts.iter().enumerate().all(|(index, part)| {
        let host = index == 0 && parts.len() > 1;
        !part.is_empty()
            && part.bytes().all(|byte| {
                byte.is_ascii_lowercase()
                    || byte.is_ascii_digit()
                    || b"._-".contains(&byte)
                    || (host && byte == b':')
            })
            && part.starts_with(|first: char| first.is_ascii_alphanumeric())
    });
    digest_fits && tag_fits && path_fits && text.len() <= 512
}

/// Whether a text is a path that stays below its directory.
#[must_use]
pub fn is_relative_path(text: &str) -> bool {
    matches_all(text, |byte| byte.is_ascii_alphanumeric() || b"._{}/-".contains(&byte))
        && !text.starts_with('/')
        && text.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
        && text.replace("{environment}", "").bytes().all(|byte| byte != b'{' && byte != b'}')
        && text.len() <= 200
}

fn is_url(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    is_domain(&name.to_lowercase())
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
        && text.len() <= 2000
}

/// Refuses what Git could not fetch, what is not encrypted, and above all what would put a password into every rendered
/// file. No message repeats the address, since it may hold one.
fn repository(text: &str) -> Result<(), Problem> {
    let help =
        "such as `https://git.example.com/shop/platform.git` or `git@git.example.com:shop/platform.git`";
    let malformed = || Problem::new("this is no address of a Git repository").help(help);
    if text.len() > 500
        || !matches_all(text, |byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}?#".contains(&byte))
    {
        return Err(malformed());
    }
    let (is_https, rest) = match text.split_once("://") {
        Some(("https", rest)) => (true, rest),
        Some(("ssh", rest)) => (false, rest),
        Some(("http" | "git", _)) => {
            return Err(Problem::new(
                "this address is not encrypted: whoever is on the way could change what the cluster runs",
            )
            .help(help));
        }
        Some(_) => return Err(malformed()),
        None => {
            // Git's short form of SSH: `user@host:path`.
            let parts = text.split_once('@').and_then(|(user, rest)| Some((user, rest.split_once(':')?)));
            let Some((user, (host, path))) = parts else { return Err(malformed()) };
            let fits = is_account(user) && is_domain(&host.to_lowercase()) && is_repository(path);
            return if fits { Ok(()) } else { Err(malformed()) };
        }
    };
    let (authority, path) = rest.split_once('/').ok_or_else(malformed)?;
    let (account, host) =
        authority.rsplit_once('@').map_or((None, authority), |(account, host)| (Some(account), host));
    if let Some(account) = account
        && (is_https || !is_account(account))
    {
        return Err(Problem::new("this address holds credentials, which would stand in Git and in every rendered file")
            .help("take out what stands before the `@`, change that password or token, and give Argo CD its own read-only key in a Secret with the label `argocd.argoproj.io/secret-type: repository`"));
    }
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let fits = is_domain(&name.to_lowercase())
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
        && is_repository(path);
    if fits { Ok(()) } else { Err(malformed()) }
}

fn is_account(text: &str) -> bool {
    matches_all(text, |byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn is_repository(path: &str) -> bool {
    let path = path.strip_prefix('/').unwrap_or(path);
    !path.is_empty()
        && !path.contains('@')
        && path.trim_end_matches('/').split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

text_form! {
    /// The object that a patch changes: `Deployment`, or `NetworkPolicy/api`.
    PatchTarget "the kind of an object, or `Kind/name`" "^[A-Z][A-Za-z0-9]*(/[a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$" ["string"], |text| {
        let (kind, name) = text.split_once('/').map_or((text, None), |(kind, name)| (kind, Some(name)));
        let is_kind = kind.starts_with(|first: char| first.is_ascii_uppercase())
            && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_name = |name: &str| {
            let is_end = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            let bytes = name.as_bytes();
            bytes.first().is_some_and(is_end)
                && bytes.last().is_some_and(is_end)
                && bytes.iter().all(|byte| is_end(byte) || matches!(byte, b'-' | b'.'))
        };
        if is_kind && name.is_none_or(is_name) {
            return Ok(());
        }
        let shown: String = text.chars().take(80).collect();
        Err(Problem::new(format!("`{shown}` names no object"))
            .help("a patch stands under the kind of its object, such as `Deployment`, or under kind and name, such as `NetworkPolicy/api`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_labels_that_every_system_takes() {
        for good in ["a", "api", "api-2", "a1"] {
            assert!(Name::read(good).is_ok(), "{good}");
        }
        for bad in ["", "Api", "1api", "api-", "-api", "a_b", "a.b", "ä", "a b", "a\u{7f}", &"a".repeat(64)]
        {
            assert!(Name::read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn images_need_a_form_that_registries_take() {
        for good in [
            "nginx",
            "nginx:1.27",
            "registry.example.com:5000/a/b:v1.2.3",
            "docker.io/vllm/vllm-openai:v0.11.0",
        ] {
            assert!(Image::read(good).is_ok(), "{good}");
        }
        let digest = format!("a/b@sha256:{}", "0".repeat(64));
        assert!(Image::read(&digest).is_ok());
        for bad in ["", "Nginx", "a//b", "a:b c", "a@sha256:12", "a b", "a\"b", "-a", "a/b:${x}"] {
            assert!(Image::read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn repositories_are_encrypted_and_without_credentials() {
        for good in [
            "https://git.example.com/aiaas/platform.git",
            "https://git.example.com:8443/aiaas/platform",
            "ssh://git@git.example.com:2222/aiaas/platform.git",
            "git@git.example.com:aiaas/platform.git",
        ] {
            assert!(Repository::read(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "git.example.com/aiaas/platform",
            "http://git.example.com/aiaas/platform",
            "file:///srv/platform",
            "https://git.example.com",
            "https://git.example.com/",
            "https://git.example.com/a/../b",
            "https://git.example.com/a b",
            "https://git.example.com:0/a",
            "https://token@git.example.com/aiaas/platform",
            "https://user:hunter2@git.example.com/aiaas/platform",
            "ssh://git:hunter2@git.example.com/aiaas/platform",
            "git:hunter2@git.example.com:aiaas/platform",
        ] {
            let problem = Repository::read(bad).err().unwrap_or_else(|| panic!("{bad} is taken"));
            assert!(!format!("{problem:?}").contains("hunter2"), "{bad}: the message repeats the password");
        }
    }

    #[test]
    fn paths_never_leave_their_directory() {
        for bad in ["/etc", "a/../b", "..", "a//b", "./a", "a/", "{env}", "a b", "", "a\\b"] {
            assert!(RelativePath::read(bad).is_err(), "{bad}");
        }
        for good in ["infra/terraform", "configs/kustomize/{environment}", ".platc"] {
            assert!(RelativePath::read(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn numbers_out_of_range_or_in_other_bases_are_refused() {
        for bad in ["0", "65536", "080", "8_080", "-1", "+80", "8e3", "99999999999999999999"] {
            assert!(Port::read(bad).is_err(), "{bad}");
        }
        assert_eq!(Port::read("8_080").err().and_then(|p| p.replacement).as_deref(), Some("8080"));
    }

    #[test]
    fn control_characters_are_refused_in_every_free_text() {
        for bad in ["a\u{1b}[31m", "a\u{7}", "a\u{0}", "a\u{85}"] {
            assert!(Line::read(bad).is_err());
            assert!(Text::read(bad).is_err());
        }
    }
}
