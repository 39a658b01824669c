//! Text to words, numbers and signs, each with its bytes.

use super::Problem;
use super::number;
use crate::source::Span;

/// A piece of the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    /// Its bytes.
    pub(super) span: Span,
    /// What it is.
    pub(super) kind: TokenKind,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    /// A name or a keyword, as it is written.
    Word(String),
    /// A number.
    Number(f64),
    /// A length of time in milliseconds.
    Duration(u64),
    /// A string, its escapes resolved.
    Text(String),
    /// A sign of one or two characters.
    Sign(&'static str),
    /// The end of the text: an empty span there.
    End,
}

/// Signs, those of two characters first.
const SIGNS: [&str; 22] = [
    "==", "!=", "=~", "!~", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "%", "^", "@", ",", "(", ")", "{",
    "}", "[",
];

/// Whether a letter begins a word.
const fn is_alpha(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphabetic()
}

const fn is_alphanumeric(byte: u8) -> bool {
    is_alpha(byte) || byte.is_ascii_digit()
}

/// Reads a whole text. The end is the last token.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let mut lexer = Lexer { text, at: 0, in_braces: false, in_brackets: false };
    let mut found = Vec::new();
    loop {
        let token = lexer.next()?;
        let is_end = token.kind == TokenKind::End;
        found.push(token);
        if is_end {
            return Ok(found);
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// Within `{}`, names have no `:`.
    in_braces: bool,
    /// Within `[]`, a `:` stands alone.
    in_brackets: bool,
}

/// A range of bytes.
pub(super) fn span(start: usize, end: usize) -> Span {
    let limit = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    Span::new(limit(start), limit(end))
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let spaces = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            self.at += spaces;
            if self.byte(0) != b'#' {
                return;
            }
            let rest = self.rest();
            self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
        }
    }

    fn token(&mut self, length: usize, kind: TokenKind) -> Token {
        let start = self.at;
        self.at += length;
        Token { span: span(start, self.at), kind }
    }

    fn next(&mut self) -> Result<Token, Problem> {
        self.skip();
        let Some(first) = self.rest().chars().next() else {
            return Ok(self.token(0, TokenKind::End));
        };
        match first {
            '"' | '\'' | '`' => return self.string(first),
            _ if first.is_ascii_digit() || first == '.' && self.byte(1).is_ascii_digit() => {
                return self.number();
            }
            _ if is_alpha(self.byte(0)) => return Ok(self.word()),
            ':' if self.in_brackets => return Ok(self.token(1, TokenKind::Sign(":"))),
            ':' if !self.in_braces => return Ok(self.word()),
            ']' => {
                self.in_brackets = false;
                return Ok(self.token(1, TokenKind::Sign("]")));
            }
            _ => {}
        }
        let rest = self.rest().as_bytes();
        let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(sign.as_bytes())) else {
            return Err(self.unexpected(first));
        };
        match *sign {
            "{" => self.in_braces = true,
            "}" => self.in_braces = false,
            "[" => self.in_brackets = true,
            _ => {}
        }
        Ok(self.token(sign.len(), TokenKind::Sign(sign)))
    }

    /// A character that is nowhere in the language.
    fn unexpected(&self, first: char) -> Problem {
        let place = span(self.at, self.at + first.len_utf8());
        let problem = |message: String| Problem::new(place, message);
        match first {
            '$' => problem("`$` is a variable of Grafana, which Prometheus does not know".to_owned())
                .help("write the value itself, or a label matcher"),
            '“' | '”' | '„' | '‘' | '’' => {
                problem(format!("`{first}` is a typographic quote")).help("write `\"`").replacement("\"")
            }
            '≥' => problem("`≥` is no operator".to_owned()).replacement(">="),
            '≤' => problem("`≤` is no operator".to_owned()).replacement("<="),
            '&' => problem("`&` is no operator".to_owned()).help("write `and`"),
            '|' => problem("`|` is no operator".to_owned()).help("write `or`"),
            '!' => problem("`!` is no operator".to_owned()).help("write `!=`, or `unless`"),
            '\u{a0}' => problem("a space that does not break (U+00A0)".to_owned()).replacement(" "),
            _ => problem(format!("`{first}` means nothing in PromQL")),
        }
    }

    fn word(&mut self) -> Token {
        let has_colons = !self.in_braces && !self.in_brackets;
        let length = self
            .rest()
            .bytes()
            .take_while(|byte| is_alphanumeric(*byte) || has_colons && *byte == b':')
            .count();
        let word = self.rest()[..length].to_owned();
        self.token(length, TokenKind::Word(word))
    }

    /// A number or a length of time: everything that could belong to one is taken, so that what is wrong is shown whole.
    fn number(&mut self) -> Result<Token, Problem> {
        let bytes = self.rest().as_bytes();
        let mut length = 0;
        let is_hex = bytes.starts_with(b"0x") || bytes.starts_with(b"0X");
        while let Some(&byte) = bytes.get(length) {
            let is_sign_of_exponent = matches!(byte, b'+' | b'-')
                && !is_hex
                && matches!(bytes[length - 1], b'e' | b'E')
                && bytes[..length - 1]
                    .iter()
                    .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_'));
            if !(is_alphanumeric(byte) || byte == b'.' || is_sign_of_exponent) {
                break;
            }
            length += 1;
        }
        let text = &self.rest()[..length];
        if let Some(value) = number::number(text) {
            return Ok(self.token(length, TokenKind::Number(value)));
        }
        if let Some(milliseconds) = number::duration(text) {
            return Ok(self.token(length, TokenKind::Duration(milliseconds)));
        }
        let shown: String = text.chars().take(40).collect();
        let problem = Problem::new(
            span(self.at, self.at + length),
            format!("`{shown}` is neither a number nor a length of time"),
        );
        let is_time =
            text.bytes().all(is_alphanumeric) && text.ends_with(|last: char| last.is_ascii_alphabetic());
        Err(if is_time {
            problem.help("a length of time has whole numbers and the units y, w, d, h, m, s, ms in this order, each once: `1h30m`")
        } else if text.contains('.') && text.ends_with(|last: char| last.is_ascii_alphabetic()) {
            problem.help("a length of time has no fractions: `90m` in place of `1.5h`")
        } else {
            problem.help("such as `5`, `0.05`, `1e6`, `1_000`, `0x1F`")
        })
    }

    fn string(&mut self, quote: char) -> Result<Token, Problem> {
        let start = self.at;
        let rest = self.rest();
        let mut out = String::new();
        let mut letters = rest.char_indices().skip(1);
        while let Some((offset, letter)) = letters.next() {
            match letter {
                _ if letter == quote => {
                    return Ok(self.token(offset + 1, TokenKind::Text(out)));
                }
                '\u{fffd}' => {
                    return Err(Problem::new(
                        span(start + offset, start + offset + letter.len_utf8()),
                        "the replacement character U+FFFD, which Prometheus takes for broken UTF-8",
                    ));
                }
                '\n' if quote != '`' => break,
                '\\' if quote != '`' => {
                    let (value, length) = escape(&rest[offset + 1..], quote)
                        .map_err(|problem| problem.at(start + offset, rest, offset))?;
                    out.push_str(&value);
                    if length > 0 {
                        letters.nth(length - 1);
                    }
                }
                _ => out.push(letter),
            }
        }
        Err(Problem::new(span(start, start + 1), "a string that does not end")
            .help(format!("close it with {quote} on the same line")))
    }
}

