//! The time of every step from a text to files, for one real and several generated specs.
//!
//! `cargo bench --bench pipeline` prints the table; `-- 2500` adds sizes of that many services.

mod spec;

use std::time::{Duration, Instant};

use platc::catalog::Date;
use platc::diag::{Severity, Sink};
use platc::source::Source;
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
    for finding in compilation.diagnostics.iter().filter(|finding| finding.severity == Severity::Error) {
        panic!("{title}: {} {}", finding.code.slug, finding.message);
    }
    let (model, plan) = (compilation.model.expect("a model"), compilation.plan.expect("a plan"));

    let mut stages = Vec::new();
    let mut stage = |name: &str, run: &mut dyn FnMut()| {
        stages.push(Stage { name: name.to_owned(), time: median(budget, run) });
    };
    stage("parse", &mut || drop(syntax::parse(&source, &mut Sink::new())));
    let document = &model.document;
    stage("parse, read", &mut || {
        let mut sink = Sink::new();
        let document = syntax::parse(&source, &mut sink).expect("a document");
        drop(model::read(&source, document, &mut sink));
    });
    let _ = document;
    stage("resolve", &mut || drop(resolve::resolve(&source, &model, &mut Sink::new())));
    stage("check", &mut || check::all(&source, &model, &plan, None, options.today, &mut Sink::new()));
    stage("compile (all of the above)", &mut || drop(platc::compile(&source, &options)));
    for backend in backend::BACKENDS {
        stage(&format!("emit {}", backend.name()), &mut || drop(backend.emit(&plan)));
    }
    Column { title: title.to_owned(), pairs, stages }
}

/// The median of as many runs as fit into the budget, after one that nobody counts.
fn median(budget: Duration, run: &mut dyn FnMut()) -> Duration {
    run();
    let begin = Instant::now();
    let mut times = Vec::new();
    while times.is_empty() || (begin.elapsed() < budget && times.len() < 1000) {
        let start = Instant::now();
        run();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}

/// Prints the table: a row for each step, and by which power of the size it grows over the two largest sizes.
#[allow(clippy::print_stdout, clippy::cast_precision_loss)]
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
