//! The plan of the examples.
use platc::{diag::Sink, model, resolve, source::Source, syntax};

#[test]
fn aiaas_resolves_without_errors() {
    let text = std::fs::read_to_string("examples/aiaas/platform.yaml").expect("the example");
    let source = Source::new("examples/aiaas/platform.yaml", text);
    let mut sink = Sink::new();
    let document = syntax::parse(&source, &mut sink).expect("yaml");
    let model = model::read(&source, document, &mut sink).expect("model");
    let plan = resolve::resolve(&source, &model, &mut sink);
    for finding in sink.into_sorted() {
        let at = source.position(finding.primary.span.start);
        eprintln!(
            "{}:{} {:?} {} {}",
            at.line, at.column, finding.severity, finding.code.slug, finding.message
        );
        if let Some(help) = &finding.help {
            eprintln!("    {help}");
        }
        assert_ne!(finding.severity, platc::diag::Severity::Error);
    }
    let plan = plan.expect("plan");
    assert_eq!(plan.environments.len(), 4);
    if std::env::var_os("SHOW").is_some() {
        eprintln!("{}", serde_json::to_string_pretty(&plan).expect("json"));
    }
}