/// What is wrong with an escape.
enum BadEscape {
    Unknown,
    Digits,
    NoCharacter,
}

impl BadEscape {
    fn at(self, start: usize, text: &str, offset: usize) -> Problem {
        let letter = text[offset + 1..].chars().next();
        let place = span(start, start + 1 + letter.map_or(0, char::len_utf8));
        match self {
            Self::Unknown => Problem::new(place, "an escape that PromQL does not know").help(
                "a backslash in a string is written twice (`\\\\d`), or the string stands in backquotes, which know no escapes",
            ),
            Self::Digits => Problem::new(place, "an escape with too few digits"),
            Self::NoCharacter => Problem::new(place, "an escape that is no character of Unicode"),
        }
    }
}

/// What an escape stands for, and how many characters it has after the backslash. Escapes are those of Go.
fn escape(rest: &str, quote: char) -> Result<(String, usize), BadEscape> {
    let Some(letter) = rest.chars().next() else { return Err(BadEscape::Unknown) };
    let simple = match letter {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' => '\\',
        _ if letter == quote => quote,
        '0'..='7' => return coded(rest, 3, 8, false),
        'x' => return coded(&rest[1..], 2, 16, true),
        'u' => return coded(&rest[1..], 4, 16, true),
        'U' => return coded(&rest[1..], 8, 16, true),
        _ => return Err(BadEscape::Unknown),
    };
    Ok((simple.to_string(), 1))
}

fn coded(rest: &str, digits: usize, base: u32, has_letter: bool) -> Result<(String, usize), BadEscape> {
    let text = rest.get(..digits).ok_or(BadEscape::Digits)?;
    if !text.chars().all(|digit| digit.is_digit(base)) {
        return Err(BadEscape::Digits);
    }
    let value = u32::from_str_radix(text, base).map_err(|_| BadEscape::Digits)?;
    // Three digits of base 8 and two of base 16 are bytes.
    if digits < 4 && value > 255 {
        return Err(BadEscape::NoCharacter);
    }
    let letter = char::from_u32(value).ok_or(BadEscape::NoCharacter)?;
    Ok((letter.to_string(), digits + usize::from(has_letter)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind> {
        tokens(text).expect("tokens").into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn strings_have_three_quotings_and_go_escapes() {
        for (text, value) in [
            (r#""a\"b""#, "a\"b"),
            (r"'it\'s'", "it's"),
            (r"`a\d`", r"a\d"),
            (r#""\x41\101\u00e9\U0001F600""#, "AAé😀"),
            ("\"\\\\d\\n\"", "\\d\n"),
        ] {
            assert_eq!(kinds(text)[0], TokenKind::Text(value.to_owned()), "{text}");
        }
        for text in
            ["\"a", "'a\n'", r#""\d""#, r#""\x4""#, r#""\777""#, r#""\ud800""#, "\"\u{fffd}\"", r#""\'""#]
        {
            assert!(tokens(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_colon_is_a_part_of_names_and_a_sign_within_brackets() {
        assert_eq!(kinds("a:b")[0], TokenKind::Word("a:b".to_owned()));
        assert_eq!(kinds("a[5m:1m]")[3], TokenKind::Sign(":"));
    }

    #[test]
    fn comments_are_skipped_everywhere() {
        assert_eq!(kinds("# x\na # y\n{b='c' # z\n}").len(), 7);
    }

    #[test]
    fn what_is_no_number_is_shown_whole() {
        let problem = tokens("a > 1.5h").expect_err("no number");
        assert_eq!(problem.span, Span::new(4, 8));
        assert!(problem.help.is_some_and(|help| help.contains("90m")));
    }
}
