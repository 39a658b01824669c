//! Amounts of service level objectives: the share that is promised, the period, the rate of requests, and the
//! arithmetic of burn rates, in whole numbers from end to end.

use std::fmt;

use super::{Duration, digits};

/// The share of events that have to be good, in thousandths of a percent: 99.9 % is 99,900. Never nothing, never all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Objective(u32);

impl Objective {
    /// All of it, in thousandths of a percent.
    const WHOLE: u32 = 100_000;

    /// The objective of so many thousandths of a percent.
    #[must_use]
    pub fn of(thousandths: u32) -> Option<Self> {
        (1..Self::WHOLE).contains(&thousandths).then_some(Self(thousandths))
    }

    /// Thousandths of a percent.
    #[must_use]
    pub const fn thousandths(self) -> u32 {
        self.0
    }

    /// The objective as a ratio: 99.95 % is 0.9995.
    #[must_use]
    pub fn ratio(self) -> Exact {
        Exact::new(u128::from(self.0), u128::from(Self::WHOLE))
    }

    /// The share that may fail: of 99.9 % it is 0.001.
    #[must_use]
    pub fn budget(self) -> Exact {
        Exact::new(u128::from(Self::WHOLE - self.0), u128::from(Self::WHOLE))
    }

    /// The number alone, in percent: `99.95`.
    #[must_use]
    pub fn percent(self) -> String {
        let text = format!("{}.{:03}", self.0 / 1000, self.0 % 1000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.percent())
    }
}

/// How many requests come: a whole number in a second, minute, hour or day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestRate {
    count: u32,
    per: char,
}

impl RequestRate {
    /// Reads `5/s`, `30/m`, `100/h` or `2000/d`; never nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.split_once('/')?;
        let mut letters = unit.chars();
        let per = letters.next().filter(|unit| "smhd".contains(*unit))?;
        if letters.next().is_some() {
            return None;
        }
        let count = u32::try_from(digits(number)?).ok().filter(|count| (1..=100_000_000).contains(count))?;
        Some(Self { count, per })
    }

    /// The same rate as a whole number, for a decimal such as `0.01/s`, which is `36/h`; `None` where no unit makes it whole.
    #[must_use]
    pub fn whole(text: &str) -> Option<Self> {
        const UNITS: [(char, u128); 4] = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];
        let (number, unit) = text.split_once('/')?;
        let (before, after) = number.split_once('.')?;
        let after = after.trim_end_matches('0');
        if after.len() > 9 {
            return None;
        }
        let scale = 10u128.pow(u32::try_from(after.len()).ok()?);
        let part = if after.is_empty() { 0 } else { digits(after)? };
        let over = u128::from(digits(before)?).checked_mul(scale)?.checked_add(u128::from(part))?;
        let (_, seconds) = UNITS.into_iter().find(|(letter, _)| unit.chars().eq([*letter]))?;
        UNITS.into_iter().filter(|(_, length)| *length >= seconds).find_map(|(per, length)| {
            let count = over.checked_mul(length / seconds)?;
            let count = count.is_multiple_of(scale).then(|| count / scale)?;
            Self::parse(&format!("{count}/{per}"))
        })
    }

    /// Requests in a length of time.
    #[must_use]
    pub fn within(self, time: Duration) -> Exact {
        let unit: u128 = match self.per {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => 86_400,
        };
        Exact::new(u128::from(self.count) * u128::from(time.0), unit)
    }
}

impl fmt::Display for RequestRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, self.per)
    }
}

/// A fraction in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exact {
    over: u128,
    under: u128,
}

impl Exact {
    /// The fraction of two numbers; `under` is not 0.
    #[must_use]
    pub fn new(over: u128, under: u128) -> Self {
        let (mut a, mut b) = (over, under.max(1));
        while b > 0 {
            (a, b) = (b, a % b);
        }
        let common = a.max(1);
        Self { over: over / common, under: under.max(1) / common }
    }

