//! Everything that is read besides the output directory: the spec, and files below the spec's folder.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, code};
use crate::format::text::is_deceptive;
use crate::source::{Source, Span};
use crate::syntax::LIMITS;

/// The name that diagnostics give to standard input.
pub const STDIN: &str = "<stdin>";
/// The most bytes of a sealed secret: what etcd takes for one object.
pub const SEALED_LIMIT: u64 = 3 << 19;
/// Control characters that are reported one by one.
const REPORTED: usize = 20;

/// Why there is no spec to compile.
#[derive(Debug)]
pub struct Unread {
    /// What to show: at least one finding.
    pub diagnostics: Vec<Diagnostic>,
    /// The text that the findings point into, as far as there is one.
    pub source: Source,
    /// Whether the system refused, rather than the text being no spec.
    pub is_failure: bool,
}

/// Reads a spec from a file, or from standard input for `-`.
pub fn read_spec(path: &str) -> Result<Source, Unread> {
    if path == "-" {
        return take(STDIN, io::stdin().lock(), None);
    }
    let refused = |error: &io::Error| failure(path, describe(path, error));
    let file = File::open(path).map_err(|error| refused(&error))?;
    let data = file.metadata().map_err(|error| refused(&error))?;
    if data.is_dir() {
        let finding = unreadable(format!("`{path}` is a directory")).help(format!(
            "name the spec itself, for example `{}/platform.yaml`",
            path.trim_end_matches('/')
        ));
        return Err(failure(path, finding));
    }
    // Pipes have no length; whatever it is, no more than the limit is taken in.
    take(path, file, data.is_file().then_some(data.len()))
}

fn describe(path: &str, error: &io::Error) -> Diagnostic {
    match error.kind() {
        ErrorKind::NotFound => unreadable(format!("there is no file `{path}`"))
            .help("name the spec: `platc validate FILE`; `platc init` writes a small one to start from"),
        ErrorKind::PermissionDenied => unreadable(format!("`{path}` may not be read: permission denied")),
        ErrorKind::NotADirectory => {
            unreadable(format!("there is no file `{path}`: a part of the path is no directory"))
        }
        _ => unreadable(format!("`{path}` cannot be read: {error}")),
    }
}

fn unreadable(message: String) -> Diagnostic {
    Diagnostic::new(&code::UNREADABLE, Span::default(), message)
}

fn failure(name: &str, diagnostic: Diagnostic) -> Unread {
    Unread { diagnostics: vec![diagnostic], source: Source::new(name, ""), is_failure: true }
}

fn take(name: &str, reader: impl Read, length: Option<u64>) -> Result<Source, Unread> {
    let limit = LIMITS.bytes as u64;
    let too_large = |size: String| Unread {
        diagnostics: vec![
            Diagnostic::new(
                &code::TOO_LARGE,
                Span::default(),
                format!("the spec has {size}; the limit is {} MiB", limit >> 20),
            )
            .help("a spec is written by people: move bulk data to files of its own"),
        ],
        source: Source::new(name, ""),
        is_failure: false,
    };
    if let Some(length) = length.filter(|length| *length > limit) {
        return Err(too_large(format!("{} MiB", length >> 20)));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length.unwrap_or(0)).unwrap_or(0) + 1);
    reader.take(limit + 1).read_to_end(&mut bytes).map_err(|error| failure(name, describe(name, &error)))?;
    if bytes.len() as u64 > limit {
        return Err(too_large(format!("more than {} MiB", limit >> 20)));
    }
    decode(name, bytes)
}

/// Makes text of bytes: UTF-8 without the mark at its beginning, and without characters that only deceive.
pub fn decode(name: &str, bytes: Vec<u8>) -> Result<Source, Unread> {
    let mut text = String::from_utf8(bytes).map_err(|error| not_utf8(name, &error))?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    let diagnostics = control_characters(&text);
    let source = Source::new(name, text);
    if diagnostics.is_empty() { Ok(source) } else { Err(Unread { diagnostics, source, is_failure: false }) }
}

