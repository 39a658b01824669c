//! Windows of time in which a provider may work on something, in UTC.

use std::fmt;

const DAY: u32 = 24 * 60;
const WEEK: u32 = 7 * DAY;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The same hours of every day: `02:00-03:00`. It may cross midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DailyWindow {
    /// Minutes from midnight to its begin.
    start: u32,
    /// Minutes from midnight to its end.
    end: u32,
}

/// The same hours of every week: `sun:04:00-sun:05:00`. It may cross the end of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WeeklyWindow {
    /// Minutes from the begin of Monday to its begin.
    start: u32,
    /// Minutes from the begin of Monday to its end.
    end: u32,
}

impl DailyWindow {
    /// The window between two times of the day, in minutes from midnight.
    #[must_use]
    pub const fn between(start: u32, end: u32) -> Self {
        Self { start: start % DAY, end: end % DAY }
    }

    /// Reads `02:00-03:00`; `None` for another form and for a window without length.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (start, end) = text.split_once('-')?;
        let (start, end) = (time(start)?, time(end)?);
        (start != end).then_some(Self { start, end })
    }

    /// How long it is.
    #[must_use]
    pub const fn minutes(self) -> u32 {
        (self.end + DAY - self.start) % DAY
    }

    /// Whether it has a minute in common with a window of the week.
    #[must_use]
    pub fn meets(self, weekly: WeeklyWindow) -> bool {
        (0..7).any(|day| {
            let start = day * DAY + self.start;
            // Either one begins inside the other, counted around the week.
            (start + WEEK - weekly.start) % WEEK < weekly.minutes()
                || (weekly.start + WEEK - start) % WEEK < self.minutes()
        })
    }
}

impl WeeklyWindow {
    /// The window between two times of the week, in minutes from the begin of Monday.
    #[must_use]
    pub const fn between(start: u32, end: u32) -> Self {
        Self { start: start % WEEK, end: end % WEEK }
    }

    /// Reads `sun:04:00-sun:05:00`, days in any case; `None` for another form and for a window without length.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (start, end) = text.split_once('-')?;
        let (start, end) = (time_of_week(start)?, time_of_week(end)?);
        (start != end).then_some(Self { start, end })
    }

    /// How long it is.
    #[must_use]
    pub const fn minutes(self) -> u32 {
        (self.end + WEEK - self.start) % WEEK
    }
}

/// `02:30` in minutes.
fn time(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str, most: u32| -> Option<u32> {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|value| is_number && *value <= most)
    };
    Some(number(hours, 23)? * 60 + number(minutes, 59)?)
}

fn time_of_week(text: &str) -> Option<u32> {
    let (day, rest) = text.split_once(':')?;
    let day = (0..).zip(DAYS).find(|(_, name)| day.eq_ignore_ascii_case(name))?.0;
    Some(day * DAY + time(rest)?)
}

fn write_time(f: &mut fmt::Formatter<'_>, minutes: u32) -> fmt::Result {
    write!(f, "{:02}:{:02}", minutes / 60, minutes % 60)
}

impl fmt::Display for DailyWindow {
    /// `02:00-03:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_time(f, self.start)?;
        f.write_str("-")?;
        write_time(f, self.end)
    }
}

impl fmt::Display for WeeklyWindow {
    /// `sun:04:00-sun:05:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, minutes) in [self.start, self.end].into_iter().enumerate() {
            if index > 0 {
                f.write_str("-")?;
            }
            let day = usize::try_from(minutes / DAY).ok().and_then(|day| DAYS.get(day)).copied();
            write!(f, "{}:", day.unwrap_or_default())?;
            write_time(f, minutes % DAY)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn daily(text: &str) -> DailyWindow {
        DailyWindow::parse(text).unwrap_or_else(|| panic!("{text} is a window"))
    }

    fn weekly(text: &str) -> WeeklyWindow {
        WeeklyWindow::parse(text).unwrap_or_else(|| panic!("{text} is a window"))
    }

    #[test]
    fn windows_print_as_they_are_read() {
        for text in ["02:00-03:00", "23:30-00:30"] {
            assert_eq!(daily(text).to_string(), text);
        }
        for text in ["sun:04:00-sun:05:00", "sun:23:30-mon:00:30"] {
            assert_eq!(weekly(text).to_string(), text);
        }
        assert_eq!(weekly("Mon:04:00-Mon:05:00").to_string(), "mon:04:00-mon:05:00");
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "2:00-3:00", "02:00", "02:00-02:00", "24:00-25:00", "02:60-03:00", "+2:00-03:00"] {
            assert_eq!(DailyWindow::parse(text), None, "{text}");
        }
        for text in ["04:00-05:00", "so:04:00-so:05:00", "sun:04:00-sun:04:00", "sunday:04:00-sunday:05:00"] {
            assert_eq!(WeeklyWindow::parse(text), None, "{text}");
        }
    }

    #[test]
    fn windows_are_counted_around_midnight_and_the_week() {
        assert_eq!(daily("23:30-00:30").minutes(), 60);
        assert_eq!(weekly("sun:23:30-mon:00:30").minutes(), 60);
        for (day, week, meets) in [
            ("02:00-03:00", "sun:04:00-sun:05:00", false),
            ("02:00-03:00", "sun:03:00-sun:04:00", false),
            ("02:00-03:01", "sun:03:00-sun:04:00", true),
            ("04:30-04:40", "sun:04:00-sun:05:00", true),
            ("03:00-06:00", "sun:04:00-sun:05:00", true),
            ("23:30-00:30", "mon:00:00-mon:01:00", true),
            ("23:30-00:30", "sun:23:00-sun:23:30", false),
            ("00:00-01:00", "sun:23:30-mon:00:30", true),
        ] {
            assert_eq!(daily(day).meets(weekly(week)), meets, "{day} and {week}");
        }
    }
}