    /// The product.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        Self::new(self.over * other.over, self.under * other.under)
    }

    /// One less; nothing where it is less than one.
    #[must_use]
    pub fn minus_one(self) -> Self {
        Self::new(self.over.saturating_sub(self.under), self.under)
    }

    /// The quotient; the divisor is not 0.
    #[must_use]
    pub fn over(self, other: Self) -> Self {
        Self::new(self.over * other.under, self.under * other.over.max(1))
    }

    /// Whether it is at least a whole number.
    #[must_use]
    pub const fn is_at_least(self, whole: u128) -> bool {
        self.over >= whole * self.under
    }

    /// Whether it is less than another fraction.
    #[must_use]
    pub const fn is_less_than(self, other: Self) -> bool {
        self.over * other.under < other.over * self.under
    }

    /// The fraction as `PromQL`, without rounding: a decimal such as `0.0144`, or a decimal divided by what no decimal can say,
    /// such as `0.0028 / 3`.
    #[must_use]
    pub fn promql(self) -> String {
        let (mut rest, mut twos, mut fives) = (self.under, 0, 0);
        while rest % 2 == 0 {
            (rest, twos) = (rest / 2, twos + 1);
        }
        while rest % 5 == 0 {
            (rest, fives) = (rest / 5, fives + 1);
        }
        let places: u32 = twos.max(fives);
        let scale = 10u128.pow(places);
        let scaled = self.over * (scale / (self.under / rest));
        let decimal = decimal(scaled, places);
        if rest == 1 { decimal } else { format!("{decimal} / {rest}") }
    }

    /// The fraction as a number of Prometheus: what it makes of [`Self::promql`].
    #[must_use]
    pub fn float(self) -> f64 {
        let text = self.promql();
        let (over, under) = text.split_once(" / ").unwrap_or((&text, "1"));
        over.parse::<f64>().unwrap_or(f64::NAN) / under.parse::<f64>().unwrap_or(f64::NAN)
    }

    /// The fraction for people: at most so many decimals, and of one that is smaller than they can say two digits that say
    /// something: 0.000144 is `0.00014`, not `0`.
    #[must_use]
    pub fn significant(self, places: u32) -> String {
        /// Below this nothing is worth a digit, and nothing overflows.
        const MOST: u32 = 12;
        let mut wanted = places;
        while self.over > 0 && wanted < MOST && self.over * 10u128.pow(wanted) < 10 * self.under {
            wanted += 1;
        }
        self.about(wanted.max(places))
    }

    /// The fraction for people: at most so many decimals, rounded to the nearest.
    #[must_use]
    pub fn about(self, places: u32) -> String {
        let scale = 10u128.pow(places);
        decimal((self.over * scale * 2 + self.under) / (self.under * 2), places)
    }
}

/// A number of so many decimal places, without zeros that say nothing.
fn decimal(scaled: u128, places: u32) -> String {
    if places == 0 {
        return scaled.to_string();
    }
    let scale = 10u128.pow(places);
    let mut text = format!("{}.{:0width$}", scaled / scale, scaled % scale, width = places as usize);
    text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    text
}

/// Failures within an alert's window of which fewer say nothing, however large their share: one may be chance, two a retry
/// (Google, The Site Reliability Workbook, chapter 5, on services with low traffic).
pub const FEW: u128 = 3;

/// A pair of windows that both have to burn too fast, and how fast that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BurnWindow {
    /// Whether somebody is called, rather than given a ticket.
    pub is_page: bool,
    /// The window that says that it matters.
    pub long: Duration,
    /// The window that says that it still goes on.
    pub short: Duration,
    /// How many times faster than the budget allows: the share of the budget that may be gone after the long window, times
    /// the period, divided by the window.
    pub factor: Exact,
}

impl BurnWindow {
    /// The share of failures above which both windows have to be.
    #[must_use]
    pub fn threshold(&self, objective: Objective) -> Exact {
        self.factor.times(objective.budget())
    }

    /// How many failures within the long window are just too many, where so many requests come.
    #[must_use]
    pub fn failures(&self, objective: Objective, traffic: RequestRate) -> Exact {
        self.threshold(objective).times(traffic.within(self.long))
    }
}

/// The windows of a period of 30 days (Google, The Site Reliability Workbook, chapter 5): whether it is a page, the share of
/// the budget in hundredths, the long window in minutes. The short window is a twelfth of the long one.
const WINDOWS: [(bool, u64, u64); 4] = [(true, 2, 60), (true, 5, 360), (false, 10, 1440), (false, 10, 4320)];

