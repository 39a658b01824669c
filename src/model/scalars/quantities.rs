//! Numbers, sizes, spans of time, networks and dates as scalars.

use crate::model::decode::{Problem, Scalar, ScalarInfo};
use crate::units::Date;
use crate::units::{Bytes, Cidr, CidrProblem, Cpu, DailyWindow, Duration, Latency, Percent, WeeklyWindow};

/// A port number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Port(pub u16);

/// A whole number from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Count(pub u32);

/// The number by which a provider knows something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct ProviderId(pub u32);

/// True or false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Flag(pub bool);

fn whole_number(text: &str, low: u64, high: u64) -> Result<u64, Problem> {
    let plain: String = text.chars().filter(|letter| *letter != '_').collect();
    let problem =
        |message: String| Problem::new(message).help(format!("a whole number from {low} to {high}"));
    if !text.bytes().all(|byte| byte.is_ascii_digit()) || text.is_empty() {
        let problem = problem(format!("`{text}` is no whole number"));
        let grouped = plain.parse().is_ok_and(|value: u64| (low..=high).contains(&value)) && plain != text;
        return Err(if grouped { problem.replacement(plain) } else { problem });
    }
    if text.len() > 1 && text.starts_with('0') {
        let trimmed = text.trim_start_matches('0');
        let trimmed = if trimmed.is_empty() { "0" } else { trimmed };
        return Err(problem(format!(
            "`{text}` is {trimmed} for YAML 1.2 and a number in base 8 for YAML 1.1"
        )));
    }
    match text.parse() {
        Ok(value) if (low..=high).contains(&value) => Ok(value),
        _ => Err(problem(format!("{text} is out of range"))),
    }
}

impl Scalar for Port {
    const INFO: ScalarInfo =
        ScalarInfo { name: "a port number", json: &["integer"], pattern: "", range: Some((1, 65_535)) };

    fn read(text: &str) -> Result<Self, Problem> {
        whole_number(text, 1, 65_535).and_then(|value| {
            u16::try_from(value).map(Self).map_err(|_| Problem::new("the number is out of range"))
        })
    }
}

impl Scalar for Count {
    const INFO: ScalarInfo =
        ScalarInfo { name: "a whole number", json: &["integer"], pattern: "", range: Some((0, 100_000)) };

    fn read(text: &str) -> Result<Self, Problem> {
        whole_number(text, 0, 100_000).and_then(|value| {
            u32::try_from(value).map(Self).map_err(|_| Problem::new("the number is out of range"))
        })
    }
}

impl Scalar for ProviderId {
    const INFO: ScalarInfo = ScalarInfo {
        name: "the number by which the provider knows it",
        json: &["integer"],
        pattern: "",
        range: Some((1, 4_294_967_295)),
    };

    fn read(text: &str) -> Result<Self, Problem> {
        whole_number(text, 1, 4_294_967_295).and_then(|value| {
            u32::try_from(value).map(Self).map_err(|_| Problem::new("the number is out of range"))
        })
    }
}

impl Scalar for Flag {
    const INFO: ScalarInfo =
        ScalarInfo { name: "true or false", json: &["boolean"], pattern: "", range: None };

    fn read(text: &str) -> Result<Self, Problem> {
        crate::syntax::scalar::boolean(text).map(Self).ok_or_else(|| {
            let meant = match text.to_lowercase().as_str() {
                "yes" | "y" | "on" => Some("true"),
                "no" | "n" | "off" => Some("false"),
                _ => None,
            };
            let problem = Problem::new(format!("`{text}` is neither true nor false"));
            match meant {
                Some(meant) => problem.help(format!("YAML 1.2 has `{meant}` only")).replacement(meant),
                None => problem,
            }
        })
    }
}

impl Scalar for Duration {
    const INFO: ScalarInfo =
        ScalarInfo { name: "a duration", json: &["string"], pattern: "^([0-9]+[wdhms])+$", range: None };

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text).ok_or_else(|| {
            let help = if text.bytes().all(|byte| byte.is_ascii_digit()) {
                "a duration needs a unit: s, m, h, d or w, such as `30s` or `24h`"
            } else {
                "numbers with the units w, d, h, m and s in this order, at most ten years, such as `90s`, `15m` or `1h30m`"
            };
            Problem::new(format!("`{text}` is no duration")).help(help)
        })
    }
}

impl Scalar for Cpu {
    const INFO: ScalarInfo = ScalarInfo {
        name: "an amount of CPU",
        json: &["string", "number"],
        pattern: "^([0-9]+m|[0-9]+(\\.[0-9]{1,3})?)$",
        range: None,
    };

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text).ok_or_else(|| {
            Problem::new(format!("`{text}` is no amount of CPU"))
                .help("cores or thousandths of a core: `2`, `0.5` or `250m`")
        })
    }
}

