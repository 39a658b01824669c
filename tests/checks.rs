//! The proof that every code fires where it must and is silent where it must be: annotated specs in
//! `tests/fixtures/<area>/<slug>/`, `bad*.yaml` with the finding and `good*.yaml` without.
//!
//! `PLATC_UPDATE=1 cargo test --test checks` writes the annotations of those fixtures that differ; read them before
//! they are committed.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of a test ends the test with a message; Clippy exempts only the test functions themselves"
)]

#[path = "checks/fixture.rs"]
mod fixture;
#[path = "checks/hostile.rs"]
mod hostile;
#[path = "checks/mutation.rs"]
mod mutation;
#[path = "checks/shapes.rs"]
mod shapes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fixture::{Fixture, TODAY};
use platc::diag::code::{self, CODES, Code};
use platc::diag::render::human_one;
use platc::diag::{Diagnostic, Severity};
use platc::inputs::{decode, read_spec};
use platc::plan::Scale;
use platc::source::Source;

const ROOT: &str = "tests/fixtures";

/// Codes that no text of a fixture can give, and why.
const WITHOUT_FIXTURE: [(&str, &str); 4] = [
    ("document/unreadable", "it is about the file, before there is a text"),
    ("document/not-utf-8", "it is about the bytes, before there is a text"),
    ("document/control-character", "the bytes are checked before there is a text"),
    ("document/too-large", "a fixture of 32 MiB or a million values; a test of its own makes them"),
];

/// Directories of other tests, and the traps.
const OTHER_AREAS: [&str; 3] = ["promql", "tools", "traps"];

