//! Argo CD's applications against the objects that the tree really makes: each object has one application, each
//! application finds its files, and its project lets it do what it does and nothing besides.
//!
//! There is no `argocd` on a package registry, so no test runs it; what it checks of its own is done here on data.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::kubernetes::{Built, identity};
use crate::meaning::plan_of;
use crate::tool::{Example, Project, files, is_yaml, text};
use crate::yaml;

/// What an example's tree says to Argo CD, and what there is to be delivered. A control changes it.
#[derive(Clone)]
pub(crate) struct State {
    example: String,
    repository: String,
    /// Applications and projects with their file, below the repository.
    pub(crate) objects: Vec<(String, Value)>,
    /// The objects of each directory that makes some, below the repository.
    pub(crate) made: BTreeMap<String, Vec<Value>>,
    /// Every file, below the repository.
    files: BTreeSet<String>,
    /// Sealed secrets that services wait for, below the repository, each with its namespace.
    sealed: Vec<(String, String)>,
}

impl State {
    fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.objects.iter().map(|(_, object)| object).filter(move |object| object["kind"] == kind)
    }
}

/// The state of every example that is delivered by Argo CD.
pub(crate) fn states(project: &Project, built: &Built) -> Vec<State> {
    project.examples().iter().filter_map(|example| state(example, built)).collect()
}