/// The pairs of windows for a period of whole days.
///
/// About a month keeps the windows that everybody knows. Another period scales them: with windows of a month a week's
/// tickets would come while the budget is kept (their factors would be below 1). Of a period of whole days every scaled window
/// is whole minutes or seconds, and the factors are those of a month. No window is shorter than `least`, what a rate needs.
#[must_use]
pub fn burn_windows(period: Duration, least: Duration) -> [BurnWindow; 4] {
    let is_month = (28 * Duration::DAY.0..=31 * Duration::DAY.0).contains(&period.0);
    WINDOWS.map(|(is_page, hundredths, minutes)| {
        let scaled = if is_month { minutes * 60 } else { minutes * 60 * period.0 / (30 * Duration::DAY.0) };
        let long = Duration(scaled).max(least);
        let share = Exact::new(u128::from(hundredths), 100);
        BurnWindow {
            is_page,
            long,
            short: Duration(scaled / 12).max(least),
            factor: share.times(Exact::new(u128::from(period.0), u128::from(long.0.max(1)))),
        }
    })
}

impl serde::Serialize for Objective {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl serde::Serialize for RequestRate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factors(days: u64) -> Vec<String> {
        burn_windows(Duration(days * 86_400), Duration(120)).iter().map(|w| w.factor.promql()).collect()
    }

    #[test]
    fn factors_are_exact_for_every_period() {
        assert_eq!(factors(30), ["14.4", "6", "3", "1"]);
        assert_eq!(factors(28), ["13.44", "5.6", "2.8", "2.8 / 3"]);
        assert_eq!(factors(31), ["14.88", "6.2", "3.1", "3.1 / 3"]);
        for days in (7..=90).filter(|days| !(28..=31).contains(days)) {
            assert_eq!(factors(days), ["14.4", "6", "3", "1"], "{days} days");
        }
    }

    #[test]
    fn windows_of_whole_days_are_whole_seconds() {
        let windows = |days: u64| {
            burn_windows(Duration(days * 86_400), Duration(120)).map(|w| (w.long.0 / 60, w.short.0))
        };
        assert_eq!(windows(30), [(60, 300), (360, 1800), (1440, 7200), (4320, 21_600)]);
        assert_eq!(windows(7), [(14, 120), (84, 420), (336, 1680), (1008, 5040)]);
        assert_eq!(windows(90), [(180, 900), (1080, 5400), (4320, 21_600), (12_960, 64_800)]);
    }

    #[test]
    fn thresholds_have_no_noise() {
        let objective = Objective::of(99_995).expect("an objective");
        let [page, _, _, slow] = burn_windows(Duration(30 * 86_400), Duration(120));
        assert_eq!(objective.budget().promql(), "0.00005");
        assert_eq!(page.threshold(objective).promql(), "0.00072");
        assert_eq!(slow.threshold(objective).promql(), "0.00005");
        let [.., slow] = burn_windows(Duration(28 * 86_400), Duration(120));
        assert_eq!(slow.threshold(Objective::of(99_900).expect("one")).promql(), "0.0028 / 3");
        assert_eq!(slow.factor.about(2), "0.93");
    }

    #[test]
    fn small_numbers_keep_digits_that_say_something() {
        for (over, under, shown) in [
            (144, 1_000_000, "0.00014"),
            (432, 1000, "0.43"),
            (72, 10, "7.2"),
            (0, 1, "0"),
            (1, 3, "0.33"),
            (5, 1000, "0.005"),
        ] {
            assert_eq!(Exact::new(over, under).significant(2), shown, "{over}/{under}");
        }
    }

    #[test]
    fn rates_count_in_any_length_of_time() {
        let rate = |text| RequestRate::parse(text).expect("a rate");
        assert_eq!(rate("36/h").within(Duration(3600)).promql(), "36");
        assert_eq!(rate("5/s").within(Duration(300)).promql(), "1500");
        assert_eq!(rate("1/d").within(Duration(3600)).promql(), "1 / 24".replace("1 / 24", "0.125 / 3"));
        for text in ["", "5", "5/", "/s", "0/s", "5/y", "5/ss", "0.5/s", "-1/s"] {
            assert_eq!(RequestRate::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_decimal_is_a_whole_number_in_a_longer_time() {
        for (text, wanted) in [
            ("0.01/s", Some("36/h")),
            ("0.5/s", Some("30/m")),
            ("1.50/m", Some("90/h")),
            ("2.0/s", Some("2/s")),
            ("0.00001/s", None),
            ("0.5/d", None),
            ("0.0/s", None),
            ("0.5/y", None),
            ("5/s", None),
        ] {
            let found = RequestRate::whole(text).map(|rate| rate.to_string());
            assert_eq!(found.as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn an_objective_is_neither_nothing_nor_all() {
        assert_eq!(Objective::of(0), None);
        assert_eq!(Objective::of(100_000), None);
        assert_eq!(Objective::of(99_950).map(|o| o.to_string()).as_deref(), Some("99.95%"));
    }
}
