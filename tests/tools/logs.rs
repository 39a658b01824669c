//! Logs in Elasticsearch: a spec is rendered here, real tools look at it as at an example, and the job that tells
//! Elasticsearch about its streams runs against a stand-in for curl.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::argocd;
use crate::kubernetes::{self, Built};
use crate::secrets::rendered;
use crate::tool::{Verdict, run, text};

const NAME: &str = "elasticsearch";

/// Every object is accepted, lies in a namespace that is there, and is delivered once, by a project that permits it.
pub(crate) fn accepted() -> Verdict {
    let (_folder, project) = rendered(NAME);
    let built = kubernetes::build(&project)?;
    let mut problems = built.problems.clone();
    for kind in ["Elasticsearch", "Kibana", "Beat", "CronJob"] {
        if built.of(NAME, kind).next().is_none() {
            problems.push(format!("there is no {kind}, so nobody was asked about any"));
        }
    }
    problems.extend(kubernetes::owners(&built));
    problems.extend(kubernetes::namespaces(&built));
    problems.extend(argocd::holds_for_all(&project, &built, argocd::one_application));
    problems.extend(argocd::holds_for_all(&project, &built, argocd::least_rights));
    problems.extend(kubernetes::api_server(&built)?);
    problems.extend(kubernetes::second_opinion(&project, &built)?);
    Some(problems)
}

/// Stands in for curl: notes method, path and data of each request. What is asked for is not there.
const CURL: &str = r#"#!/usr/bin/env bash
data= method= url=
while [ $# -gt 0 ]; do
  case $1 in
    --request) method=$2; url=$3; shift 3 ;;
    --data) data=$2; shift 2 ;;
    --config) cat "$2" > config; shift 2 ;;
    *) shift ;;
  esac
done
printf '%s\0%s\0%s\0' "$method" "$url" "$data" >> requests
[ "$method" != GET ]
"#;

/// A request: its method, its path, and what it says.
type Request = (String, String, Value);

/// Runs the job of a cluster, and gives what it asks Elasticsearch to do.
fn requests(built: &Built, folder: &Path) -> Vec<Request> {
    let (_, map) = built
        .of(NAME, "ConfigMap")
        .find(|(_, map)| map["metadata"]["name"] == "logs-streams")
        .expect("the streams");
    let file = |key: &str| map["data"][key].as_str().expect("a file").to_owned();
    fs::write(folder.join("streams"), file("streams")).expect("streams");
    let script = file("apply.sh").replace("/streams/streams", "streams");
    fs::write(folder.join("apply.sh"), script).expect("a script");
    fs::write(folder.join("curl"), CURL).expect("curl");
    assert!(run(Command::new("chmod").args(["+x", "curl"]).current_dir(folder)).ok);
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let done = run(Command::new("bash").arg("apply.sh").current_dir(folder).envs([
        ("PATH", path.as_str()),
        ("URL", "https://store"),
        ("PASSWORD", "se'cret"),
        ("ROLES", "true"),
    ]));
    assert!(done.ok, "{}", done.said());
    assert!(!done.stdout.contains("se'cret"), "the password is printed");
    assert_eq!(text(&folder.join("config")), "user = \"elastic:se'cret\"\n");
    let said = text(&folder.join("requests"));
    let words: Vec<&str> = said.split('\0').collect();
    words
        .chunks_exact(3)
        .map(|request| {
            let path = request[1].strip_prefix("https://store/").expect("the store").to_owned();
            let data = if request[2].is_empty() {
                Value::Null
            } else {
                serde_json::from_str(request[2]).unwrap_or_else(|error| panic!("{path}: {error}"))
            };
            (request[0].to_owned(), path, data)
        })
        .collect()
}

/// The job gives each stream a template and a retention, and its readers a role that reads nothing else.
pub(crate) fn told() -> Verdict {
    let (_folder, project) = rendered(NAME);
    let built = kubernetes::build(&project)?;
    let folder = tempfile::tempdir().expect("a folder");
    let requests = requests(&built, folder.path());
    let said: BTreeMap<&str, &Value> = requests
        .iter()
        .filter(|(method, ..)| method == "PUT")
        .map(|(_, path, data)| (path.as_str(), data))
        .collect();
    let mut problems = Vec::new();
    let mut hold = |holds: bool, what: String| {
        if !holds {
            problems.push(what);
        }
    };
    for (stream, keep) in
        [("logs-pods-development", "336h"), ("logs-pods-production", "2160h"), ("logs-pods-platform", "336h")]
    {
        let of = |path: String| said.get(path.as_str()).copied().unwrap_or(&Value::Null);
        let template = of(format!("_index_template/{stream}"));
        hold(template["index_patterns"][0] == stream, format!("{stream}: the template is for {template}"));
        hold(template["data_stream"].is_object(), format!("{stream} is no data stream"));
        hold(template["template"]["lifecycle"]["data_retention"] == keep, format!("{stream}: {template}"));
        let lifecycle = of(format!("_data_stream/{stream}/_lifecycle"));
        hold(lifecycle["data_retention"] == keep, format!("{stream}: {lifecycle}"));
        hold(said.contains_key(format!("_data_stream/{stream}").as_str()), format!("{stream} is not made"));
        let settings = of(format!("{stream}/_settings"));
        hold(settings["index.lifecycle.prefer_ilm"] == false, format!("{stream}: {settings}"));
        let role = of(format!("_security/role/{stream}"));
        hold(
            role["indices"][0]["names"] == serde_json::json!([stream]),
            format!("{stream}: the role is {role}"),
        );
    }
    hold(said.len() == 15, format!("{} requests for three streams", said.len()));
    // Every stream that Filebeat writes is one that the job makes.
    for (_, beat) in built.of(NAME, "Beat") {
        for input in beat["spec"]["config"]["filebeat.inputs"].as_array().into_iter().flatten() {
            let index = input["index"].as_str().unwrap_or_default();
            hold(
                said.contains_key(format!("_data_stream/{index}").as_str()),
                format!("nobody makes {index}"),
            );
        }
    }
    // A template comes before the stream that it makes.
    let place = |path: &str| requests.iter().position(|(method, known, _)| method == "PUT" && known == path);
    hold(
        place("_index_template/logs-pods-production") < place("_data_stream/logs-pods-production"),
        "a stream is made before its template".to_owned(),
    );
    Some(problems)
}
