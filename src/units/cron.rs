//! Schedules of cron as Kubernetes takes them: five fields, read as robfig/cron v3's `ParseStandard` reads them
//! (<https://github.com/robfig/cron/blob/v3.0.1/parser.go>), which is what the `CronJob` controller calls. Its
//! descriptors (`@hourly`) and `TZ=` are left out: the API refuses the one, and five fields say the other.

use super::Duration;

/// When something runs, in the minutes of a time zone without changes of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cron {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Whether a day must fit both its number and its weekday: where one of the two is `*`.
    both: bool,
}

/// Why a text is no schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronProblem {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
}

/// A field: what it is called, its bounds, and the names that stand for its numbers from the first on.
struct Field {
    name: &'static str,
    min: u32,
    max: u32,
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", min: 0, max: 59, names: &[] },
    Field { name: "hour", min: 0, max: 23, names: &[] },
    Field { name: "day of the month", min: 1, max: 31, names: &[] },
    Field {
        name: "month",
        min: 1,
        max: 12,
        names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    Field { name: "weekday", min: 0, max: 6, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

const FORM: &str = "write minute, hour, day of the month, month and weekday (0 is Sunday): `*/15 * * * *`, `0 2 * * *`, `30 3 * * sun`";
/// Years after which weekdays and leap years repeat, as long as no century is among them.
const CYCLE: i64 = 28;

impl Cron {
    /// Reads five fields.
    ///
    /// # Errors
    ///
    /// If there are not five, if one is not what Kubernetes takes, or if no day fits.
    pub fn parse(text: &str) -> Result<Self, CronProblem> {
        let problem = |message: String| CronProblem { message, help: FORM };
        let fields: Vec<&str> = text.split_whitespace().collect();
        if text.starts_with('@') {
            return Err(problem(format!("`{text}` is short for a schedule")));
        }
        if fields.iter().any(|field| field.starts_with("TZ=") || field.starts_with("CRON_TZ=")) {
            return Err(CronProblem {
                message: "a time zone in a schedule, which Kubernetes refuses".to_owned(),
                help: "write it as `timeZone`",
            });
        }
        let [minutes, hours, days, months, weekdays] = fields[..] else {
            return Err(problem(format!("`{text}` has {} fields, and a schedule has five", fields.len())));
        };
        let read = |index: usize, text: &str| bits(&FIELDS[index], text).map_err(problem);
        let (days, any_day) = read(2, days)?;
        let (weekdays, any_weekday) = read(4, weekdays)?;
        let cron = Self {
            minutes: read(0, minutes)?.0,
            hours: read(1, hours)?.0,
            days,
            months: read(3, months)?.0,
            weekdays,
            both: any_day || any_weekday,
        };
        if cron.matching_days().next().is_none() {
            return Err(CronProblem {
                message: format!("`{text}` never comes: no such month has such a day"),
                help: "choose a day that each of the months has",
            });
        }
        Ok(cron)
    }

    /// The shortest and the longest time between two runs.
    #[must_use]
    pub fn gaps(&self) -> (Duration, Duration) {
        let times: Vec<i64> = (0..24)
            .filter(|hour| has(self.hours, *hour))
            .flat_map(|hour| {
                (0..60)
                    .filter(|minute| has(self.minutes, *minute))
                    .map(move |minute| i64::from(hour * 60 + minute))
            })
            .collect();
        let (Some(&first), Some(&last)) = (times.first(), times.last()) else {
            return (Duration(0), Duration(0));
        };
        let within = times.windows(2).map(|pair| pair[1] - pair[0]);
        let days: Vec<i64> = self.matching_days().collect();
        // Behind the last day of the cycle its first one follows.
        let again =
            days.first().map(|first| first + days_before(CYCLE_START + CYCLE) - days_before(CYCLE_START));
        let next = days.iter().copied().skip(1).chain(again);
        let between = days.iter().zip(next).map(|(day, next)| (next - day) * 1440 + first - last);
        let bounds = within.chain(between).fold(None, |bounds: Option<(i64, i64)>, gap| {
            Some(bounds.map_or((gap, gap), |(least, most)| (least.min(gap), most.max(gap))))
        });
        let seconds = |minutes: i64| Duration(u64::try_from(minutes).unwrap_or_default() * 60);
        let (shortest, longest) = bounds.unwrap_or_default();
        (seconds(shortest), seconds(longest))
    }

    /// The days of a whole cycle on which it runs, counted from 1 March of the year 0.
    fn matching_days(&self) -> impl Iterator<Item = i64> + '_ {
        (CYCLE_START..CYCLE_START + CYCLE).flat_map(move |year| {
            (1..=12).filter(|month| has(self.months, *month)).flat_map(move |month| {
                let first = number(year, month, 1);
                (1..=length(year, month)).filter_map(move |day| {
                    let number = first + i64::from(day) - 1;
                    // 1 March 2000, which is day 730 485, was a Wednesday.
                    let weekday = u32::try_from((number - 730_485 + 3).rem_euclid(7)).unwrap_or_default();
                    let (fits, is_weekday) = (has(self.days, day), has(self.weekdays, weekday));
                    let runs = if self.both { fits && is_weekday } else { fits || is_weekday };
                    runs.then_some(number)
                })
            })
        })
    }
}

/// The first year of the cycle that is looked at.
const CYCLE_START: i64 = 2001;

const fn has(bits: u64, number: u32) -> bool {
    bits & (1 << number) != 0
}

const fn length(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number of a day, by Howard Hinnant's `days_from_civil`.
fn number(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = i64::from((month + 9) % 12);
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month + 2) / 5
        + i64::from(day)
        - 1
}

fn days_before(year: i64) -> i64 {
    number(year, 1, 1)
}

/// The numbers of a field, and whether it is open: `*` or `?` without a step.
fn bits(field: &Field, text: &str) -> Result<(u64, bool), String> {
    let mut sum = 0;
    let mut open = false;
    for part in text.split(',') {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let step = match step {
            None => 1,
            Some(step) => match step.parse::<u32>() {
                Ok(step) if step > 0 => step,
                _ => return Err(format!("`{part}` has no step in the {}", field.name)),
            },
        };
        let (low, high) = match range {
            "*" | "?" => {
                open |= step == 1;
                (field.min, field.max)
            }
            _ => match range.split_once('-') {
                Some((low, high)) => (one(field, low)?, one(field, high)?),
                // A step behind a number counts from it to the end.
                None if part.contains('/') => (one(field, range)?, field.max),
                None => (one(field, range)?, one(field, range)?),
            },
        };
        if low > high {
            return Err(format!("the {} goes backwards in `{range}`", field.name));
        }
        let mut number = low;
        while number <= high {
            sum |= 1 << number;
            number = number.saturating_add(step);
        }
    }
    Ok((sum, open))
}

fn one(field: &Field, text: &str) -> Result<u32, String> {
    let named = field.names.iter().position(|name| name.eq_ignore_ascii_case(text));
    let named = named.and_then(|position| u32::try_from(position).ok()).map(|position| position + field.min);
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = named.or_else(|| text.parse().ok().filter(|_| digits));
    number
        .filter(|number| (field.min..=field.max).contains(number))
        .ok_or_else(|| format!("`{text}` is no {}: it goes from {} to {}", field.name, field.min, field.max))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(text: &str) -> (u64, u64) {
        let (shortest, longest) = Cron::parse(text).expect("a schedule").gaps();
        (shortest.0, longest.0)
    }

    #[test]
    fn the_time_between_runs_is_counted_over_days_months_and_leap_years() {
        const DAY: u64 = 86_400;
        assert_eq!(gaps("* * * * *"), (60, 60));
        assert_eq!(gaps("*/15 * * * *"), (900, 900));
        assert_eq!(gaps("*/25 * * * *"), (600, 1500));
        assert_eq!(gaps("0 2 * * *"), (DAY, DAY));
        assert_eq!(gaps("0 2,14 * * *"), (DAY / 2, DAY / 2));
        assert_eq!(gaps("0 3 * * sun"), (7 * DAY, 7 * DAY));
        assert_eq!(gaps("0 9-17 * * MON-FRI"), (3600, 3 * DAY - 8 * 3600));
        assert_eq!(gaps("0 0 1 * *"), (28 * DAY, 31 * DAY));
        assert_eq!(gaps("0 0 1 1 *"), (365 * DAY, 366 * DAY));
        assert_eq!(gaps("0 0 29 2 *"), (1461 * DAY, 1461 * DAY));
        // Two fields that are not open are an alternative, and a step closes a field.
        assert_eq!(gaps("0 0 */31 * 1").1, 7 * DAY);
        assert_eq!(gaps("30 1 31 * *"), (31 * DAY, 61 * DAY));
        assert_eq!(gaps("5/20 * * * *"), (1200, 1200));
    }

    #[test]
    fn sundays_are_sundays() {
        // 1 January 2006 was a Sunday: the only year from 2001 on whose first day is one, until 2012.
        assert_eq!(gaps("0 0 1 1 *").0 % 86_400, 0);
        let sundays: Vec<i64> = Cron::parse("0 0 * 1 0").expect("a schedule").matching_days().collect();
        assert!(sundays.contains(&number(2006, 1, 1)) && !sundays.contains(&number(2006, 1, 2)));
    }

    #[test]
    fn what_kubernetes_refuses_is_refused() {
        for (text, why) in [
            ("* * * *", "has 4 fields"),
            ("0 0 2 * * *", "has 6 fields"),
            ("@hourly", "short for a schedule"),
            ("TZ=UTC 0 2 * * *", "a time zone"),
            ("60 * * * *", "`60` is no minute"),
            ("0 24 * * *", "`24` is no hour"),
            ("0 0 0 * *", "`0` is no day of the month"),
            ("0 0 * * 7", "`7` is no weekday"),
            ("0 0 * feb-jan *", "goes backwards"),
            ("*/0 * * * *", "no step"),
            ("1,,2 * * * *", "`` is no minute"),
            ("+1 * * * *", "`+1` is no minute"),
            ("0 0 30 2 *", "never comes"),
            ("a * * * *", "`a` is no minute"),
        ] {
            let problem = Cron::parse(text).expect_err(text);
            assert!(problem.message.contains(why), "{text}: {}", problem.message);
        }
    }
}
