//! A calendar date without a clock, a time zone or a crate.

use std::fmt;

/// A day of the proleptic Gregorian calendar, years 0000 to 9999.
///
/// A value always names an existing day; its order is the order in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The first day there is.
    pub const FIRST: Self = Self { year: 0, month: 1, day: 1 };
    /// The day from which computers count.
    pub const EPOCH: Self = Self { year: 1970, month: 1, day: 1 };

    /// The day, or `None` if the calendar has no such day.
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        if year > 9999 || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        Some(Self { year, month, day })
    }

    /// Reads exactly `YYYY-MM-DD` (ISO 8601, ASCII digits).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
            return None;
        };
        let year = number(&[y1, y2, y3, y4])?;
        let month = u8::try_from(number(&[m1, m2])?).ok()?;
        let day = u8::try_from(number(&[d1, d2])?).ok()?;
        Self::new(year, month, day)
    }

    /// The year, 0 to 9999.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Days from `self` to `later`; negative if `later` comes first.
    #[must_use]
    pub const fn days_until(self, later: Self) -> i32 {
        later.day_number() - self.day_number()
    }

    /// The date `days` after `self` (before it, if negative); `None` outside the years 0 to 9999.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Option<Self> {
        let wanted = self.day_number().checked_add(days)?;
        if !(0..LAST_DAY).contains(&wanted) {
            return None;
        }
        // No year is longer, so this guess is never too late; at the end of the calendar it is 21 years early.
        let mut year = u16::try_from(wanted / 366).ok()?;
        while days_before_year(year + 1) <= wanted {
            year += 1;
        }
        let mut rest = wanted - days_before_year(year);
        let mut month = 1;
        while rest >= i32::from(days_in_month(year, month)) {
            rest -= i32::from(days_in_month(year, month));
            month += 1;
        }
        Self::new(year, month, u8::try_from(rest + 1).ok()?)
    }

    /// Days since 0000-01-01.
    const fn day_number(self) -> i32 {
        let mut days = days_before_year(self.year);
        let mut month = 1;
        while month < self.month {
            days += days_in_month(self.year, month) as i32;
            month += 1;
        }
        days + self.day as i32 - 1
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl serde::Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Days from the first day of `from` to `to`; negative if `to` comes first.
#[must_use]
pub const fn days_between(from: Date, to: Date) -> i32 {
    from.days_until(to)
}

/// The day number of 10000-01-01.
const LAST_DAY: i32 = days_before_year(10_000);

const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// 0 for a month that does not exist.
const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Days from 0000-01-01 to the first day of `year`. The year 0 is a leap year.
const fn days_before_year(year: u16) -> i32 {
    let years = year as i32;
    if years == 0 {
        return 0;
    }
    let past = years - 1;
    years * 365 + past / 4 - past / 100 + past / 400 + 1
}

fn number(digits: &[u8]) -> Option<u16> {
    digits
        .iter()
        .try_fold(0_u16, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u16::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap_or_else(|| panic!("{text} is a date"))
    }

    #[test]
    fn a_date_prints_as_it_was_written() {
        for text in ["0000-01-01", "1999-12-31", "2024-02-29", "9999-12-31"] {
            assert_eq!(date(text).to_string(), text);
        }
    }

    #[test]
    fn text_that_is_no_existing_day_is_refused() {
        for text in [
            "",
            "2026-8-22",
            "2026-08-22 ",
            "26-08-22",
            "2026/08/22",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "2026-02-29",
            "1900-02-29",
            "2026-08-00",
            "+026-08-01",
            "20260-8-01",
            "2026-08-2\u{e9}",
        ] {
            assert_eq!(Date::parse(text), None, "{text:?}");
        }
        assert!(Date::parse("2000-02-29").is_some(), "400 divides 2000");
    }

    #[test]
    fn later_dates_are_greater() {
        let dates = ["2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01", "2027-01-01"].map(date);
        assert!(dates.is_sorted());
    }

    #[test]
    fn days_between_counts_leap_days() {
        for (from, to, days) in [
            ("2026-08-22", "2026-08-22", 0),
            ("2026-08-22", "2026-10-27", 66),
            ("2024-02-28", "2024-03-01", 2),
            ("2023-02-28", "2023-03-01", 1),
            ("1900-02-28", "1900-03-01", 1),
            ("2000-01-01", "2001-01-01", 366),
            ("1970-01-01", "2026-11-21", 20_778),
            ("0000-01-01", "0001-01-01", 366),
            ("1600-01-01", "2000-01-01", 146_097),
        ] {
            assert_eq!(days_between(date(from), date(to)), days, "{from} to {to}");
            assert_eq!(days_between(date(to), date(from)), -days, "{to} to {from}");
        }
    }

    #[test]
    fn every_day_number_of_the_calendar_names_one_day_in_order() {
        let first = date("0000-01-01");
        let mut previous = first;
        for days in 1..LAST_DAY {
            let day = first.plus_days(days).unwrap_or_else(|| panic!("day {days}"));
            assert!(day > previous);
            assert_eq!(first.days_until(day), days);
            previous = day;
        }
        assert_eq!(previous, date("9999-12-31"));
        assert_eq!(previous.plus_days(1), None);
        assert_eq!(first.plus_days(-1), None);
        assert_eq!(first.plus_days(i32::MAX), None);
    }
}
