//! The example with something broken: whatever it is, compiling ends with findings that point into the text, and the
//! schema agrees about shapes.

use proptest::prelude::*;
use serde_json::{Map, Value as Json};

use platc::catalog::Date;
use platc::model::schema;
use platc::source::{At, Source};
use platc::{Options, diag::Sink, syntax};

use crate::fixture::TODAY;
use crate::hostile::HOSTILE;
use crate::shapes;

/// What is done to one place.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Remove,
    Rename(String),
    Put(Json),
    Twice,
}

/// Scalars that some forms take and others do not.
const SCALARS: [&str; 47] = [
    "",
    "a",
    "A",
    "a-",
    "a_b",
    "1",
    "-1",
    "+1",
    "0",
    "100000",
    "100001",
    "99999999999",
    "18446744073709551616",
    "1e9",
    "0.5",
    "1.50",
    "1.2345",
    "1.2.3.4.5",
    "10%",
    "1001%",
    "1Gi",
    "512m",
    "512mb",
    "30s",
    "1d1h",
    "1h1d",
    "99w",
    "999w",
    "development",
    "services/api-router",
    "a/b/c/d",
    "@",
    "/",
    "/a b",
    "/a/../b",
    "a.b",
    "a..b",
    "10.0.0.0/8",
    "10.0.0.1/8",
    "10.0.0.0/99",
    "2027-02-28",
    "2027-02-30",
    "https://a b",
    "https://example.com:99999/x",
    "a@b.example",
    "999999999999Ti",
    "18446744073709551615m",
];

fn values() -> impl Strategy<Value = Json> {
    let texts = SCALARS.into_iter().chain(HOSTILE).map(Json::from).collect::<Vec<_>>();
    prop_oneof![
        4 => proptest::sample::select(texts),
        1 => Just(Json::Null),
        1 => any::<bool>().prop_map(Json::from),
        2 => prop_oneof![
            Just(0i64),
            Just(-1),
            Just(1),
            Just(70_000),
            Just(100_000),
            Just(4_294_967_296),
            any::<i64>()
        ]
        .prop_map(Json::from),
        1 => Just(Json::Array(Vec::new())),
        1 => Just(serde_json::json!([null, "a", {"b": 1}])),
        1 => Just(Json::Object(Map::new())),
        1 => Just(serde_json::json!({"a": {"b": "c"}})),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        2 => Just(Change::Remove),
        1 => proptest::sample::select(vec!["overrides", "environments", "type", "nmae", "a b", "${x}", "", "<<", "9", "ü"])
            .prop_map(|key| Change::Rename(key.to_owned())),
        6 => values().prop_map(Change::Put),
        1 => Just(Change::Twice),
    ]
}

/// Every place of a value, as a JSON pointer.
fn places(value: &Json, here: String, found: &mut Vec<String>) {
    let mut below = |key: &str, value: &Json| {
        let escaped = key.replace('~', "~0").replace('/', "~1");
        places(value, format!("{here}/{escaped}"), found);
    };
    match value {
        Json::Object(entries) => entries.iter().for_each(|(key, value)| below(key, value)),
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| below(&index.to_string(), item));
        }
        _ => {}
    }
    if !here.is_empty() {
        found.push(here);
    }
}

fn apply(root: &mut Json, place: &str, change: &Change) {
    let Some((parent, key)) = place.rsplit_once('/') else { return };
    let key = key.replace("~1", "/").replace("~0", "~");
    match root.pointer_mut(parent) {
        Some(Json::Object(entries)) => match change {
            Change::Remove => {
                entries.shift_remove(&key);
            }
            Change::Rename(new) => {
                if let Some(value) = entries.shift_remove(&key) {
                    entries.insert(new.clone(), value);
                }
            }
            Change::Put(value) => {
                entries.insert(key, value.clone());
            }
            Change::Twice => {
                if let Some(value) = entries.get(&key).cloned() {
                    entries.insert(format!("{key}-2"), value);
                }
            }
        },
        Some(Json::Array(items)) => {
            let Ok(index) = key.parse::<usize>() else { return };
            match change {
                Change::Remove if index < items.len() => {
                    items.remove(index);
                }
                Change::Put(value) if index < items.len() => items[index] = value.clone(),
                Change::Twice if index < items.len() => items.push(items[index].clone()),
                _ => {}
            }
        }
        _ => {}
    }
}

fn example() -> Json {
    let text = std::fs::read_to_string("examples/aiaas/platform.yaml").expect("the example");
    let source = Source::new("aiaas", text);
    let document = syntax::parse(&source, &mut Sink::new()).expect("YAML");
    schema::to_json(&document, At::ROOT)
}

/// Compiles a text and says what must never happen.
fn problems(text: String) -> Vec<String> {
    let source = Source::new("mutated", text);
    let today = Date::parse(TODAY).expect("a date");
    let compilation = platc::compile(&source, &Options { today, files: None });
    let mut problems = shapes::faults(&source, &compilation.diagnostics);
    problems.extend(shapes::disagreement(&source));
    if compilation.plan.is_none() && !compilation.has_errors() {
        problems.push("neither a plan nor an error".to_owned());
    }
    problems
}

fn with_change(spec: &Json, place: usize, change: &Change) -> (String, String) {
    let mut found = Vec::new();
    places(spec, String::new(), &mut found);
    let place = found[place % found.len()].clone();
    let mut spec = spec.clone();
    apply(&mut spec, &place, change);
    // JSON is YAML, in the flow style.
    (place, format!("{spec:#}\n"))
}

