//! The record of what platc wrote: the only thing by which it tells its own files from those of people.
//!
//! `docs/output.md` describes the format. One line for each file keeps its diffs short.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::BufWriter;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::tree::is_inside;

/// The version of the manifest's format.
pub const VERSION: u32 = 1;

/// What platc knows about a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// The back end that made it.
    pub backend: String,
    /// The hash of its content; `None` for a scaffold, whose content is the user's business.
    #[serde(default)]
    pub sha256: Option<String>,
}

/// What a run that has not ended yet is doing to a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Step {
    /// The back end that makes the file, or made it.
    pub backend: String,
    /// The hash of what is being written; `None` if the file is being removed.
    #[serde(default)]
    pub after: Option<String>,
}

/// The manifest of an output directory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Manifest {
    /// The version of the format.
    pub version: u32,
    /// The version of platc that last changed a file.
    #[serde(default)]
    pub platc: String,
    /// The hash of the resolved spec from which it last changed a file.
    #[serde(default)]
    pub spec: String,
    /// Files, by path.
    #[serde(default)]
    pub files: BTreeMap<String, Entry>,
    /// What a run began and has not reported as done. Empty unless a run is at work or was stopped.
    #[serde(default)]
    pub unfinished: BTreeMap<String, Step>,
}

impl Manifest {
    /// Reads a manifest.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let head: Head = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if head.version != VERSION {
            return Err(format!(
                "its format has version {}, and this platc knows version {VERSION}: use a newer platc",
                head.version
            ));
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        // Whoever edits the manifest must not make platc remove files elsewhere.
        match manifest.files.keys().chain(manifest.unfinished.keys()).find(|path| !is_inside(path)) {
            Some(path) => Err(format!("{path:?} is no path inside the output directory")),
            None => Ok(manifest),
        }
    }

    /// The manifest as text, one line for each file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::with_capacity(128 + self.files.len() * 160);
        let _ = write!(
            out,
            "{{\n  \"version\": {},\n  \"platc\": {},\n  \"spec\": {},\n  \"files\": ",
            self.version,
            quoted(&self.platc),
            quoted(&self.spec)
        );
        rows(&mut out, &self.files, |out, entry| {
            let _ = write!(out, "{{\"backend\": {}", quoted(&entry.backend));
            if let Some(hash) = &entry.sha256 {
                let _ = write!(out, ", \"sha256\": {}", quoted(hash));
            }
            out.push('}');
        });
        if !self.unfinished.is_empty() {
            out.push_str(",\n  \"unfinished\": ");
            rows(&mut out, &self.unfinished, |out, step| {
                let _ = write!(out, "{{\"backend\": {}", quoted(&step.backend));
                if let Some(hash) = &step.after {
                    let _ = write!(out, ", \"after\": {}", quoted(hash));
                }
                out.push('}');
            });
        }
        out.push_str("\n}\n");
        out
    }

    /// Whether a content at a path is one that platc wrote or was about to write.
    #[must_use]
    pub fn made(&self, path: &str, hash: &str) -> bool {
        self.files.get(path).and_then(|entry| entry.sha256.as_deref()) == Some(hash)
            || self.unfinished.get(path).and_then(|step| step.after.as_deref()) == Some(hash)
    }

    /// Whether platc generates or generated a file at a path.
    #[must_use]
    pub fn generates(&self, path: &str) -> bool {
        self.files.get(path).is_some_and(|entry| entry.sha256.is_some()) || self.unfinished.contains_key(path)
    }
}

fn rows<T>(out: &mut String, rows: &BTreeMap<String, T>, value: impl Fn(&mut String, &T)) {
    if rows.is_empty() {
        out.push_str("{}");
        return;
    }
    for (index, (path, row)) in rows.iter().enumerate() {
        out.push_str(if index == 0 { "{\n    " } else { ",\n    " });
        out.push_str(&quoted(path));
        out.push_str(": ");
        value(out, row);
    }
    out.push_str("\n  }");
}

fn quoted(text: &str) -> String {
    // Paths, hashes and names of back ends need no escape.
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+@/".contains(&byte)) {
        return ["\"", text, "\""].concat();
    }
    serde_json::Value::from(text).to_string()
}

/// The SHA-256 of some bytes in hexadecimal.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The SHA-256 of a value as JSON, whose text is never in memory as a whole. Of what cannot be JSON, the hash of nothing.
pub fn hash_of_json(value: &impl Serialize) -> String {
    let mut out = BufWriter::new(Sha256::new());
    let written = serde_json::to_writer(&mut out, value).is_ok();
    let digest = out.into_inner().ok().filter(|_| written).unwrap_or_default().finalize();
    hexadecimal(&digest)
}

fn hexadecimal(digest: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(64);
    for byte in digest {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_value_is_that_of_its_json() {
        let value: Vec<u32> = (0..10_000).collect();
        assert_eq!(hash_of_json(&value), hash(&serde_json::to_vec(&value).expect("JSON")));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut manifest = Manifest {
            version: VERSION,
            platc: "0.1.0".to_owned(),
            spec: hash(b"spec"),
            ..Manifest::default()
        };
        assert_eq!(Manifest::parse(manifest.text().as_bytes()), Ok(manifest.clone()));
        manifest
            .files
            .insert("a/b.yaml".to_owned(), Entry { backend: "x".to_owned(), sha256: Some(hash(b"")) });
        manifest.files.insert("c".to_owned(), Entry { backend: "x".to_owned(), sha256: None });
        manifest.unfinished.insert("d".to_owned(), Step { backend: "y".to_owned(), after: None });
        manifest.unfinished.insert("e".to_owned(), Step { backend: "y".to_owned(), after: Some(hash(b"e")) });
        assert_eq!(Manifest::parse(manifest.text().as_bytes()), Ok(manifest.clone()));
        assert_eq!(manifest.text().lines().filter(|line| line.contains("a/b.yaml")).count(), 1);
    }

    #[test]
    fn a_manifest_cannot_name_files_elsewhere() {
        for path in ["../x", "/etc/passwd", "a/../../x"] {
            let text = format!("{{\"version\": 1, \"files\": {{\"{path}\": {{\"backend\": \"x\"}}}}}}");
            assert!(Manifest::parse(text.as_bytes()).is_err(), "{path}");
        }
    }

    #[test]
    fn a_newer_format_is_refused_and_not_guessed() {
        let problem = Manifest::parse(b"{\"version\": 2, \"files\": []}").unwrap_err();
        assert!(problem.contains("newer platc"), "{problem}");
    }
}
