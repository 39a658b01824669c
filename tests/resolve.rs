//! The plan of the examples.

use platc::catalog::Date;
use platc::diag::Severity;
use platc::source::Source;

#[test]
fn aiaas_compiles_without_errors() {
    let text = std::fs::read_to_string("examples/aiaas/platform.yaml").expect("the example");
    let source = Source::new("examples/aiaas/platform.yaml", text);
    let today = Date::new(2026, 11, 21).expect("a date");
    let compilation = platc::compile(&source, &platc::Options { today, files: None });
    for finding in &compilation.diagnostics {
        let at = source.position(finding.primary.span.start);
        eprintln!(
            "{}:{} {:?} {} {}",
            at.line, at.column, finding.severity, finding.code.slug, finding.message
        );
        for note in &finding.notes {
            eprintln!("    = {note}");
        }
        if let Some(help) = &finding.help {
            eprintln!("    {help}");
        }
        assert_ne!(finding.severity, Severity::Error);
    }
    assert_eq!(compilation.plan.expect("a plan").environments.len(), 4);
}