fn not_utf8(name: &str, error: &std::string::FromUtf8Error) -> Unread {
    let bytes = error.as_bytes();
    let offset = error.utf8_error().valid_up_to();
    let (before, rest) = bytes.split_at(offset);
    let line = before.split(|&byte| byte == b'\n').count();
    let byte = rest.first().copied().unwrap_or_default();
    let utf16 = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let help = if utf16 {
        "it begins like UTF-16: save it as UTF-8".to_owned()
    } else if byte >= 0xa0 && rest.get(1).is_none_or(u8::is_ascii) {
        format!("save it as UTF-8; in Latin-1 the byte would be `{}`", char::from(byte))
    } else {
        "save it as UTF-8".to_owned()
    };
    // Up to the byte, the replaced text has the offsets of the file, so the excerpt shows the right place.
    let source = Source::new(name, String::from_utf8_lossy(bytes).into_owned());
    let span = Span::new(offset32(offset), offset32(offset + '\u{fffd}'.len_utf8()));
    let message = format!("byte {byte:#04x} at offset {offset}, in line {line}, is not UTF-8");
    let finding = Diagnostic::new(&code::NOT_UTF8, span, message).help(help);
    Unread { diagnostics: vec![finding], source, is_failure: false }
}

fn offset32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Characters that YAML does not allow (YAML 1.2, section 5.1), that readers of YAML 1.1 take for line breaks, or that
/// turn the direction of the text around them so that a review shows something else than a machine reads.
fn is_refused(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | ' '..='~' => false,
        '\0'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' | '\u{feff}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => is_deceptive(character),
        _ => false,
    }
}

fn control_characters(text: &str) -> Vec<Diagnostic> {
    // Nearly every text has none; looking at bytes first is several times faster than decoding.
    let suspicious =
        |byte: &u8| !matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~') && !matches!(byte, 0xc3..=0xdf);
    if !text.as_bytes().iter().any(suspicious) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut count = 0;
    for (offset, character) in text.char_indices().filter(|(_, character)| is_refused(*character)) {
        count += 1;
        if count > REPORTED {
            continue;
        }
        let span = Span::new(offset32(offset), offset32(offset + character.len_utf8()));
        let number = u32::from(character);
        let message = format!("{} (U+{number:04X}) in the spec", kind(character));
        let help = if character == '\0' {
            "remove it; a file with many of them is no text, or UTF-16".to_owned()
        } else {
            format!("remove it, or write {} in double quotes if it is meant", escape(number))
        };
        found.push(Diagnostic::new(&code::CONTROL_CHARACTER, span, message).help(help));
    }
    if let Some(last) = found.last_mut().filter(|_| count > REPORTED) {
        last.notes.push(format!("and {} more such characters", count - REPORTED));
    }
    found
}

fn kind(character: char) -> &'static str {
    match character {
        '\u{85}' | '\u{2028}' | '\u{2029}' => "a line break that only some readers of YAML see",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "a character that turns the direction of text",
        '\u{feff}' => "a byte order mark inside the text",
        _ => "a control character",
    }
}

fn escape(number: u32) -> String {
    if number < 0x100 { format!("\\x{number:02x}") } else { format!("\\u{number:04x}") }
}

/// The folder of the spec, below which other files may be read.
#[derive(Debug, Clone)]
pub struct Folder {
    root: Option<PathBuf>,
}