fn entries(directory: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(directory)
        .unwrap_or_else(|error| panic!("{}: {error}", directory.display()))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    found.sort();
    found
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// Every fixture with the slug of its directory, and the traps with none.
fn fixtures() -> Vec<(Option<String>, Fixture)> {
    let mut found = Vec::new();
    for area in entries(Path::new(ROOT)) {
        if OTHER_AREAS.contains(&name(&area)) {
            continue;
        }
        for slug in entries(&area) {
            for file in entries(&slug) {
                found.push((Some(format!("{}/{}", name(&area), name(&slug))), Fixture::read(&file)));
            }
        }
    }
    for file in entries(&Path::new(ROOT).join("traps")) {
        found.push((None, Fixture::read(&file)));
    }
    found
}

fn holds(problems: &[String]) {
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn every_finding_of_a_fixture_is_annotated_and_every_annotation_is_found() {
    let update = std::env::var_os("PLATC_UPDATE").is_some();
    let mut problems = Vec::new();
    for (_, fixture) in fixtures() {
        let differences = fixture.differences(&fixture.compile().diagnostics);
        if update && !differences.is_empty() {
            // The annotations move the lines, not the findings: comments are no values.
            fixture.annotate(&fixture.compile().diagnostics);
            let written = Fixture::read(&fixture.path);
            problems.extend(written.differences(&written.compile().diagnostics));
        } else {
            problems.extend(differences);
        }
    }
    holds(&problems);
}

#[test]
fn every_code_has_a_bad_and_a_good_fixture() {
    let all = fixtures();
    let mut problems = Vec::new();
    for code in CODES {
        if WITHOUT_FIXTURE.iter().any(|(slug, _)| *slug == code.slug) {
            continue;
        }
        for kind in ["bad", "good"] {
            let has = |(slug, fixture): &(Option<String>, Fixture)| {
                slug.as_deref() == Some(code.slug) && name(&fixture.path).starts_with(kind)
            };
            if !all.iter().any(has) {
                problems.push(format!("{} has no {kind}.yaml", code.slug));
            }
        }
    }
    holds(&problems);
}

#[test]
fn bad_fixtures_show_their_code_and_good_ones_nothing_of_it_and_no_error() {
    let mut problems = Vec::new();
    for (slug, fixture) in fixtures() {
        let Some(slug) = slug else { continue };
        let found = fixture.compile().diagnostics;
        let fires = found.iter().any(|finding| finding.code.slug == slug);
        let file = fixture.path.display();
        match name(&fixture.path) {
            bad if bad.starts_with("bad") && !fires => problems.push(format!("{file} does not show {slug}")),
            good if good.starts_with("good") && fires => problems.push(format!("{file} shows {slug}")),
            good if good.starts_with("good") => {
                let errors = found.iter().filter(|finding| finding.severity == Severity::Error);
                problems.extend(
                    errors.map(|finding| format!("{file}: {}: {}", finding.code.slug, finding.message)),
                );
            }
            _ => {}
        }
    }
    holds(&problems);
}

#[test]
fn no_fixture_is_forgotten() {
    let mut problems = Vec::new();
    for area in entries(Path::new(ROOT)) {
        if OTHER_AREAS.contains(&name(&area)) {
            continue;
        }
        for directory in entries(&area) {
            let slug = format!("{}/{}", name(&area), name(&directory));
            if code::find(&slug).is_none() {
                problems.push(format!("{slug} is the directory of no code"));
            }
            for file in entries(&directory) {
                let name = name(&file);
                let known = ["bad", "good"].iter().any(|kind| {
                    name.strip_prefix(kind).is_some_and(|rest| rest.starts_with('-') || rest == ".yaml")
                });
                if !known || file.extension().is_none_or(|end| end != "yaml") {
                    problems.push(format!("{} is neither bad nor good", file.display()));
                }
            }
        }
    }
    for (slug, reason) in WITHOUT_FIXTURE {
        assert!(code::find(slug).is_some(), "{slug} is no code any more");
        assert!(!reason.is_empty());
    }
    holds(&problems);
}

#[test]
fn fixtures_whose_findings_depend_on_the_date_say_so() {
    let mut problems = Vec::new();
    for (_, fixture) in fixtures() {
        let slugs = |found: Vec<Diagnostic>| -> Vec<(&str, String)> {
            found.into_iter().map(|finding| (finding.code.slug, finding.message)).collect()
        };
        let differs =
            slugs(fixture.compile_on("2020-01-01").diagnostics) != slugs(fixture.compile().diagnostics);
        if differs != fixture.depends_on_the_date() {
            problems.push(format!(
                "{}: `# today: ...` belongs there if, and only if, the date matters",
                fixture.path.display()
            ));
        }
    }
    holds(&problems);
}

#[test]
fn an_edit_mends_its_finding() {
    let mut problems = Vec::new();
    let mut edits = 0;
    for (_, fixture) in fixtures() {
        let found = fixture.compile().diagnostics;
        let errors = |found: &[Diagnostic]| found.iter().filter(|f| f.severity == Severity::Error).count();
        for finding in &found {
            let Some(edit) = &finding.edit else { continue };
            edits += 1;
            let mut text = fixture.source.text.clone();
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
            let mended = fixture.compile_text(&Source::new("mended", text), TODAY).diagnostics;
            let again = mended
                .iter()
                .any(|new| new.code == finding.code && new.primary.span.start == finding.primary.span.start);
            // A shape error hides what comes after it, so other errors may show now, but not on the same line.
            if again || (errors(&found) > 1 && errors(&mended) > errors(&found)) {
                problems.push(format!(
                    "{}: {} is not mended by its edit",
                    fixture.path.display(),
                    finding.message
                ));
            }
        }
    }
    assert!(edits >= 5, "only {edits} edits were tried");
    holds(&problems);
}

#[test]
fn the_codes_are_those_of_the_snapshot() {
    let lines: Vec<String> = CODES
        .iter()
        .map(|code| format!("{:<7} {:<36} {}", code.severity.word(), code.slug, code.title))
        .collect();
    let list = lines.join("\n");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("codes", list));
}

/// A finding of a code as people see it: the first one of its first bad fixture, or of what is no text.
fn example(all: &[(Option<String>, Fixture)], code: &Code) -> Option<String> {
    let found = |found: Vec<Diagnostic>, source: &Source| {
        let finding = found.into_iter().find(|finding| finding.code == code)?;
        Some(human_one(&finding, source))
    };
    if let Some((_, fixture)) = all
        .iter()
        .find(|(slug, fixture)| slug.as_deref() == Some(code.slug) && name(&fixture.path).starts_with("bad"))
    {
        let source = Source::new("platform.yaml", fixture.text());
        return found(fixture.compile_text(&source, fixture.today()).diagnostics, &source);
    }
    let unread = match code.slug {
        "document/unreadable" => read_spec("platfrom.yaml").expect_err("there is no such file"),
        "document/not-utf-8" => {
            decode("platform.yaml", b"name: caf\xe9\n".to_vec()).expect_err("it is Latin-1")
        }
        "document/control-character" => {
            decode("platform.yaml", b"name: shop\x07\n".to_vec()).expect_err("it rings")
        }
        _ => return None,
    };
    found(unread.diagnostics, &unread.source)
}

#[test]
fn the_committed_list_of_codes_is_the_generated_one_with_an_example_of_each() {
    let all = fixtures();
    let path = "docs/codes.md";
    let list = code::markdown(&|code| example(&all, code));
    if std::env::var_os("PLATC_UPDATE").is_some() {
        std::fs::write(path, &list).expect("writable");
    }
    let committed = std::fs::read_to_string(path).expect("docs/codes.md");
    assert!(committed == list, "docs/codes.md is stale: PLATC_UPDATE=1 cargo test writes it");
    let without: Vec<&str> = CODES
        .iter()
        .filter(|code| code.slug != "document/too-large" && example(&all, code).is_none())
        .map(|code| code.slug)
        .collect();
    assert!(without.is_empty(), "no example: {without:?}");
}

#[test]
fn every_finding_says_what_to_do() {
    let mut problems = Vec::new();
    for (_, fixture) in fixtures() {
        for finding in fixture.compile().diagnostics {
            if finding.advice().is_none() {
                problems.push(format!("{}: {}", finding.code.slug, finding.message));
            }
        }
    }
    problems.sort();
    problems.dedup();
    holds(&problems);
}

#[test]
fn every_code_is_explained() {
    let mut slugs = BTreeSet::new();
    for code in CODES {
        assert!(slugs.insert(code.slug), "{} twice", code.slug);
        assert!(!code.title.trim().is_empty(), "{} has no title", code.slug);
        assert!(code.explain.split_whitespace().count() >= 8, "{} is not explained", code.slug);
        assert_ne!(code.title, code.explain, "{}", code.slug);
    }
}

#[test]
fn the_schema_and_the_decoder_agree_about_every_fixture_and_the_example() {
    let mut problems = Vec::new();
    let all = fixtures().into_iter().map(|(_, fixture)| fixture);
    for fixture in all.chain([Fixture::read(Path::new("examples/aiaas/platform.yaml"))]) {
        let difference = shapes::disagreement(&fixture.source);
        problems.extend(difference.map(|difference| format!("{}: {difference}", fixture.path.display())));
        problems.extend(shapes::faults(&fixture.source, &fixture.compile().diagnostics));
    }
    holds(&problems);
}

#[test]
fn each_place_of_the_example_with_each_kind_of_value_has_the_shape_that_the_schema_says() {
    holds(&mutation::each_place_with_each_kind_of_value());
}

#[test]
fn each_field_of_the_example_takes_the_scalars_that_the_schema_takes() {
    holds(&mutation::each_field_with_each_scalar());
}

#[test]
fn each_difference_between_schema_and_decoder_that_is_excused_exists() {
    holds(&mutation::each_excuse_has_a_witness());
}

#[test]
fn free_text_reaches_the_plan_unchanged_or_is_refused_at_its_place() {
    holds(&hostile::free_text_is_kept_or_refused());
}

#[test]
fn text_without_quotes_is_never_taken_as_another_text() {
    holds(&hostile::plain_text_is_never_another_text());
}

#[test]
fn a_spec_that_is_too_large_is_refused_before_it_is_read() {
    let fixture = Fixture::read(Path::new("examples/aiaas/platform.yaml"));
    let slugs = |text: String| -> Vec<&str> {
        let found = fixture.compile_text(&Source::new("large", text), TODAY).diagnostics;
        found.into_iter().map(|finding| finding.code.slug).collect()
    };
    assert_eq!(slugs(format!("name: {}", "x".repeat(33 << 20))), ["document/too-large"]);
    assert_eq!(slugs("- 1\n".repeat(1_000_001)), ["document/too-large"]);
}

#[test]
fn null_clears_what_a_lower_layer_has_and_a_written_scale_cancels_the_other() {
    let fixture = Fixture::read(Path::new("examples/aiaas/platform.yaml"));
    let text = r#"
apiVersion: platc/v1
name: shop
owner: web
defaults:
  services: {autoscaling: {min: 2, max: 4, cpu: 70%}, requests: {cpu: 100m}, limits: {memory: 1Gi}, env: {MODE: x}}
clusters:
  main: {provider: linode, region: fr-par, kubernetes: "1.35", controlPlane: {allow: [203.0.113.0/24]}}
environments:
  staging: {role: staging, cluster: main}
  production: {role: production, cluster: main}
nodePools: {apps: {type: g6-standard-8, nodes: 3}}
databases:
  users: {engine: postgresql, version: "17", type: g6-dedicated-2}
services:
  plain: {image: r/a:1}
  fixed: {image: r/a:1, replicas: 3, overrides: {staging: {autoscaling: {min: 1, max: 2, cpu: 50%}}}}
  cleared:
    image: r/a:1
    autoscaling: null
    limits: null
    env: {MODE: null}
    overrides: {production: {disruption: null}}
  user:
    image: r/a:1
    uses: {databases/users: }
    overrides: {staging: {uses: {databases/users: null}}}
"#;
    let compilation = fixture.compile_text(&Source::new("layers", text), TODAY);
    let errors: Vec<&String> = compilation
        .diagnostics
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| &finding.message)
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    let plan = compilation.plan.expect("a plan");
    let service =
        |environment: &str, name: &str| plan.environments[environment].service(name).expect("the service");
    let scale = |environment: &str, name: &str| match &service(environment, name).scale {
        Scale::Fixed(replicas) => (replicas.value, replicas.value),
        Scale::Auto(auto) => (auto.min.value, auto.max.value),
    };
    assert_eq!(scale("staging", "plain"), (2, 4));
    assert_eq!((scale("production", "fixed"), scale("staging", "fixed")), ((3, 3), (1, 2)));
    assert_eq!((scale("production", "cleared"), scale("staging", "cleared")), ((2, 2), (1, 1)));
    let cleared = service("production", "cleared");
    assert!(cleared.limits.memory.is_none() && cleared.env.is_empty() && cleared.min_available.is_none());
    assert!(service("production", "plain").min_available.is_some());
    assert_eq!(service("production", "user").edges.len(), 1);
    assert!(service("staging", "user").edges.is_empty());
}
