//! `docs/addons.md`: its table is made from the definitions below `templates/addons`, and held current by this test.

// Helpers of tests fail by panicking.
#![allow(clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use platc::addon::{self, Addon};

/// What stands below this line is made; what stands above it is written by hand.
const MARK: &str = "<!-- made from templates/addons by PLATC_UPDATE=1 cargo test --test addons -->\n";

fn row(addon: &Addon) -> String {
    let known = &addon.definition;
    let words = |words: Vec<String>| words.join(", ");
    let code = |text: &str| format!("`{text}`");
    let brings = known.r#for.as_ref().map_or_else(|| "`addons`".to_owned(), |f| f.value.word().to_owned());
    let (chart, repository, checked) = match (&known.chart, &known.manifest) {
        (Some(chart), _) => (
            format!("{} {}", chart.name.value.0, chart.version.value.0),
            code(&chart.repository.value.0),
            if chart.schema.value.0 { "schema and keys" } else { "keys" },
        ),
        (None, Some(manifest)) => {
            (format!("manifest {}", manifest.version.value.0), code(&manifest.url.value.0), "takes no values")
        }
        (None, None) => panic!("{} has neither chart nor manifest", addon.name),
    };
    let range = known.kubernetes.as_ref().map_or_else(String::new, |range| {
        let end = |version: &Option<platc::source::Written<platc::model::scalars::Version>>| {
            version.as_ref().map(|version| version.value.0.clone())
        };
        match (end(&range.min), end(&range.max)) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("from {min}"),
            (None, Some(max)) => format!("to {max}"),
            (None, None) => String::new(),
        }
    });
    let namespace = match (&known.namespace, &known.place) {
        (Some(namespace), _) => code(&namespace.value.0),
        (None, Some(place)) => format!("that of {}", place.value.word()),
        (None, None) => String::new(),
    };
    let daemons = known.daemons.as_ref().is_some_and(|flag| flag.value.0);
    let security =
        format!("{}{}", known.pod_security.value.word(), if daemons { ", daemons apart" } else { "" });
    let provides = words(known.provides.iter().map(|what| code(&what.value.0)).collect());
    let needs = known.needs.iter().flat_map(|needs| needs.entries.iter());
    let needs = words(needs.map(|(what, (_, why))| format!("{}: {}", code(what), why.value.0)).collect());
    let open = known.uncertain.as_ref().map_or("", |line| &line.value.0);
    format!(
        "| `{}` | {} | {brings} | {chart} | {repository} | {range} | {namespace}, {security} | {provides} | {needs} | {} | {checked} | {open} |\n",
        addon.name, known.purpose.value.0, known.wave.value.0
    )
}

fn table() -> String {
    let mut out = String::from(
        "\n| Add-on | What it does | Brought in by | Chart | Repository | Kubernetes | Namespace, Pod Security | Provides | Needs | Wave | Values checked by | Not certain |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for addon in addon::all() {
        out.push_str(&row(addon));
    }
    let _ = writeln!(out, "\n{} add-ons.", addon::all().len());
    out
}

#[test]
fn the_page_about_add_ons_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/addons.md");
    let page = fs::read_to_string(&path).expect("docs/addons.md");
    let (head, made) = page.split_once(MARK).expect("the mark of what is made");
    if std::env::var_os("PLATC_UPDATE").is_some() {
        fs::write(&path, [head, MARK, &table()].concat()).expect("docs/addons.md");
        return;
    }
    assert!(made == table(), "docs/addons.md is stale: PLATC_UPDATE=1 cargo test --test addons writes it");
}

/// The head of the page says how little a chart takes: what it says of `keda` is so.
#[test]
fn the_example_of_the_page_is_as_long_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(folder.join("docs/addons.md")).expect("docs/addons.md");
    for file in ["addon.yaml", "values.yaml.j2"] {
        let text = fs::read_to_string(folder.join("templates/addons/keda").join(file)).expect("the file");
        let said = format!("`{file}`, {} lines", text.lines().count());
        assert!(page.contains(&said), "docs/addons.md does not say {said:?}");
    }
}
