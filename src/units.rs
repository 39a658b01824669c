//! Amounts as people write them: durations, CPU, memory, percentages, versions, address ranges.
//!
//! Every type keeps an exact integer, prints in the one canonical spelling, and parses only spellings that mean one
//! thing.

pub mod cron;
mod date;
pub mod slo;
mod window;

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

pub use date::{Date, days_between};
pub use window::{DailyWindow, WeeklyWindow};

/// A length of time in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub u64);

impl Duration {
    /// One minute.
    pub const MINUTE: Self = Self(60);
    /// One hour.
    pub const HOUR: Self = Self(3600);
    /// One day.
    pub const DAY: Self = Self(86_400);

    /// Reads `90s`, `15m`, `1h30m`, `7d`, `2w` or a sum of such parts in falling units.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut total: u64 = 0;
        let mut rest = text;
        let mut last = u64::MAX;
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return None;
            }
            let amount: u64 = rest[..digits].parse().ok()?;
            let unit = match rest.as_bytes().get(digits)? {
                b's' => 1,
                b'm' => 60,
                b'h' => 3600,
                b'd' => 86_400,
                b'w' => 604_800,
                _ => return None,
            };
            if unit >= last {
                return None;
            }
            last = unit;
            total = total.checked_add(amount.checked_mul(unit)?)?;
            rest = &rest[digits + 1..];
        }
        // Ten years: longer is a mistake of the unit, and every sum of a few stays far from overflow.
        (!text.is_empty() && total <= 315_360_000).then_some(Self(total))
    }

    /// The number of seconds as `PromQL` counts, exact: a [`Duration`] is at most some years.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "some years of seconds are far below 2^53")]
    pub const fn exact(self) -> f64 {
        self.0 as f64
    }

    /// The length in one unit that Prometheus takes, such as `5m` or `90s`.
    #[must_use]
    pub fn prometheus(self) -> String {
        for (seconds, unit) in [(604_800, 'w'), (86_400, 'd'), (3600, 'h'), (60, 'm')] {
            if self.0 > 0 && self.0.is_multiple_of(seconds) {
                return format!("{}{unit}", self.0 / seconds);
            }
        }
        format!("{}s", self.0)
    }

    /// The length in several units, as Prometheus itself prints one: `16h48m`, `2m20s`, `1d12h`; weeks only where they are whole
    /// (`model.Duration.String` of prometheus/common). It is a range in a query as well as a part of a metric's name.
    #[must_use]
    pub fn compound(self) -> String {
        if self.0 > 0 && self.0.is_multiple_of(604_800) {
            return format!("{}w", self.0 / 604_800);
        }
        let mut rest = self.0;
        let mut text = String::new();
        for (seconds, unit) in [(86_400, 'd'), (3600, 'h'), (60, 'm'), (1, 's')] {
            if rest >= seconds {
                text.push_str(&(rest / seconds).to_string());
                text.push(unit);
                rest %= seconds;
            }
        }
        if text.is_empty() { "0s".to_owned() } else { text }
    }
}

impl fmt::Display for Duration {
    /// `1d 2h`, `24h 20m`, `5m`, `90s`: at most two units, as people say it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, hours) = (self.0 / 86_400, self.0 % 86_400 / 3600);
        let (minutes, seconds) = (self.0 % 3600 / 60, self.0 % 60);
        let parts: Vec<String> = if days >= 3 || (days > 0 && hours + minutes + seconds == 0) {
            vec![(days, 'd'), (hours, 'h')]
        } else {
            vec![(days * 24 + hours, 'h'), (minutes, 'm'), (seconds, 's')]
        }
        .into_iter()
        .filter(|(amount, _)| *amount > 0)
        .take(2)
        .map(|(amount, unit)| format!("{amount}{unit}"))
        .collect();
        f.write_str(if parts.is_empty() { "0s" } else { "" })?;
        f.write_str(&parts.join(" "))
    }
}

/// An amount of CPU in thousandths of a core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cpu(pub u64);

impl Cpu {
    /// Reads `250m`, `2`, `0.5`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(milli) = text.strip_suffix('m') {
            return digits(milli).map(Self);
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fraction = match fraction.len() {
            0 if !text.contains('.') => 0,
            1..=3 => digits(fraction)? * 10u64.pow(3 - u32::try_from(fraction.len()).ok()?),
            _ => return None,
        };
        Some(Self(digits(whole)?.checked_mul(1000)?.checked_add(fraction)?))
    }
}

impl fmt::Display for Cpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(1000) { write!(f, "{}", self.0 / 1000) } else { write!(f, "{}m", self.0) }
    }
}

/// An amount of memory or storage in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bytes(pub u64);

impl Bytes {
    /// One mebibyte.
    pub const MIB: u64 = 1 << 20;

