//! Secrets that are copied from a secret manager: a spec is rendered here, and real tools look at it as at an example.

use std::collections::BTreeSet;
use std::fs;

use platc::catalog::Date;
use platc::source::Source;
use platc::{Options, backend, compile};
use serde_json::Value;
use tempfile::TempDir;

use crate::argocd;
use crate::kubernetes::{self, Built};
use crate::tool::{Project, Verdict, repository, text};

const NAME: &str = "external-secrets";

/// A project with one example, a fixture of this name that is rendered here.
pub(crate) fn rendered(name: &str) -> (TempDir, Project) {
    let folder = tempfile::tempdir().expect("a folder");
    let example = folder.path().join("examples").join(name);
    let spec = text(&repository().join(format!("tests/fixtures/tools/{name}.yaml")));
    let today = Date::new(2026, 11, 21).expect("a date");
    let compilation = compile(&Source::new(name, &*spec), &Options { today, files: None });
    let errors: Vec<&str> = compilation
        .diagnostics
        .iter()
        .filter(|finding| finding.severity == platc::diag::Severity::Error)
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(errors, [""; 0]);
    for (path, file) in backend::emit(&compilation.plan.expect("a plan"), &[]).iter() {
        let target = example.join("rendered").join(path);
        fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
        fs::write(target, &*file.text()).expect("a file");
    }
    fs::write(example.join("platform.yaml"), spec).expect("the spec");
    let root = folder.path().to_path_buf();
    (folder, Project { root })
}

/// Every object is accepted, lies in a namespace that is there, and is delivered once, by a project that permits it.
pub(crate) fn copied() -> Verdict {
    let (_folder, project) = rendered(NAME);
    let built = kubernetes::build(&project)?;
    let mut problems = built.problems.clone();
    for kind in ["ExternalSecret", "ClusterSecretStore", "ValidatingAdmissionPolicy"] {
        if built.of(NAME, kind).next().is_none() {
            problems.push(format!("there is no {kind}, so nobody was asked about any"));
        }
    }
    problems.extend(kubernetes::owners(&built));
    problems.extend(kubernetes::namespaces(&built));
    problems.extend(argocd::holds_for_all(&project, &built, argocd::one_application));
    problems.extend(argocd::holds_for_all(&project, &built, argocd::least_rights));
    problems.extend(waited_for(&built));
    problems.extend(kubernetes::api_server(&built)?);
    problems.extend(kubernetes::second_opinion(&project, &built)?);
    Some(problems)
}

/// Each Secret that a pod names is made by an `ExternalSecret` of its namespace, with the keys that the pod reads.
fn waited_for(built: &Built) -> Vec<String> {
    let mut made: BTreeSet<(String, String)> = BTreeSet::new();
    for (_, object) in built.of(NAME, "ExternalSecret") {
        let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        made.insert((of(&object["metadata"]["namespace"]), of(&object["spec"]["target"]["name"])));
    }
    let mut problems = Vec::new();
    let mut seen = 0;
    for (overlay, deployment) in built.of(NAME, "Deployment") {
        let namespace = deployment["metadata"]["namespace"].as_str().unwrap_or_default();
        let volumes = deployment["spec"]["template"]["spec"]["volumes"].as_array();
        for name in volumes.into_iter().flatten().filter_map(|volume| volume["secret"]["secretName"].as_str())
        {
            seen += 1;
            if !made.contains(&(namespace.to_owned(), name.to_owned())) {
                problems.push(format!("{}: nobody makes the Secret {name} of {namespace}", overlay.path));
            }
        }
    }
    if seen == 0 {
        problems.push("no pod waits for a Secret".to_owned());
    }
    problems
}