impl Folder {
    /// The folder that a spec's path lies in; the working directory for standard input.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let parent = if path == "-" { None } else { Path::new(path).parent() };
        let root = parent.filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        Self { root: root.canonicalize().ok() }
    }

    /// A folder without files, for specs that are no files.
    #[must_use]
    pub const fn empty() -> Self {
        Self { root: None }
    }

    /// The text of a file, if it is there. What a link leads to counts only if it lies below the folder, too. Of a file
    /// that is no text, or larger than [`SEALED_LIMIT`], nothing is read: its text is empty.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        if !crate::tree::is_inside(path) {
            return None;
        }
        let root = self.root.as_ref()?;
        let real = root.join(path).canonicalize().ok().filter(|real| real.starts_with(root))?;
        if !real.is_file() {
            return None;
        }
        let mut bytes = Vec::new();
        let read = File::open(real).and_then(|file| file.take(SEALED_LIMIT + 1).read_to_end(&mut bytes));
        let is_whole = read.is_ok() && bytes.len() as u64 <= SEALED_LIMIT;
        Some(String::from_utf8(bytes).ok().filter(|_| is_whole).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_goes_and_line_ends_stay() {
        let source = decode("s", b"\xef\xbb\xbfa: 1\r\nb: 2\r\n".to_vec()).unwrap();
        assert_eq!(source.text, "a: 1\r\nb: 2\r\n");
    }

    #[test]
    fn text_of_any_language_is_fine() {
        for text in ["ä: ö\n", "日本語: はい\n", "emoji: 🚀\n", "נייר: א\n", "tab:\t1\n", "nbsp: a\u{a0}b\n"]
        {
            assert!(decode("s", text.as_bytes().to_vec()).is_ok(), "{text}");
        }
    }

    #[test]
    fn characters_that_deceive_are_refused_with_their_place() {
        for character in [
            '\0', '\u{7}', '\u{1b}', '\u{7f}', '\u{85}', '\u{9b}', '\u{2028}', '\u{202e}', '\u{2066}',
            '\u{feff}',
        ] {
            let unread = decode("s", format!("a: x{character}y\n").into_bytes()).unwrap_err();
            let [finding] = &unread.diagnostics[..] else { panic!("{character:?}") };
            assert_eq!(finding.code.slug, "document/control-character");
            assert_eq!(finding.primary.span, Span::new(4, offset32(4 + character.len_utf8())));
        }
    }

    #[test]
    fn many_control_characters_are_summed_up() {
        let unread = decode("s", "\u{1}".repeat(1000).into_bytes()).unwrap_err();
        assert_eq!(unread.diagnostics.len(), REPORTED);
        assert_eq!(unread.diagnostics[REPORTED - 1].notes, ["and 980 more such characters"]);
    }

    #[test]
    fn what_is_not_utf8_is_named_by_byte_and_line() {
        let unread = decode("s", b"a: 1\nb: caf\xe9\n".to_vec()).unwrap_err();
        let finding = &unread.diagnostics[0];
        assert_eq!(finding.message, "byte 0xe9 at offset 11, in line 2, is not UTF-8");
        assert!(finding.help.as_ref().unwrap().contains('é'));
        assert_eq!(finding.primary.span.slice(&unread.source.text), "\u{fffd}");
        let utf16 = decode("s", b"\xff\xfea\0:\0".to_vec()).unwrap_err();
        assert!(utf16.diagnostics[0].help.as_ref().unwrap().contains("UTF-16"));
    }

    #[test]
    fn only_files_below_the_folder_count() {
        let keep = tempfile::tempdir().unwrap();
        let folder = keep.path().join("spec");
        std::fs::create_dir_all(folder.join("secrets")).unwrap();
        std::fs::write(folder.join("secrets/a.yaml"), "").unwrap();
        std::fs::write(keep.path().join("outside.yaml"), "").unwrap();
        let inputs = Folder::of(folder.join("platform.yaml").to_str().unwrap());
        assert_eq!(inputs.text("secrets/a.yaml").as_deref(), Some(""));
        for path in ["secrets", "secrets/b.yaml", "../outside.yaml", "/etc/passwd", ""] {
            assert_eq!(inputs.text(path), None, "{path}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(keep.path().join("outside.yaml"), folder.join("link.yaml")).unwrap();
            assert_eq!(inputs.text("link.yaml"), None);
        }
        assert_eq!(Folder::empty().text("secrets/a.yaml"), None);
    }
}
