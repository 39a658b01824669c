//! Regular expressions of label matchers: whether Go takes them, and what they match.
//!
//! Only the syntax is read (<https://github.com/google/re2/wiki/Syntax>): nothing is ever matched against a text.

/// Expressions within groups; Go's own limit is 1000.
const DEEPEST: u32 = 100;
/// Go's limit on counted repetition, nested ones multiplied.
const MOST: u32 = 1000;

/// What is known of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Whether it matches the empty text.
    pub empty: bool,
    /// How often counted repetitions repeat at most, multiplied.
    repeats: u32,
}

/// Reads an expression; the error says why Go refuses it.
pub fn check(text: &str) -> Result<Shape, String> {
    let mut reader = Reader { letters: text.chars().collect(), at: 0, names: Vec::new() };
    let shape = reader.alternatives(0)?;
    if reader.at < reader.letters.len() {
        return Err("a `)` that closes nothing".to_owned());
    }
    Ok(shape)
}

/// The texts that an expression of nothing but alternatives matches: `api|worker`. `None` for any other.
#[must_use]
pub fn alternatives(text: &str) -> Option<Vec<&str>> {
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
    let is_plain =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '/' | ':' | '|' | ' ');
    inner.chars().all(is_plain).then(|| inner.split('|').collect())
}

struct Reader {
    letters: Vec<char>,
    at: usize,
    names: Vec<String>,
}

const EMPTY: Shape = Shape { empty: true, repeats: 1 };
const LETTER: Shape = Shape { empty: false, repeats: 1 };