/// Each place of the example once with each of some values, deterministically.
pub(crate) fn each_place_with_each_kind_of_value() -> Vec<String> {
    let spec = example();
    let mut all = Vec::new();
    places(&spec, String::new(), &mut all);
    let kinds = [
        Change::Remove,
        Change::Put(Json::Null),
        Change::Put(Json::from(7)),
        Change::Put(Json::from("${x}")),
        Change::Put(Json::from("x")),
        Change::Put(serde_json::json!([])),
        Change::Put(serde_json::json!({})),
    ];
    let mut found = Vec::new();
    for (index, place) in all.iter().enumerate() {
        for change in &kinds {
            let (_, text) = with_change(&spec, index, change);
            found.extend(problems(text).into_iter().map(|problem| format!("{place} {change:?}: {problem}")));
        }
    }
    found
}

/// Each field of the example with each scalar, as text and, where it is a number, as a number.
pub(crate) fn each_field_with_each_scalar() -> Vec<String> {
    let spec = example();
    let mut all = Vec::new();
    places(&spec, String::new(), &mut all);
    let is_scalar =
        |place: &&String| spec.pointer(place).is_some_and(|value| !value.is_object() && !value.is_array());
    // One place for each name of a field: a field has one form wherever it stands.
    let mut fields: Vec<&String> = all.iter().filter(is_scalar).collect();
    let name = |place: &str| {
        place
            .rsplit(|sign: char| sign == '/' || sign.is_ascii_digit())
            .find(|step| !step.is_empty())
            .map(str::to_owned)
    };
    let mut seen = std::collections::BTreeSet::new();
    fields.retain(|place| seen.insert(name(place)));
    assert!(fields.len() > 60, "{} fields", fields.len());
    let mut found = Vec::new();
    let mut refused = 0;
    for place in fields {
        for scalar in SCALARS {
            let number: Option<Json> = serde_json::from_str(scalar).ok();
            for value in [Some(Json::from(scalar)), number].into_iter().flatten() {
                let mut spec = spec.clone();
                let change = Change::Put(value);
                apply(&mut spec, place, &change);
                let source = Source::new("mutated", format!("{spec:#}\n"));
                let shapes = shapes::both(&source).expect("YAML");
                refused += usize::from(!shapes.schema.is_empty());
                let problem = shapes::difference(&shapes);
                found.extend(problem.map(|problem| format!("{place} {change:?}: {problem}")));
            }
        }
    }
    assert!(refused > 1000, "only {refused} were refused");
    found
}

/// That each difference between schema and decoder that is excused is one.
pub(crate) fn each_excuse_has_a_witness() -> Vec<String> {
    let mut problems = Vec::new();
    let mut check = |message: &str, text: String| {
        let shapes = shapes::both(&Source::new("witness", text)).expect("YAML");
        if !shapes.schema.is_empty()
            || !shapes.decoder.iter().any(|finding| finding.message.contains(message))
        {
            let found: Vec<&String> = shapes.decoder.iter().map(|finding| &finding.message).collect();
            problems.push(format!("{message}: {found:?} {:?}", shapes.schema));
        }
    };
    for beyond in &shapes::BEYOND {
        let (place, value) = beyond.witness;
        let value = match value {
            "LONG" => Json::from("x".repeat(501)),
            other => {
                let text = other.replace("LABEL", &"a".repeat(64)).replace("LONG", &"A".repeat(300));
                serde_json::from_str(&text).expect("JSON")
            }
        };
        let mut spec = example();
        apply(&mut spec, place, &Change::Put(value));
        check(beyond.message, format!("{spec:#}\n"));
    }
    let text = std::fs::read_to_string("examples/aiaas/platform.yaml").expect("the example");
    for (message, port) in shapes::LOST_IN_JSON {
        check(message, text.replacen("port: 8080", &format!("port: {port}"), 1));
    }
    problems
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(100),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_is_changed_the_findings_point_into_the_text_and_the_schema_agrees(
        changes in proptest::collection::vec((any::<usize>(), change()), 1..4),
    ) {
        let mut text = String::new();
        let mut spec = example();
        let mut done = Vec::new();
        for (place, change) in &changes {
            let (place, changed) = with_change(&spec, *place, change);
            spec = serde_json::from_str(&changed).expect("JSON");
            text = changed;
            done.push((place, change));
            if matches!(&spec, Json::Object(entries) if entries.is_empty()) {
                break;
            }
        }
        let problems = problems(text);
        prop_assert!(problems.is_empty(), "{done:?}: {problems:#?}");
    }

    #[test]
    fn a_text_with_a_piece_cut_out_or_put_in_never_panics(
        start in any::<proptest::sample::Index>(),
        length in 0usize..40,
        piece in proptest::sample::select(HOSTILE.to_vec()),
        cut in any::<bool>(),
    ) {
        let mut text = std::fs::read_to_string("examples/aiaas/platform.yaml").expect("the example");
        let mut start = start.index(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        if cut {
            let mut end = (start + length).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            text.replace_range(start..end, "");
        } else {
            text.insert_str(start, piece);
        }
        let source = Source::new("cut", text);
        let today = Date::parse(TODAY).expect("a date");
        let compilation = platc::compile(&source, &Options { today, files: None });
        let faults = shapes::faults(&source, &compilation.diagnostics);
        prop_assert!(faults.is_empty(), "{faults:?}");
    }
}
