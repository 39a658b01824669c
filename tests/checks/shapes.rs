//! The schema and the decoder look at the same text: editors must neither accept what platc refuses nor the other way
//! round, except where a schema cannot know.

use platc::diag::{Diagnostic, Sink, code};
use platc::model;
use platc::source::{At, Source};
use platc::syntax;

/// The codes of findings about the shape of a value.
const SHAPE: [&str; 6] = [
    "document/wrong-type",
    "document/unknown-field",
    "document/missing-field",
    "document/invalid-value",
    "document/not-in-override",
    "name/form",
];

/// Something that the decoder refuses and a schema of draft 7 accepts.
pub(crate) struct Beyond {
    /// A part of the finding's message.
    pub(crate) message: &'static str,
    /// Why a schema cannot say it.
    _reason: &'static str,
    /// A place of the example and a value there, as JSON, that shows it.
    pub(crate) witness: (&'static str, &'static str),
}

const fn beyond(
    message: &'static str,
    reason: &'static str,
    place: &'static str,
    value: &'static str,
) -> Beyond {
    Beyond { message, _reason: reason, witness: (place, value) }
}

const NO_PATTERN: &str = "free text has no pattern, so that editors do not show one";
const LENGTH: &str = "the lengths of parts are left out of the pattern, so that people can read it";
const NUMBER: &str = "the place also takes numbers, which have no pattern";