    /// Reads `512Mi`, `2Gi`, `500M`, `1G`, or a plain number of bytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let end = text.bytes().take_while(u8::is_ascii_digit).count();
        let factor = match &text[end..] {
            "" => 1,
            "Ki" => 1 << 10,
            "Mi" => 1 << 20,
            "Gi" => 1 << 30,
            "Ti" => 1 << 40,
            "k" => 1000,
            "M" => 1_000_000,
            "G" => 1_000_000_000,
            "T" => 1_000_000_000_000,
            _ => return None,
        };
        digits(&text[..end])?.checked_mul(factor).filter(|bytes| *bytes < 1 << 60).map(Self)
    }

    /// Whole mebibytes, rounded up.
    #[must_use]
    pub const fn mebibytes(self) -> u64 {
        self.0.div_ceil(Self::MIB)
    }

    /// Whole gibibytes, rounded up.
    #[must_use]
    pub const fn gibibytes(self) -> u64 {
        self.0.div_ceil(1 << 30)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (factor, unit) in [
            (1u64 << 40, "Ti"),
            (1 << 30, "Gi"),
            (1 << 20, "Mi"),
            (1_000_000_000, "G"),
            (1_000_000, "M"),
            (1 << 10, "Ki"),
            (1000, "k"),
        ] {
            if self.0 >= factor && self.0.is_multiple_of(factor) {
                return write!(f, "{}{unit}", self.0 / factor);
            }
        }
        write!(f, "{}", self.0)
    }
}

/// The time of an answer, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Latency(pub u32);

impl Latency {
    /// Reads `250ms` or `2s`; at most an hour, and never nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, factor) = match text.strip_suffix("ms") {
            Some(number) => (number, 1),
            None => (text.strip_suffix('s')?, 1000),
        };
        let total = digits(number)?.checked_mul(factor)?;
        u32::try_from(total).ok().filter(|total| (1..=3_600_000).contains(total)).map(Self)
    }

    /// The time in seconds as a decimal without rounding: 250 ms are `0.25`.
    #[must_use]
    pub fn seconds(self) -> String {
        let text = format!("{}.{:03}", self.0 / 1000, self.0 % 1000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(1000) { write!(f, "{}s", self.0 / 1000) } else { write!(f, "{}ms", self.0) }
    }
}

/// A percentage in thousandths of a percent: 99.9 % is 99,900.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(pub u32);

impl Percent {
    /// Reads `70%`, `99.95%`. The sign is needed: 0.999 and 99.9 would both be plausible without it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = text.strip_suffix('%')?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let fraction = match fraction.len() {
            0 if !number.contains('.') => 0,
            1..=3 => digits(fraction)? * 10u64.pow(3 - u32::try_from(fraction.len()).ok()?),
            _ => return None,
        };
        let total = digits(whole)?.checked_mul(1000)? + fraction;
        u32::try_from(total).ok().filter(|total| *total <= 1_000_000).map(Self)
    }

    /// The whole percent, if it is one.
    #[must_use]
    pub const fn whole(self) -> Option<u32> {
        if self.0.is_multiple_of(1000) { Some(self.0 / 1000) } else { None }
    }

    /// The ratio as a decimal without rounding: 5 % is `0.05`.
    #[must_use]
    pub fn ratio(self) -> String {
        let text = format!("{}.{:05}", self.0 / 100_000, self.0 % 100_000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:03}", self.0 / 1000, self.0 % 1000);
        write!(f, "{}%", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// A range of addresses in CIDR form, without host bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cidr {
    /// IPv4: network address and prefix length.
    V4(u32, u8),
    /// IPv6: network address and prefix length.
    V6(u128, u8),
}

/// Why a text is no [`Cidr`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CidrProblem {
    /// It is no address and prefix length.
    Form,
    /// Bits are set behind the prefix; the range that is probably meant.
    HostBits(Cidr),
}

impl Cidr {
    /// Reads `10.0.0.0/16` or `2001:db8::/32`.
    pub fn parse(text: &str) -> Result<Self, CidrProblem> {
        let (address, prefix) = text.split_once('/').ok_or(CidrProblem::Form)?;
        let length = digits(prefix).filter(|_| prefix.len() <= 3).ok_or(CidrProblem::Form)?;
        let network = if let Ok(address) = address.parse::<Ipv4Addr>() {
            let length = u8::try_from(length).ok().filter(|l| *l <= 32).ok_or(CidrProblem::Form)?;
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            (Self::V4(u32::from(address) & mask, length), u32::from(address) & !mask != 0)
        } else {
            let address = address.parse::<Ipv6Addr>().map_err(|_| CidrProblem::Form)?;
            let length = u8::try_from(length).ok().filter(|l| *l <= 128).ok_or(CidrProblem::Form)?;
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            (Self::V6(u128::from(address) & mask, length), u128::from(address) & !mask != 0)
        };
        if network.1 { Err(CidrProblem::HostBits(network.0)) } else { Ok(network.0) }
    }

    /// Whether it is an IPv4 range.
    #[must_use]
    pub const fn is_v4(self) -> bool {
        matches!(self, Self::V4(..))
    }

    /// Whether it is every address there is.
    #[must_use]
    pub const fn is_everything(self) -> bool {
        matches!(self, Self::V4(_, 0) | Self::V6(_, 0))
    }

