//! The keys that a chart's values have, so that a misspelt one is found: most charts ignore it in silence.

/// The keys of a chart's values as a tree.
///
/// The file `keys.txt` has a key in each line, indented by one space for each level; the lines below it, indented more,
/// are its own keys. After the key and a blank stands what may be below it: nothing for a key with the keys listed, `*`
/// for anything (an empty map or null in the chart's defaults), `-` for a value that is no map. `scripts/chart-keys`
/// makes it from the chart's own `values.yaml`.
#[derive(Debug, Default)]
pub struct Keys {
    entries: Vec<(&'static str, Below)>,
}

#[derive(Debug)]
enum Below {
    Keys(Keys),
    Anything,
    Value,
}

/// Why a path of keys does not fit.
#[derive(Debug, PartialEq, Eq)]
pub enum Misfit {
    /// There is no such key; those that there are.
    Unknown(Vec<&'static str>),
    /// The chart has a plain value or a list there, and no map.
    NotAMap,
    /// The chart has a map there.
    AMap(Vec<&'static str>),
}

impl Keys {
    /// Reads the file.
    #[must_use]
    pub fn read(text: &'static str) -> Self {
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self::level(&mut lines.peekable(), 0)
    }

    fn level(lines: &mut std::iter::Peekable<impl Iterator<Item = &'static str>>, depth: usize) -> Self {
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let mut entries = Vec::new();
        while let Some(line) = lines.next_if(|line| indent(line) == depth) {
            let (key, mark) = match line[depth..].rsplit_once(' ') {
                Some((key, mark @ ("*" | "-"))) => (key, mark),
                _ => (&line[depth..], ""),
            };
            let below = match mark {
                "*" => Below::Anything,
                "-" => Below::Value,
                _ => Below::Keys(Self::level(lines, depth + 1)),
            };
            entries.push((key, below));
        }
        Self { entries }
    }

    /// Whether a value may stand at the end of a path of keys; `is_map` says whether it is a map itself.
    ///
    /// # Errors
    /// With the number of keys that fit, if one does not.
    pub fn check(&self, path: &[&str], is_map: bool) -> Result<(), (usize, Misfit)> {
        let mut keys = self;
        for (depth, key) in path.iter().enumerate() {
            let is_last = depth + 1 == path.len();
            match keys.entries.iter().find(|(known, _)| known == key).map(|(_, below)| below) {
                None => return Err((depth, Misfit::Unknown(keys.names()))),
                Some(Below::Value) if !is_last || is_map => return Err((depth, Misfit::NotAMap)),
                Some(Below::Anything | Below::Value) => return Ok(()),
                Some(Below::Keys(below)) if is_last && !is_map => {
                    return Err((depth, Misfit::AMap(below.names())));
                }
                Some(Below::Keys(below)) => keys = below,
            }
        }
        Ok(())
    }

    fn names(&self) -> Vec<&'static str> {
        self.entries.iter().map(|(key, _)| *key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# a comment\ncontroller\n service\n  annotations *\n  type -\n replicas -\nglobal *\n";

    #[test]
    fn a_path_fits_if_each_of_its_keys_is_known() {
        let keys = Keys::read(TEXT);
        assert_eq!(keys.check(&["controller", "replicas"], false), Ok(()));
        assert_eq!(keys.check(&["controller", "service", "type"], false), Ok(()));
        assert_eq!(keys.check(&["controller"], true), Ok(()));
        assert_eq!(
            keys.check(&["controller", "replica"], false),
            Err((1, Misfit::Unknown(vec!["service", "replicas"])))
        );
        assert_eq!(keys.check(&["top"], false), Err((0, Misfit::Unknown(vec!["controller", "global"]))));
    }

    #[test]
    fn anything_may_be_below_a_free_map() {
        let keys = Keys::read(TEXT);
        assert_eq!(keys.check(&["controller", "service", "annotations", "a.b/c"], false), Ok(()));
        assert_eq!(keys.check(&["global", "x", "y"], true), Ok(()));
    }

    #[test]
    fn a_map_does_not_fit_where_a_value_belongs_nor_the_reverse() {
        let keys = Keys::read(TEXT);
        assert_eq!(keys.check(&["controller", "replicas"], true), Err((1, Misfit::NotAMap)));
        assert_eq!(keys.check(&["controller", "replicas", "min"], false), Err((1, Misfit::NotAMap)));
        assert_eq!(
            keys.check(&["controller", "service"], false),
            Err((1, Misfit::AMap(vec!["annotations", "type"])))
        );
    }
}