fn state(example: &Example, built: &Built) -> Option<State> {
    let plan = plan_of(example);
    let gitops = plan.delivery.gitops.as_ref()?;
    let mut state = State {
        example: example.name.clone(),
        repository: gitops.repository.value.clone(),
        objects: Vec::new(),
        made: BTreeMap::new(),
        files: BTreeSet::new(),
        sealed: Vec::new(),
    };
    for file in files(&example.rendered) {
        let path = file.strip_prefix(&example.rendered).expect("below its tree").display().to_string();
        let path = gitops.in_output(&path);
        if is_yaml(&file) && !yaml::in_chart(&file) {
            let documents = yaml::documents(&text(&file)).unwrap_or_else(|e| panic!("{path}: {e}"));
            // A manifest from the network is not looked at, but something is made there.
            let is_remote = |object: &Value| {
                texts(&object["resources"]).iter().any(|resource| resource.starts_with("https://"))
            };
            if file.ends_with("kustomization.yaml") && documents.iter().any(is_remote) {
                let directory = path.trim_end_matches("/kustomization.yaml").to_owned();
                state.made.entry(directory).or_default();
            }
            let of_argocd = documents.into_iter().filter(is_of_argocd);
            for object in of_argocd {
                let directory = path.rsplit_once('/').map_or(".", |(directory, _)| directory).to_owned();
                state.made.entry(directory).or_default().push(object.clone());
                state.objects.push((path.clone(), object));
            }
        }
        state.files.insert(path);
    }
    for overlay in built.overlays.iter().filter(|overlay| overlay.example == example.name) {
        state.made.insert(gitops.in_output(&overlay.path), overlay.objects.clone());
    }
    for environment in plan.environments.values() {
        let namespace = &environment.namespace.value;
        let files = environment.secrets.iter().filter_map(|secret| secret.file());
        let files = files.map(|file| gitops.in_folder(file));
        state.sealed.extend(files.map(|file| (file, namespace.clone())));
    }
    Some(state)
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

fn sources(application: &Value) -> Vec<&Value> {
    let spec = &application["spec"];
    spec["sources"].as_array().map_or_else(|| vec![&spec["source"]], |all| all.iter().collect())
}

/// Where the objects of a source stand in [`State::made`]: a directory, or the last values file of a chart of ours.
fn made_in(source: &Value) -> Option<&str> {
    let own = source["helm"]["valueFiles"].as_array().filter(|_| source["chart"].is_null());
    match own.and_then(|files| files.last()) {
        Some(file) => file.as_str().map(|file| file.trim_start_matches('/')),
        None => source["path"].as_str(),
    }
}

/// Every object and every sealed secret is delivered by exactly one application, from files that are there.
pub(crate) fn one_application(state: &State) -> Vec<String> {
    let mut problems = Vec::new();
    // Each cluster has its own Argo CD: the applications of a cluster are below its directory.
    let mut owners: BTreeMap<String, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    let mut sealed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (file, application) in state.objects.iter().filter(|(_, object)| object["kind"] == "Application") {
        let who = name(application);
        let cluster = cluster_of(file);
        for source in sources(application) {
            if let Some(include) = source["directory"]["include"].as_str() {
                let folder = source["path"].as_str().unwrap_or_default();
                let (start, end) = include.split_once('*').unwrap_or((include, ""));
                let start = if folder == "." { start.to_owned() } else { format!("{folder}/{start}") };
                for (file, namespace) in &state.sealed {
                    if file.starts_with(&start) && file.ends_with(end) {
                        sealed.entry(file).or_default().push(who);
                        if application["spec"]["destination"]["namespace"] != namespace.as_str() {
                            problems
                                .push(format!("{who} brings {file} into another namespace than {namespace}"));
                        }
                    }
                }
            } else if let Some(path) = made_in(source) {
                match state.made.get(path) {
                    Some(objects) => objects.iter().for_each(|object| {
                        owners.entry(identity(object)).or_default().entry(cluster).or_default().push(who);
                    }),
                    None => problems.push(format!("{who}: nothing is made in {path}")),
                }
            }
            for file in texts(&source["helm"]["valueFiles"]) {
                let file = file.trim_start_matches("$values/").trim_start_matches('/');
                if !state.files.contains(file) {
                    problems.push(format!("{who}: there is no {file}"));
                }
            }
        }
    }
    for object in state.made.values().flatten() {
        match owners.get(&identity(object)) {
            None => problems.push(format!("no application delivers {}", identity(object))),
            Some(clusters) => {
                for several in clusters.values().filter(|several| several.len() > 1) {
                    problems.push(format!("{} is delivered by {}", identity(object), several.join(" and ")));
                }
            }
        }
    }
    for (file, _) in &state.sealed {
        match sealed.get(file.as_str()).map_or(0, Vec::len) {
            1 => {}
            number => problems.push(format!("{file} is delivered by {number} applications")),
        }
    }
    problems.dedup();
    problems.iter().map(|problem| format!("{}: {problem}", state.example)).collect()
}

/// The cluster whose Argo CD reads a file: the directory below that of Argo CD.
fn cluster_of(file: &str) -> &str {
    let mut parts = file.split('/').skip_while(|part| *part != "argocd");
    parts.nth(1).unwrap_or_default()
}

/// Every project permits what its applications bring, and no repository, namespace or cluster-wide object besides.
pub(crate) fn least_rights(state: &State) -> Vec<String> {
    let mut problems = Vec::new();
    let projects: BTreeMap<&str, &Value> =
        state.of_kind("AppProject").map(|project| (name(project), &project["spec"])).collect();
    let mut used: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for application in state.of_kind("Application") {
        let who = name(application);
        let key = application["spec"]["project"].as_str().unwrap_or_default();
        let Some(project) = projects.get(key) else {
            problems.push(format!("{who}: there is no project {key}"));
            continue;
        };
        let (repositories, namespaces) = used.entry(key).or_default();
        for source in sources(application) {
            let repository = source["repoURL"].as_str().unwrap_or_default();
            repositories.insert(repository);
            if source["chart"].is_null() && repository != state.repository {
                problems.push(format!("{who} comes from {repository}"));
            }
        }
        let destination = &application["spec"]["destination"];
        let namespace = destination["namespace"].as_str().unwrap_or_default();
        namespaces.insert(namespace);
        let may_go = |namespace: &str| {
            let all = project["destinations"].as_array().into_iter().flatten();
            all.clone().any(|to| to["server"] == destination["server"] && to["namespace"] == namespace)
        };
        if !may_go(namespace) {
            problems.push(format!("{key} does not let {who} go to {namespace}"));
        }
        let paths = sources(application).into_iter().filter_map(made_in);
        for object in paths.filter_map(|path| state.made.get(path)).flatten() {
            let (group, kind) = group_kind(object);
            let is = |list: &Value, name: Option<&str>| {
                list.as_array().into_iter().flatten().any(|one| {
                    (one["group"] == group || one["group"] == "*")
                        && (one["kind"] == kind || one["kind"] == "*")
                        && (one["name"].is_null() || one["name"].as_str() == name)
                })
            };
            let permitted = match object["metadata"]["namespace"].as_str() {
                None => is(&project["clusterResourceWhitelist"], Some(name(object))),
                Some(namespace) => {
                    may_go(namespace)
                        && (project["namespaceResourceWhitelist"].is_null()
                            || is(&project["namespaceResourceWhitelist"], None))
                        && !is(&project["namespaceResourceBlacklist"], None)
                }
            };
            if !permitted {
                problems.push(format!("{key} does not let {who} bring {}", identity(object)));
            }
        }
    }
    for (key, project) in projects {
        let (repositories, namespaces) = used.remove(key).unwrap_or_default();
        let listed: BTreeSet<&str> = texts(&project["sourceRepos"]).into_iter().collect();
        if !repositories.is_subset(&listed) {
            problems.push(format!("{key} does not let its applications come from {repositories:?}"));
        }
        // What a project of charts may make, and where, cannot be read from the tree: their templates are elsewhere.
        let has_charts = project["clusterResourceWhitelist"][0]["kind"] == "*";
        let spare: Vec<&&str> = listed.difference(&repositories).collect();
        let is_known = has_charts && spare == [&state.repository.as_str()];
        if !spare.is_empty() && !is_known {
            problems.push(format!("{key} lets come from {spare:?}, which no application does"));
        }
        for to in project["destinations"].as_array().into_iter().flatten() {
            let namespace = to["namespace"].as_str().unwrap_or_default();
            if !has_charts && !namespaces.contains(namespace) {
                problems.push(format!("{key} lets go to {namespace}, where no application goes"));
            }
        }
    }
    problems.dedup();
    problems.iter().map(|problem| format!("{}: {problem}", state.example)).collect()
}

/// Whether Argo CD itself reads the object. Argo Rollouts has kinds of the same group.
fn is_of_argocd(object: &Value) -> bool {
    object["apiVersion"] == "argoproj.io/v1alpha1"
        && ["Application", "ApplicationSet", "AppProject"].iter().any(|kind| object["kind"] == *kind)
}

fn group_kind(object: &Value) -> (&str, &str) {
    let version = object["apiVersion"].as_str().unwrap_or_default();
    let group = version.rsplit_once('/').map_or("", |(group, _)| group);
    (group, object["kind"].as_str().unwrap_or_default())
}

/// A check of every example that Argo CD delivers; there is one at least.
pub(crate) fn holds_for_all(
    project: &Project,
    built: &Built,
    check: fn(&State) -> Vec<String>,
) -> Vec<String> {
    let states = states(project, built);
    assert!(!states.is_empty(), "no example is delivered by Argo CD: there is nothing to check");
    states.iter().flat_map(check).collect()
}

/// Argo CD's own objects, as if they had been built: the API server takes them like any others.
pub(crate) fn as_built(project: &Project) -> Built {
    let mut built = Built { overlays: Vec::new(), problems: Vec::new() };
    for example in project.examples() {
        for file in files(&example.rendered).into_iter().filter(|file| is_yaml(file) && !yaml::in_chart(file))
        {
            let content = text(&file);
            let objects =
                yaml::documents(&content).unwrap_or_else(|e| panic!("{}: {e}", example.show(&file)));
            if objects.iter().any(is_of_argocd) {
                let path =
                    file.strip_prefix(&example.rendered).expect("below its tree").display().to_string();
                built.add(&example.name, path, objects, content);
            }
        }
    }
    assert!(!built.overlays.is_empty(), "no example has objects of Argo CD: there is nothing to check");
    built
}

/// The checks find what they are for.
#[test]
fn each_check_of_the_applications_finds_its_fault() {
    let Some(built) = crate::kubernetes::built() else { return };
    let states = states(crate::tool::project(), built);
    let good = states.first().expect("an example with Argo CD");
    let control = |check: fn(&State) -> Vec<String>, words: &str, fault: &dyn Fn(&mut State)| {
        assert_eq!(check(good), [""; 0]);
        let mut bad = good.clone();
        fault(&mut bad);
        let found = check(&bad);
        assert!(found.iter().any(|problem| problem.contains(words)), "nothing says {words:?}: {found:#?}");
    };
    let service = |state: &State| {
        state
            .objects
            .iter()
            .position(|(_, object)| name(object).ends_with("-production-api-router"))
            .expect("it")
    };
    control(one_application, "no application delivers", &|state| {
        let index = service(state);
        state.objects.remove(index);
    });
    control(one_application, "is delivered by", &|state| {
        let mut twice = state.objects[service(state)].clone();
        twice.1["metadata"]["name"] = "again".into();
        state.objects.push(twice);
    });
    control(one_application, "nothing is made in", &|state| {
        let index = service(state);
        state.objects[index].1["spec"]["source"] = serde_json::json!({"path": "nowhere"});
    });
    control(one_application, "is delivered by 0 applications", &|state| {
        state.objects.retain(|(_, object)| !name(object).ends_with("-production-secrets"));
    });
    control(least_rights, "there is no project", &|state| {
        state
            .objects
            .retain(|(_, object)| object["kind"] != "AppProject" || !name(object).ends_with("-production"));
    });
    control(least_rights, "does not let", &|state| {
        let index = service(state);
        state.objects[index].1["spec"]["destination"]["namespace"] = "kube-system".into();
    });
    control(least_rights, "where no application goes", &|state| {
        for (_, object) in &mut state.objects {
            if let Some(to) = object["spec"]["destinations"].as_array_mut() {
                let server = to[0]["server"].clone();
                to.push(serde_json::json!({"server": server, "namespace": "kube-system"}));
            }
        }
    });
    control(least_rights, "which no application does", &|state| {
        for (_, object) in &mut state.objects {
            if let Some(from) = object["spec"]["sourceRepos"].as_array_mut() {
                from.push("https://git.example.com/somebody/else.git".into());
            }
        }
    });
    control(least_rights, "ClusterRole", &|state| {
        for objects in state.made.values_mut() {
            objects.push(serde_json::json!({
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "all"},
            }));
        }
    });
}