/// All differences between the two. Needed settings of things are another: layers complete them, and what no layer
/// has is found when references are followed, after the shapes.
pub(crate) const BEYOND: [Beyond; 25] = [
    beyond("the text is empty", NO_PATTERN, "/environments/development/purpose", r#""""#),
    beyond("in a text of one line", NO_PATTERN, "/environments/development/purpose", r#""a\nb""#),
    beyond("a control character", NO_PATTERN, "/environments/development/purpose", r#""a\u0007""#),
    beyond("more than 500 characters", NO_PATTERN, "/environments/development/purpose", "LONG"),
    beyond("is no duration", "the order of units, and ten years at most", "/tiers/standard/rto", r#""1h1d""#),
    beyond(
        "is no address range",
        "an address is more than its characters",
        "/clusters/main/controlPlane/allow/0",
        r#""10.0.0.0/99""#,
    ),
    beyond(
        "has bits set behind its prefix",
        "arithmetic",
        "/clusters/main/controlPlane/allow/0",
        r#""10.0.0.1/8""#,
    ),
    beyond(
        "is no date",
        "months have different lengths",
        "/allow",
        r#"[{"check": "a/b", "at": "x", "reason": "y", "until": "2027-02-30"}]"#,
    ),
    beyond("is no amount of CPU", NUMBER, "/services/vllm/requests/cpu", "1.2345"),
    beyond(
        "is no amount of memory or storage",
        "the largest amount",
        "/services/vllm/requests/memory",
        r#""999999999999Ti""#,
    ),
    beyond("is no percentage", "the largest percentage", "/defaults/services/autoscaling/cpu", r#""1001%""#),
    beyond("is no version", NUMBER, "/clusters/main/kubernetes", "-1"),
    beyond("is no image reference", "its parts have rules of their own", "/services/vllm/image", r#""1Gi""#),
    beyond(
        "is no web address",
        "its parts have rules of their own",
        "/observability/runbooks",
        r#""https://example.com:99999/x""#,
    ),
    beyond(
        "is no absolute path in a container",
        "`..` leaves the directory",
        "/services/vllm/volumes/tmp/path",
        r#""/a/../b""#,
    ),
    beyond(
        "is no address of a Git repository",
        "its parts have rules of their own",
        "/delivery/gitops/repository",
        r#""https://example.com:99999/x""#,
    ),
    beyond("is no branch, tag or commit", "`..` is a range", "/delivery/gitops/revision", r#""a..b""#),
    beyond(
        "is no directory inside a repository",
        "`..` leaves the directory",
        "/delivery/gitops/path",
        r#""a/../b""#,
    ),
    beyond("is no relative path", "`..` leaves the directory", "/output/paths/terraform", r#""a/../b""#),
    beyond("is no domain name", LENGTH, "/domain", r#""LABEL.example""#),
    beyond("is no host name", LENGTH, "/services/api-router/host", r#""LABEL""#),
    beyond("is no reference", LENGTH, "/services/vllm/pool", r#""gpuPools/LABEL""#),
    beyond("is no name of an environment variable", LENGTH, "/services/vllm/env", r#"{"LONG": "x"}"#),
    beyond("is no key of a Secret", "`.` and `..` are directories", "/secrets/model-hub/keys/0", r#""..""#),
    beyond(
        "is no key of a Kubernetes label",
        "a prefix is a domain name",
        "/observability/selector",
        r#"{"a..b/c": "x"}"#,
    ),
];

/// What JSON has lost already: an integer's sign and leading zeros.
pub(crate) const LOST_IN_JSON: [(&str, &str); 2] =
    [("is no whole number", "+8080"), ("in base 8 for YAML 1.1", "08080")];

/// What both say about a text: the decoder's findings about shapes, and the schema's.
pub(crate) struct Shapes {
    pub(crate) decoder: Vec<Diagnostic>,
    pub(crate) schema: Vec<String>,
}

/// Looks at a text with both; `None` if it is no YAML.
pub(crate) fn both(source: &Source) -> Option<Shapes> {
    let mut sink = Sink::new();
    let document = syntax::parse(source, &mut sink)?;
    let json = model::schema::to_json(&document, At::ROOT);
    let _ = model::read(source, document, &mut sink);
    let decoder =
        sink.into_sorted().into_iter().filter(|finding| SHAPE.contains(&finding.code.slug)).collect();
    let schema = validator().iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect();
    Some(Shapes { decoder, schema })
}

fn validator() -> &'static jsonschema::Validator {
    static VALIDATOR: std::sync::LazyLock<jsonschema::Validator> =
        std::sync::LazyLock::new(|| jsonschema::draft7::new(&model::schema::schema()).expect("a schema"));
    &VALIDATOR
}

/// Why the two differ, if they do and nothing excuses it.
pub(crate) fn disagreement(source: &Source) -> Option<String> {
    difference(&both(source)?)
}

/// The same for what both said already.
pub(crate) fn difference(Shapes { decoder, schema }: &Shapes) -> Option<String> {
    if decoder.is_empty() && !schema.is_empty() {
        return Some(format!("only the schema refuses it: {}", schema.join("; ")));
    }
    if schema.is_empty() {
        let excused = |finding: &Diagnostic| {
            BEYOND.iter().any(|beyond| finding.message.contains(beyond.message))
                || LOST_IN_JSON.iter().any(|(part, _)| finding.message.contains(part))
        };
        let found = decoder.iter().find(|finding| !excused(finding))?;
        return Some(format!("only the decoder refuses it: {} {}", found.code.slug, found.message));
    }
    None
}

/// What must hold for the findings of any text.
pub(crate) fn faults(source: &Source, found: &[Diagnostic]) -> Vec<String> {
    let mut faults = Vec::new();
    let text = source.text.as_str();
    for finding in found {
        let spans = finding.related.iter().map(|label| label.span).chain([finding.primary.span]);
        for span in spans.chain(finding.edit.iter().map(|edit| edit.span)) {
            let (start, end) = (span.start as usize, span.end as usize);
            if start > end || !text.is_char_boundary(start) || !text.is_char_boundary(end) {
                faults.push(format!("{}: {start}..{end} is no part of the text", finding.code.slug));
            }
        }
        if finding.message.trim().is_empty() {
            faults.push(format!("{} says nothing", finding.code.slug));
        }
        if code::find(finding.code.slug).is_none() {
            faults.push(format!("{} is not in the table", finding.code.slug));
        }
        let labels = finding.related.iter().map(|label| &label.text).chain([&finding.primary.text]);
        for shown in labels.chain([&finding.message]).chain(&finding.help).chain(&finding.notes) {
            if shown.chars().any(|letter| letter.is_control() || ('\u{202a}'..='\u{202e}').contains(&letter))
            {
                faults.push(format!("{} shows control characters: {shown:?}", finding.code.slug));
            }
            if shown.chars().count() > 1000 {
                faults.push(format!("{} says too much: {shown}", finding.code.slug));
            }
        }
    }
    faults
}