impl Scalar for Bytes {
    const INFO: ScalarInfo = ScalarInfo {
        name: "an amount of memory or storage",
        json: &["string"],
        pattern: "^[0-9]+([KMGT]i|[kMGT])$",
        range: None,
    };

    fn read(text: &str) -> Result<Self, Problem> {
        let problem = Problem::new(format!("`{text}` is no amount of memory or storage"))
            .help("a whole number with Ki, Mi, Gi or Ti (powers of 1024), or k, M, G or T (powers of 1000): `512Mi`");
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(problem.help("a unit is needed: `512Mi`, `2Gi`"));
        }
        Self::parse(text).ok_or_else(|| {
            let number: String = text.chars().take_while(char::is_ascii_digit).collect();
            let unit = text[number.len()..].trim();
            let meant = match unit {
                "m" | "mb" | "MB" | "mi" | "MiB" | "Mb" => Some("Mi"),
                "g" | "gb" | "GB" | "gi" | "GiB" | "Gb" => Some("Gi"),
                _ => None,
            };
            match meant {
                Some(meant) if !number.is_empty() => problem
                    .help(format!("`{unit}` is no unit of Kubernetes: `{number}{meant}` is probably meant")),
                _ => problem,
            }
        })
    }
}

impl Scalar for Latency {
    const INFO: ScalarInfo = ScalarInfo {
        name: "the time of an answer",
        json: &["string"],
        pattern: "^[0-9]+(ms|s)$",
        range: None,
    };

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text).ok_or_else(|| {
            Problem::new(format!("`{text}` is no time of an answer"))
                .help("milliseconds or seconds, at least one and at most an hour, such as `250ms` or `2s`")
        })
    }
}

impl Scalar for Percent {
    const INFO: ScalarInfo = ScalarInfo {
        name: "a percentage",
        json: &["string"],
        pattern: "^[0-9]+(\\.[0-9]{1,3})?%$",
        range: None,
    };

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text).ok_or_else(|| {
            let problem = Problem::new(format!("`{text}` is no percentage"));
            if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
                problem.help("write it with the sign, such as `99.9%`: without it 0.999 and 99.9 would both be plausible")
            } else {
                problem.help("a number of at most three decimals with `%`, such as `70%`")
            }
        })
    }
}

impl Scalar for Cidr {
    const INFO: ScalarInfo = ScalarInfo {
        name: "an address range",
        json: &["string"],
        pattern: "^[0-9a-fA-F.:]+/[0-9]{1,3}$",
        range: None,
    };
    const AMBIGUITY_MATTERS: bool = false;

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text).map_err(|problem| match problem {
            CidrProblem::Form => Problem::new(format!("`{text}` is no address range"))
                .help("an address and a prefix length, such as `10.0.0.0/16`"),
            CidrProblem::HostBits(meant) => Problem::new(format!("`{text}` has bits set behind its prefix"))
                .help(format!("the range is `{meant}`"))
                .replacement(meant.to_string()),
        })
    }
}

impl Scalar for DailyWindow {
    const INFO: ScalarInfo = ScalarInfo {
        name: "a window of every day",
        json: &["string"],
        pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$",
        range: None,
    };

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text).ok_or_else(|| {
            Problem::new(format!("`{text}` is no window of every day"))
                .help("its begin and its end in UTC, with two digits each, such as \"02:00-03:00\"")
        })
    }
}

impl Scalar for WeeklyWindow {
    const INFO: ScalarInfo = ScalarInfo {
        name: "a window of every week",
        json: &["string"],
        pattern: "^([Mm][Oo][Nn]|[Tt][Uu][Ee]|[Ww][Ee][Dd]|[Tt][Hh][Uu]|[Ff][Rr][Ii]|[Ss][Aa][Tt]|[Ss][Uu][Nn]):([01][0-9]|2[0-3]):[0-5][0-9]-([Mm][Oo][Nn]|[Tt][Uu][Ee]|[Ww][Ee][Dd]|[Tt][Hh][Uu]|[Ff][Rr][Ii]|[Ss][Aa][Tt]|[Ss][Uu][Nn]):([01][0-9]|2[0-3]):[0-5][0-9]$",
        range: None,
    };

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text).ok_or_else(|| {
            Problem::new(format!("`{text}` is no window of every week"))
                .help("its begin and its end in UTC, each with the day (mon, tue, wed, thu, fri, sat, sun), such as \"sun:04:00-sun:05:00\"")
        })
    }
}

impl Scalar for Date {
    const INFO: ScalarInfo = ScalarInfo {
        name: "a date",
        json: &["string"],
        pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        range: None,
    };
    // A date is a date for every reader that takes it as more than text.
    const AMBIGUITY_MATTERS: bool = false;

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text).ok_or_else(|| {
            Problem::new(format!("`{text}` is no date")).help("year, month and day: `2027-03-31`")
        })
    }
}
