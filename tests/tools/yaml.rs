//! Two readers for every YAML file, and the JSON Schema with the examples that it must accept.

use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::tool::{Project, Verdict, is_yaml, python, run, text, tool};

/// The documents of a YAML 1.2 text as JSON; empty documents are left out.
pub(crate) fn documents(text: &str) -> Result<Vec<Value>, String> {
    let mut found = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = serde_yaml::Value::deserialize(document).map_err(|e| e.to_string())?;
        if !value.is_null() {
            found.push(to_json(value)?);
        }
    }
    Ok(found)
}

fn to_json(value: serde_yaml::Value) -> Result<Value, String> {
    Ok(match value {
        serde_yaml::Value::Sequence(items) => items.into_iter().map(to_json).collect::<Result<_, _>>()?,
        serde_yaml::Value::Mapping(map) => {
            let mut object = Map::new();
            for (key, value) in map {
                let key = key.as_str().map_or_else(|| format!("not a text: {key:?}"), str::to_owned);
                object.insert(key, to_json(value)?);
            }
            Value::Object(object)
        }
        serde_yaml::Value::Tagged(tagged) => return Err(format!("has the tag {}", tagged.tag)),
        plain => serde_json::to_value(plain).map_err(|e| e.to_string())?,
    })
}

/// A text that is equal for equal data, whatever the order of keys.
pub(crate) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut parts: Vec<_> =
                map.iter().map(|(key, value)| format!("{}:{}", json!(key), canonical(value))).collect();
            parts.sort();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

/// Prints, for every file named, one line of JSON: its documents as `PyYAML` (YAML 1.1) reads them, or an error.
const PYTHON_READER: &str = r#"
import json, sys, yaml
def plain(v):
    if isinstance(v, dict):
        return {k if isinstance(k, str) else f"not a text: {k!r}": plain(x) for k, x in v.items()}
    if isinstance(v, list):
        return [plain(x) for x in v]
    if v is None or isinstance(v, (str, bool, int)) or isinstance(v, float) and v - v == 0:
        return v
    return f"a {type(v).__name__}: {v}"
loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
for name in sys.argv[1:]:
    try:
        with open(name, "rb") as file:
            print(json.dumps([plain(d) for d in yaml.load_all(file, loader) if d is not None]))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        print(json.dumps(str(error)))
"#;

/// A reader of YAML 1.1 and one of YAML 1.2 take the same data from every rendered file.
pub(crate) fn two_readers(project: &Project) -> Verdict {
    let python = python()?;
    let mut problems = Vec::new();
    for example in project.examples() {
        // The templates of a Helm chart are no YAML before Helm has run.
        let files: Vec<PathBuf> =
            example.files().into_iter().filter(|file| is_yaml(file) && !in_chart(file)).collect();
        assert!(!files.is_empty(), "example {} has no YAML file", example.name);
        let done = run(Command::new(&python).args(["-c", PYTHON_READER]).args(&files));
        assert!(done.ok, "the Python reader: {}", done.said());
        assert_eq!(done.stdout.lines().count(), files.len(), "the Python reader skipped a file");
        for (file, line) in files.iter().zip(done.stdout.lines()) {
            let place = example.show(file);
            let theirs: Value = serde_json::from_str(line).expect("JSON from the Python reader");
            match documents(&text(file)) {
                Err(e) => problems.push(format!("{place}: YAML 1.2: {e}")),
                Ok(_) if theirs.is_string() => problems.push(format!("{place}: YAML 1.1: {theirs}")),
                Ok(ours) => {
                    if let Some(difference) = difference(&Value::Array(ours), &theirs, "") {
                        problems.push(format!("{place}: {difference}"));
                    }
                }
            }
        }
    }
    Some(problems)
}

/// Whether a file is a template of a Helm chart.
pub(crate) fn in_chart(file: &std::path::Path) -> bool {
    file.ancestors().skip(1).any(|dir| {
        dir.file_name().is_some_and(|name| name == "templates") && dir.with_file_name("Chart.yaml").is_file()
    })
}

/// The first place where two values differ.
fn difference(new: &Value, old: &Value, at: &str) -> Option<String> {
    match (new, old) {
        (Value::Object(a), Value::Object(b))
            if a.len() == b.len() && a.keys().all(|key| b.contains_key(key)) =>
        {
            a.iter().find_map(|(key, value)| difference(value, &b[key], &format!("{at}/{key}")))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(n, (a, b))| difference(a, b, &format!("{at}/{n}")))
        }
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => None,
        _ if new == old => None,
        _ => Some(format!("{at} is {new} for YAML 1.2 and {old} for YAML 1.1")),
    }
}

/// The schema obeys its own meta-schema.
pub(crate) fn schema(project: &Project) -> Verdict {
    let check = tool("check-jsonschema")?;
    let schema = project.root.join("schema/platform.schema.json");
    let done = run(Command::new(check).arg("--check-metaschema").arg(schema));
    Some(if done.ok { Vec::new() } else { vec![done.said()] })
}

/// Every example's spec is valid for the schema, as an editor would say.
pub(crate) fn specs(project: &Project) -> Verdict {
    let check = tool("check-jsonschema")?;
    let mut command = Command::new(check);
    command.arg("--schemafile").arg(project.root.join("schema/platform.schema.json"));
    let done = run(command.args(project.examples().iter().map(|example| &example.spec)));
    Some(if done.ok { Vec::new() } else { vec![done.said()] })
}
