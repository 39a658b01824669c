use super::*;
use crate::map;

fn render_as(file: &str, source: &str, inputs: &Map<'_>) -> Result<String, Error> {
    environment().render_named_str(file, source, map_value(inputs))
}

#[track_caller]
fn assert_renders(file: &str, source: &str, text: impl Into<Data<'static>>, wanted: &str) {
    assert_eq!(render_as(file, source, &map! { "x" => text }).expect("rendered"), wanted);
}

#[test]
fn words_are_not_those_of_python() {
    for file in ["a.yaml.j2", "a.tf.j2", "a.md.j2", "a.txt.j2", "a.sh.j2"] {
        let inputs = map! { "yes" => true, "no" => false, "some" => 3 };
        assert_eq!(
            render_as(file, "{{ yes }} {{ no }} {{ some }} {{ true }}", &inputs).expect(file),
            "true false 3 true"
        );
    }
    for file in ["a.yaml.j2", "a.tf.j2"] {
        assert_renders(file, "[{{ none }}{{ x }}]", Data::Null, "[nullnull]");
    }
    assert_renders("a.md.j2", "[{{ none }}{{ x }}]", Data::Null, "[]");
}

#[test]
fn undefined_names_are_errors() {
    for source in ["{{ y }}", "{{ x.y }}", "{% if y %}{% endif %}", "{% for a in y %}{% endfor %}"] {
        let error = render_as("a.md.j2", source, &map! { "x" => Map::new() }).expect_err(source);
        assert_eq!(error.kind(), ErrorKind::UndefinedError, "{source}");
    }
    assert_renders("a.md.j2", "{{ x if false }}", 1, "");
}

#[test]
fn yaml_values_are_scalars() {
    assert_renders("a.yaml.j2", "a: {{ x }}", "plain", "a: plain");
    assert_renders("a.yaml.j2", "a: {{ x }} # {{ x }}", "on", "a: \"on\" # \"on\"");
    assert_renders("a.yml.j2", "a: {{ x }}", "b: c\nd", "a: \"b: c\\nd\"");
    assert_renders("a.yaml.j2", "a: {{ x }}", vec!["b", "12:30", "c, d"], "a: [b, \"12:30\", \"c, d\"]");
    assert_renders("a.yaml.j2", "a: {{ x }}", map! { "z" => 1, "a" => Data::Null }, "a: {z: 1, a: null}");
    assert_renders("a.yaml.j2", "[{{ x }}]", "a]", "[\"a]\"]");
}

#[test]
fn hcl_values_are_expressions() {
    assert_renders("a.tf.j2", "a = {{ x }}", "${b} \"c\"\n", "a = \"$${b} \\\"c\\\"\\n\"");
    assert_renders("a.tfvars.j2", "a = {{ x }}", map! { "z y" => vec![1, 2] }, "a = { \"z y\" = [1, 2] }");
}

#[test]
fn markdown_values_stay_in_their_line_and_cell() {
    for (text, wanted) in [
        ("a | b", r"a \| b"),
        ("# a\n\n## b\r\n- c", r"\# a ## b - c"),
        ("- a", r"\- a"),
        ("12. a 1.5", r"12\. a 1.5"),
        ("1.5", "1.5"),
        ("1.", r"1\."),
        ("`a` *b* [c](d) <e> &f; ~~g~~ $h$ \\", r"\`a\` \*b\* \[c\](d) &lt;e&gt; &amp;f; \~\~g\~\~ \$h\$ \\"),
        ("DATABASE_URL _a_", r"DATABASE_URL \_a\_"),
        ("    code", "code"),
        ("--- ", r"\---"),
        ("a\u{1b}[31m\u{202e}b", r"a \[31m b"),
        ("plain text, with punctuation: (a-b) 50%!", "plain text, with punctuation: (a-b) 50%!"),
    ] {
        assert_renders("a.md.j2", "{{ x }}", text, wanted);
    }
    assert_renders("a.md.j2", "{{ x | safe }}", "**a**", "**a**");
    assert!(render_as("a.md.j2", "{{ x }}", &map! { "x" => vec![1] }).is_err());
}

#[test]
fn code_shows_text_as_it_is() {
    for (text, wanted) in [
        ("a_b*", "`a_b*`"),
        ("a`b", "``a`b``"),
        ("`a`", "`` `a` ``"),
        ("a|b", r"`a\|b`"),
        ("a\nb", "`a b`"),
        ("", ""),
    ] {
        assert_renders("a.md.j2", "{{ x | code }}", text, wanted);
    }
    assert_renders("a.md.j2", "{{ x | fenced('sh') }}", "a <b\n  c\n", "```sh\na <b\n  c\n```");
    assert_renders("a.md.j2", "{{ x | fenced }}", "```\na", "````\n```\na\n````");
}

#[test]
fn text_of_an_unknown_format_needs_a_decision() {
    assert!(render_as("a.sh.j2", "{{ x }}", &map! { "x" => "a" }).is_err());
    assert_renders("a.sh.j2", "{{ x | safe }} {{ 1 }}", "a", "a 1");
    assert_renders("a.txt.j2", "{{ x }}", "<a>\n", "<a>\n");
}

#[test]
fn maps_keep_their_order_and_blocks_leave_no_lines() {
    let inputs = map! { "x" => map! { "z" => 1, "a" => 2 } };
    let source = "{% for key, value in x | items %}\n  {% if true %}\n{{ key }}={{ value }}\n  {% endif %}\n{% endfor %}\n";
    assert_eq!(render_as("a.txt.j2", source, &inputs).expect("rendered"), "z=1\na=2\n");
}

#[test]
fn every_template_loads() {
    let names: Vec<&str> = templates::names().collect();
    assert!(!names.is_empty());
    for name in &names {
        let environment = if name.starts_with(WORKFLOWS) { &EMBEDDED_WORKFLOWS } else { &EMBEDDED };
        if let Err(error) = environment.get_template(name) {
            panic!("{error:#}");
        }
        assert_ne!(Format::of(name), Format::Unknown, "{name}: values could not be escaped");
    }
    assert!(render("missing.md.j2", &Map::new()).is_err());
}

#[test]
fn a_list_of_code_spans_stays_in_its_cell() {
    let inputs = map! { "x" => vec!["a | b", "`c`"], "y" => Data::List(Vec::new()) };
    let text = render_as("a.md.j2", "| {{ x | codes }} | {{ y | codes }} |", &inputs).expect("rendered");
    assert_eq!(text, "| `a \\| b`, `` `c` `` |  |");
}

#[test]
fn a_block_of_yaml_begins_on_a_new_line_and_is_indented() {
    let inputs = map! { "x" => map! { "b" => vec!["on", "2"], "a" => map! { "c" => 1 } }, "y" => Map::new() };
    let text = render_as("a.yaml.j2", "key:{{ x | block(2) }}\nempty: {{ y | block(2) }}\n", &inputs)
        .expect("rendered");
    assert_eq!(text, "key:\n  b:\n    - \"on\"\n    - \"2\"\n  a:\n    c: 1\nempty: {}\n");
}