/// What one piece is.
enum Piece {
    /// Something that can be repeated.
    Atom(Shape),
    /// Flags, which are nothing to repeat.
    Flags,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn starts_with(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(index, letter)| self.letters.get(self.at + index) == Some(&letter))
    }

    fn take(&mut self, letter: char) -> bool {
        let is_there = self.peek() == Some(letter);
        self.at += usize::from(is_there);
        is_there
    }

    fn alternatives(&mut self, depth: u32) -> Result<Shape, String> {
        if depth > DEEPEST {
            return Err("it is nested too deeply".to_owned());
        }
        let mut all = self.sequence(depth)?;
        while self.take('|') {
            let next = self.sequence(depth)?;
            all = Shape { empty: all.empty || next.empty, repeats: all.repeats.max(next.repeats) };
        }
        Ok(all)
    }

    fn sequence(&mut self, depth: u32) -> Result<Shape, String> {
        let mut all = EMPTY;
        let mut is_repeatable = false;
        while let Some(letter) = self.peek() {
            if matches!(letter, '|' | ')') {
                break;
            }
            if matches!(letter, '*' | '+' | '?') || letter == '{' && self.counted().is_some() && is_repeatable
            {
                return Err(format!("`{letter}` has nothing to repeat"));
            }
            match self.piece(depth)? {
                Piece::Flags => is_repeatable = false,
                Piece::Atom(atom) => {
                    let atom = self.repeated(atom)?;
                    all = Shape { empty: all.empty && atom.empty, repeats: all.repeats.max(atom.repeats) };
                    is_repeatable = true;
                }
            }
        }
        Ok(all)
    }

    /// `{2}`, `{2,}` or `{2,5}`: the bounds and the length. Anything else in braces is itself.
    fn counted(&self) -> Option<(u32, Option<u32>, usize)> {
        let rest: String = self.letters[self.at..].iter().take(16).collect();
        let inner = rest.strip_prefix('{')?.split_once('}')?.0;
        let number = |text: &str| {
            (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| text.parse::<u32>().unwrap_or(u32::MAX))
        };
        let (low, high) = match inner.split_once(',') {
            None => (number(inner)?, Some(number(inner)?)),
            Some((low, "")) => (number(low)?, None),
            Some((low, high)) => (number(low)?, Some(number(high)?)),
        };
        Some((low, high, inner.chars().count() + 2))
    }

    fn repeated(&mut self, atom: Shape) -> Result<Shape, String> {
        let mut shape = atom;
        match self.peek() {
            Some('*' | '?') => {
                self.at += 1;
                shape.empty = true;
            }
            Some('+') => self.at += 1,
            Some('{') => {
                let Some((low, high, length)) = self.counted() else { return Ok(shape) };
                if low > MOST || high.is_some_and(|high| high > MOST || high < low) {
                    return Err(
                        "a repetition that Go does not take: at most 1000 times, the smaller number first"
                            .to_owned(),
                    );
                }
                self.at += length;
                shape.empty |= low == 0;
                shape.repeats = shape.repeats.saturating_mul(high.unwrap_or(low).max(1));
                if shape.repeats > MOST {
                    return Err("repetitions of repetitions of more than 1000 times".to_owned());
                }
            }
            _ => return Ok(shape),
        }
        self.take('?');
        match self.peek() {
            Some(letter @ ('*' | '+' | '?')) => Err(format!("`{letter}` repeats a repetition")),
            Some('{') if self.counted().is_some() => Err("`{` repeats a repetition".to_owned()),
            _ => Ok(shape),
        }
    }

    fn piece(&mut self, depth: u32) -> Result<Piece, String> {
        let Some(letter) = self.peek() else { return Ok(Piece::Atom(EMPTY)) };
        self.at += 1;
        let shape = match letter {
            '(' => return self.group(depth),
            '[' => self.class()?,
            '\\' => self.escape(false)?,
            '^' | '$' => EMPTY,
            _ => LETTER,
        };
        Ok(Piece::Atom(shape))
    }

    fn group(&mut self, depth: u32) -> Result<Piece, String> {
        if self.take('?') {
            let is_named = self.starts_with("P<")
                || self.starts_with("<") && !self.starts_with("<=") && !self.starts_with("<!");
            if is_named {
                self.take('P');
                self.take('<');
                let name: String =
                    self.letters[self.at..].iter().take_while(|letter| **letter != '>').collect();
                self.at += name.chars().count();
                let is_name = !name.is_empty()
                    && name.chars().all(|letter| letter == '_' || letter.is_ascii_alphanumeric());
                if !self.take('>') || !is_name || self.names.contains(&name) {
                    return Err("a group whose name is none, or taken".to_owned());
                }
                self.names.push(name);
            } else if let Some(flags) = self.flags()? {
                return Ok(flags);
            }
        }
        let inner = self.alternatives(depth + 1)?;
        if self.take(')') { Ok(Piece::Atom(inner)) } else { Err("a `(` is never closed".to_owned()) }
    }

    /// Flags behind `(?`; `None` if a group follows them.
    fn flags(&mut self) -> Result<Option<Piece>, String> {
        let mut is_negative = false;
        let mut has_any = false;
        while let Some(letter) = self.peek() {
            self.at += 1;
            match letter {
                'i' | 'm' | 's' | 'U' => has_any = true,
                '-' if !is_negative => {
                    is_negative = true;
                    has_any = false;
                }
                ':' | ')' if is_negative && !has_any => break,
                ':' => return Ok(None),
                ')' if has_any => return Ok(Some(Piece::Flags)),
                _ => break,
            }
        }
        Err("Go has no such group: it can neither look ahead nor behind".to_owned())
    }

    /// What a backslash stands for, which was read.
    fn escape(&mut self, in_class: bool) -> Result<Shape, String> {
        let Some(letter) = self.peek() else { return Err("a backslash at the end".to_owned()) };
        self.at += 1;
        match letter {
            'A' | 'b' | 'B' | 'z' if !in_class => Ok(EMPTY),
            'Q' if !in_class => {
                let start = self.at;
                while self.at < self.letters.len() && !self.starts_with("\\E") {
                    self.at += 1;
                }
                let shape = if self.at > start { LETTER } else { EMPTY };
                self.at = (self.at + 2).min(self.letters.len());
                Ok(shape)
            }
            'a' | 'f' | 'n' | 'r' | 't' | 'v' | 'd' | 'D' | 's' | 'S' | 'w' | 'W' => Ok(LETTER),
            'p' | 'P' => self.unicode_class(),
            'x' => self.hexadecimal(),
            '0' => {
                self.octal(2);
                Ok(LETTER)
            }
            '1'..='7' if self.peek().is_some_and(|next| next.is_digit(8)) => {
                self.octal(2);
                Ok(LETTER)
            }
            _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => Ok(LETTER),
            '1'..='9' => Err("Go has no references to groups within an expression".to_owned()),
            _ => Err(format!("Go knows no escape `\\{letter}`")),
        }
    }

    fn octal(&mut self, most: usize) {
        for _ in 0..most {
            if !self.peek().is_some_and(|next| next.is_digit(8)) {
                return;
            }
            self.at += 1;
        }
    }

    fn hexadecimal(&mut self) -> Result<Shape, String> {
        let wrong = || Err("`\\x` needs two hexadecimal digits, or some in braces".to_owned());
        let digits: String = if self.take('{') {
            let digits =
                self.letters[self.at..].iter().take_while(|letter| **letter != '}').collect::<String>();
            self.at += digits.chars().count();
            if !self.take('}') {
                return wrong();
            }
            digits
        } else {
            let digits = self.letters[self.at..].iter().take(2).collect::<String>();
            self.at += digits.chars().count();
            if digits.chars().count() < 2 {
                return wrong();
            }
            digits
        };
        let is_hex = !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_hexdigit());
        match u32::from_str_radix(&digits, 16) {
            Ok(value) if is_hex && value <= 0x0010_FFFF => Ok(LETTER),
            _ => wrong(),
        }
    }

    /// The general categories of Unicode, and the scripts that labels may be written in.
    fn unicode_class(&mut self) -> Result<Shape, String> {
        const KNOWN: &str = " C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl \
                             Zp Zs Latin Greek Cyrillic Han Hiragana Katakana Hangul Arabic Hebrew Thai Common ";
        let name: String = if self.take('{') {
            self.take('^');
            let name =
                self.letters[self.at..].iter().take_while(|letter| **letter != '}').collect::<String>();
            self.at += name.chars().count();
            if !self.take('}') {
                return Err("a class of Unicode that is never closed".to_owned());
            }
            name
        } else {
            let name = self.peek().map(String::from).unwrap_or_default();
            self.at += usize::from(!name.is_empty());
            name
        };
        if !name.is_empty() && !name.contains(' ') && KNOWN.contains(&format!(" {name} ")) {
            Ok(LETTER)
        } else {
            Err(format!("`{name}` is no class of Unicode that is known"))
        }
    }

    fn class(&mut self) -> Result<Shape, String> {
        let unclosed = || Err("a `[` is never closed".to_owned());
        self.take('^');
        let mut is_first = true;
        loop {
            if self.at >= self.letters.len() {
                return unclosed();
            }
            if !is_first && self.take(']') {
                return Ok(LETTER);
            }
            is_first = false;
            if self.starts_with("[:") {
                let rest: String = self.letters[self.at..].iter().collect();
                if let Some((name, _)) = rest[2..].split_once(":]") {
                    const NAMES: &str = " alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit ";
                    let bare = name.strip_prefix('^').unwrap_or(name);
                    if bare.is_empty() || bare.contains(' ') || !NAMES.contains(&format!(" {bare} ")) {
                        return Err(format!("`[:{name}:]` is no class of characters"));
                    }
                    self.at += name.chars().count() + 4;
                    continue;
                }
            }
            let low = self.class_letter()?;
            if self.peek() == Some('-') && self.letters.get(self.at + 1).is_some_and(|next| *next != ']') {
                // A class such as `\d` begins no range: the `-` stands for itself.
                let Some(low) = low else { continue };
                self.at += 1;
                let Some(high) = self.class_letter()? else {
                    return Err("a range of characters that ends with a class".to_owned());
                };
                if high < low {
                    return Err(format!("the range `{low}-{high}` is empty"));
                }
            }
        }
    }

    /// A character of a class; `None` for a class of its own. Escapes with digits count as their first character,
    /// so that a range of them is not judged.
    fn class_letter(&mut self) -> Result<Option<char>, String> {
        let Some(letter) = self.peek() else { return Err("a `[` is never closed".to_owned()) };
        self.at += 1;
        if letter != '\\' {
            return Ok(Some(letter));
        }
        let next = self.peek();
        self.escape(true)?;
        Ok(match next {
            Some('d' | 'D' | 's' | 'S' | 'w' | 'W' | 'p' | 'P') => None,
            Some('a') => Some('\u{7}'),
            Some('f') => Some('\u{c}'),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('v') => Some('\u{b}'),
            Some(code @ ('x' | '0'..='7')) => Some(self.code(code)),
            other => other,
        })
    }

    /// The character of an escape with digits that was just read.
    fn code(&self, first: char) -> char {
        let before: String = self.letters[..self.at].iter().collect();
        let digits = before.rsplit_once('\\').map_or("", |(_, digits)| digits);
        let value = if first == 'x' {
            u32::from_str_radix(digits.trim_matches(['x', '{', '}']), 16)
        } else {
            u32::from_str_radix(digits, 8)
        };
        value.ok().and_then(char::from_u32).unwrap_or(char::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_that_go_takes_are_taken() {
        for (text, empty) in [
            ("", true),
            ("5..", false),
            (".*", true),
            (".+", false),
            ("a|b", false),
            ("a|", true),
            ("(?i)api", false),
            ("(?:a|b)?", true),
            ("(?P<x>a)(?<y>b)", false),
            ("[a-z_]{2,5}", false),
            ("[^]x]*?", true),
            ("[[:alpha:]-]", false),
            (r"\d+\.\d\x41\x{1F600}\pL\p{Lu}", false),
            (r"\Qa.b\E", false),
            ("a{,5}", false),
            ("{", false),
            ("a{0}", true),
            (r"[\w-]+", false),
            ("^$", true),
        ] {
            assert_eq!(check(text).map(|shape| shape.empty), Ok(empty), "{text}");
        }
    }

    #[test]
    fn expressions_that_go_refuses_are_refused() {
        for text in [
            "(",
            ")",
            "a)",
            "[",
            "[z-a]",
            "*",
            "a**",
            "a{2}{3}",
            "a{1001}",
            "(a{100}){100}",
            "a{3,2}",
            "(?=a)",
            "(?<!a)",
            "(?P<a>x)(?P<a>y)",
            r"\1",
            r"\Z",
            r"\h",
            "\\",
            "[[:foo:]]",
            "(?)",
            "(?i-)",
            r"\x4",
            "+a",
            "a|*",
            "(?i)*",
        ] {
            assert!(check(text).is_err(), "{text}");
        }
        assert!(check(&"(".repeat(100_000)).is_err());
    }

    #[test]
    fn plain_alternatives_are_told_apart() {
        assert_eq!(alternatives("user-service|api-gateway"), Some(vec!["user-service", "api-gateway"]));
        assert_eq!(alternatives("(a|b)"), Some(vec!["a", "b"]));
        assert_eq!(alternatives("api.*"), None);
    }
}
