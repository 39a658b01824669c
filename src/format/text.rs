//! Characters that no writer prints as they are.

/// Whether a character beyond ASCII is a control, is invisible, looks like a space, or turns the direction of
/// the text around it.
///
/// Some of them end a line for some readers; all of them let a file show something else than it says, so
/// writers escape them.
#[must_use]
pub fn is_deceptive(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{a0}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{1680}'
        | '\u{180e}'
        | '\u{2000}'..='\u{200f}'
        | '\u{2028}'..='\u{202f}'
        | '\u{205f}'..='\u{206f}'
        | '\u{3000}'
        | '\u{3164}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{fffe}'..='\u{ffff}'
        | '\u{e0000}'..='\u{10ffff}')
}
