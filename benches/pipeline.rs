//! The time of every step from a text to files, for one real and several generated specs.
//!
//! `cargo bench --bench pipeline` prints the table; `-- 2500` adds a size of that many services. Files are written below
//! `TMPDIR`; on a disk in memory the steps show platc's own share, on a real one the file system's comes on top.

#![allow(clippy::expect_used, reason = "where a step fails there is nothing to measure")]

mod spec;

use std::time::{Duration, Instant};

use platc::catalog::Date;
use platc::diag::{Severity, Sink};
use platc::plan::Workloads;
use platc::source::Source;
use platc::write::disk::Machine;
use platc::write::{self, Request};
use platc::{Options, backend, check, model, resolve, syntax};

const ENVIRONMENTS: usize = 4;

/// One step and its time on one spec.
struct Stage {
    name: String,
    time: Duration,
}

/// All steps on one spec.
struct Column {
    title: String,
    /// Pairs of service and environment; what growth is judged by.
    pairs: usize,
    stages: Vec<Stage>,
}

fn main() {
    // `cargo test --benches` runs this without `--bench`: then once is enough to see that it works.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let measured = arguments.iter().any(|argument| argument == "--bench");
    let mut sizes = if measured { vec![50, 500] } else { vec![5] };
    sizes.extend(arguments.iter().filter_map(|argument| argument.parse::<usize>().ok()));
    let budget = if measured { Duration::from_secs(1) } else { Duration::ZERO };

    let aiaas = include_str!("../examples/aiaas/platform.yaml");
    let mut columns = vec![column("AIaaS", 0, aiaas.to_owned(), budget)];
    for services in sizes {
        let text = spec::spec(services, ENVIRONMENTS);
        columns.push(column(&format!("{services}x{ENVIRONMENTS}"), services * ENVIRONMENTS, text, budget));
    }
    print(&columns);
}

/// Measures all steps on one spec.
fn column(title: &str, pairs: usize, text: String, budget: Duration) -> Column {
    let source = Source::new("platform.yaml", text);
    let options = Options { today: Date::new(2026, 11, 21).expect("a date"), files: None };
    let compilation = platc::compile(&source, &options);
    let error = compilation.diagnostics.iter().find(|finding| finding.severity == Severity::Error);
    assert!(error.is_none(), "{title}: {error:?}");
    let (model, plan) = (compilation.model.expect("a model"), compilation.plan.expect("a plan"));

    let mut stages = Vec::new();
    let mut stage = |name: &str, run: &mut dyn FnMut() -> Duration| {
        stages.push(Stage { name: name.to_owned(), time: median(budget, run) });
    };
    stage("parse", &mut || timed(|| syntax::parse(&source, &mut Sink::new())));
    stage("parse, read", &mut || {
        timed(|| {
            let mut sink = Sink::new();
            let document = syntax::parse(&source, &mut sink).expect("a document");
            model::read(&source, document, &mut sink)
        })
    });
    stage("resolve", &mut || timed(|| resolve::resolve(&source, &model, &mut Sink::new())));
    stage("check", &mut || {
        timed(|| check::all(&source, &model, &plan, None, options.today, &mut Sink::new()))
    });
    stage("compile (all of the above)", &mut || timed(|| platc::compile(&source, &options)));
    for backend in backend::BACKENDS {
        // Kustomize and Helm each as if services were theirs.
        let mut plan = plan.clone();
        plan.delivery.workloads.value =
            if backend.name() == "helm" { Workloads::Helm } else { Workloads::Kustomize };
        stage(&format!("emit {}", backend.name()), &mut || timed(|| backend.emit(&plan)));
    }

    let tree = backend::emit(&plan, &[]);
    let place = tempfile::tempdir().expect("a directory for files");
    let dir = place.path().join("out");
    let request = Request { dir: &dir, tree: &tree, only: &[], spec: "bench", platc: "bench" };
    stage("write: nothing is there", &mut || {
        if dir.exists() {
            std::fs::remove_dir_all(&dir).expect("an empty place");
        }
        timed(|| write::write(&Machine, &request, false).expect("a written tree"))
    });
    stage("write: all is up to date", &mut || {
        timed(|| write::write(&Machine, &request, false).expect("a compared tree"))
    });
    stage("write: --check", &mut || timed(|| write::check(&Machine, &request).expect("a compared tree")));
    Column { title: title.to_owned(), pairs, stages }
}

/// How long something takes, until its result is gone as well.
fn timed<T>(run: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    drop(run());
    start.elapsed()
}

/// The median of as many runs as fit into the budget, after one that nobody counts.
fn median(budget: Duration, run: &mut dyn FnMut() -> Duration) -> Duration {
    run();
    let begin = Instant::now();
    let mut times = Vec::new();
    while times.is_empty() || (begin.elapsed() < budget && times.len() < 1000) {
        times.push(run());
    }
    times.sort_unstable();
    times[times.len() / 2]
}

/// Prints the table: a row for each step, and by which power of the size it grows over the two largest sizes.
#[allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a table for people")]
fn print(columns: &[Column]) {
    print!("{:28}", "ms, median");
    for column in columns {
        print!("{:>12}", column.title);
    }
    println!("{:>10}", "growth");
    for (row, stage) in columns[0].stages.iter().enumerate() {
        print!("{:28}", stage.name);
        for column in columns {
            print!("{:>12.3}", column.stages[row].time.as_secs_f64() * 1e3);
        }
        if let [.., small, large] = columns
            && small.pairs > 0
        {
            let times = large.stages[row].time.as_secs_f64() / small.stages[row].time.as_secs_f64();
            let sizes = large.pairs as f64 / small.pairs as f64;
            print!("{:>10.2}", times.ln() / sizes.ln());
        }
        println!();
    }
}