    /// Whether the ranges share an address.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        match (self, other) {
            (Self::V4(a, la), Self::V4(b, lb)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(la.min(lb))).unwrap_or(0);
                a & mask == b & mask
            }
            (Self::V6(a, la), Self::V6(b, lb)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(la.min(lb))).unwrap_or(0);
                a & mask == b & mask
            }
            _ => false,
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(address, length) => write!(f, "{}/{length}", Ipv4Addr::from(*address)),
            Self::V6(address, length) => write!(f, "{}/{length}", Ipv6Addr::from(*address)),
        }
    }
}

/// Digits only, so that signs, spaces and underscores are refused where `str::parse` or a reader would differ.
fn digits(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) { None } else { text.parse().ok() }
}

macro_rules! serialize_as_text {
    ($($unit:ty),*) => {$(
        impl serde::Serialize for $unit {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}
serialize_as_text!(Duration, Cpu, Bytes, Latency, Percent, Cidr, DailyWindow, WeeklyWindow);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compound_lengths_are_printed_as_prometheus_prints_them() {
        for (seconds, printed) in [
            (0, "0s"),
            (140, "2m20s"),
            (300, "5m"),
            (1008 * 60, "16h48m"),
            (86_400, "1d"),
            (36 * 3600, "1d12h"),
            (28 * 86_400, "4w"),
            (30 * 86_400, "30d"),
            (8 * 86_400 + 61, "8d1m1s"),
        ] {
            assert_eq!(Duration(seconds).compound(), printed);
        }
    }

    #[test]
    fn amounts_keep_their_meaning_and_print_canonically() {
        for (text, printed) in
            [("1024Mi", "1Gi"), ("512Mi", "512Mi"), ("1500M", "1500M"), ("1500", "1500"), ("1G", "1G")]
        {
            assert_eq!(Bytes::parse(text).map(|bytes| bytes.to_string()).as_deref(), Some(printed));
        }
        for (text, printed) in [("250m", "250m"), ("2", "2"), ("0.5", "500m"), ("2000m", "2")] {
            assert_eq!(Cpu::parse(text).map(|cpu| cpu.to_string()).as_deref(), Some(printed));
        }
        for (text, printed) in [
            ("24h20m", "24h 20m"),
            ("1d", "1d"),
            ("90s", "1m 30s"),
            ("4h", "4h"),
            ("14d", "14d"),
            ("0s", "0s"),
            ("26h", "26h"),
        ] {
            assert_eq!(Duration::parse(text).map(|d| d.to_string()).as_deref(), Some(printed));
        }
        assert_eq!(Percent::parse("99.95%").map(|p| p.to_string()).as_deref(), Some("99.95%"));
        assert_eq!(Percent::parse("5%").map(Percent::ratio).as_deref(), Some("0.05"));
    }

    #[test]
    fn spellings_that_could_mean_two_things_are_refused() {
        for text in ["", "5", "m", "5 m", "5m5m", "5m1h", "-5m", "1.5h", "99999999w"] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
        for text in ["", "m", "-1", "1_0", "1.2345", "1.", ".5", "1e3"] {
            assert_eq!(Cpu::parse(text), None, "{text}");
        }
        for text in ["", "512m", "1.5Gi", "Mi", "512mi", "512MB", "99999999999999Ti"] {
            assert_eq!(Bytes::parse(text), None, "{text}");
        }
        for text in ["0.999", "99.9", "%", "1e2%", "2000%", "99.9999%"] {
            assert_eq!(Percent::parse(text), None, "{text}");
        }
    }

    #[test]
    fn address_ranges_have_no_host_bits() {
        assert_eq!(Cidr::parse("10.0.0.0/16").map(|cidr| cidr.to_string()).as_deref(), Ok("10.0.0.0/16"));
        assert_eq!(Cidr::parse("2001:db8::/32").map(|cidr| cidr.to_string()).as_deref(), Ok("2001:db8::/32"));
        assert_eq!(Cidr::parse("0.0.0.0/0").map(|cidr| cidr.to_string()).as_deref(), Ok("0.0.0.0/0"));
        assert!(matches!(Cidr::parse("10.0.1.5/24"), Err(CidrProblem::HostBits(Cidr::V4(_, 24)))));
        for text in ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "010.0.0.0/8", "10.0.0.0/+8", "::/129"] {
            assert_eq!(Cidr::parse(text), Err(CidrProblem::Form), "{text}");
        }
    }

    #[test]
    fn overlap_is_symmetric_containment() {
        let cidr = |text| Cidr::parse(text).expect("a range");
        assert!(cidr("10.0.0.0/8").overlaps(cidr("10.2.0.0/16")));
        assert!(cidr("10.2.0.0/16").overlaps(cidr("10.0.0.0/8")));
        assert!(!cidr("10.0.0.0/16").overlaps(cidr("10.1.0.0/16")));
        assert!(cidr("0.0.0.0/0").overlaps(cidr("203.0.113.0/24")));
    }
}
