//! Objectives, periods, rates of requests and queries as scalars.

use crate::model::decode::{Problem, Scalar, ScalarInfo};
use crate::units::slo::{Objective, RequestRate};
use crate::units::{Duration, Percent};

/// The period of an objective: whole days, from a week to a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Period(pub Duration);

/// A query in `PromQL` with a placeholder for its range.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Query(pub String);

/// The smallest share that a number without a sign may be taken for.
const HALF: u32 = 50_000;

impl std::ops::Deref for Query {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Scalar for Objective {
    const INFO: ScalarInfo = ScalarInfo {
        name: "the share of an objective",
        json: &["string"],
        pattern: "^[0-9]{1,2}(\\.[0-9]{1,3})?%$",
        range: None,
    };

    fn read(text: &str) -> Result<Self, Problem> {
        const WHOLE: u32 = 100_000;
        if let Some(percent) = Percent::parse(text) {
            return Self::of(percent.0).ok_or_else(|| match percent.0 {
                WHOLE => {
                    Problem::new("an objective of 100% has no error budget: the first failure breaks it")
                        .help("write what users notice, such as `99.9%`: one in a thousand may fail")
                }
                0 => {
                    Problem::new("an objective of 0% promises nothing").help("write a share, such as `99.9%`")
                }
                _ => Problem::new(format!("an objective of {text} is more than everything"))
                    .help("write a share below 100%, such as `99.9%`"),
            });
        }
        let problem = Problem::new(format!("`{text}` is no share of an objective"));
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if !is_number {
            return Err(problem.help("a number of at most three decimals with `%`, such as `99.95%`"));
        }
        let problem = problem.help(
            "write it with the sign, such as `99.9%`: without it, 0.999 and 99.9 would both be plausible",
        );
        let meant = match text.strip_prefix("0.") {
            Some(fraction) if (1..=5).contains(&fraction.len()) => format!("{fraction:0<5}")
                .parse::<u32>()
                .ok()
                .and_then(Self::of)
                .filter(|o| o.thousandths() > HALF),
            Some(_) => None,
            None => Percent::parse(&format!("{text}%"))
                .and_then(|p| Self::of(p.0))
                .filter(|o| o.thousandths() > HALF),
        };
        Err(match meant {
            Some(meant) => problem.replacement(meant.to_string()),
            None => problem,
        })
    }
}

impl Scalar for Period {
    const INFO: ScalarInfo = ScalarInfo {
        name: "the period of an objective",
        json: &["string"],
        pattern: "^([0-9]+[wdhms])+$",
        range: None,
    };

    fn read(text: &str) -> Result<Self, Problem> {
        const RULE: &str = "whole days from `7d` to `90d`: `30d`, `28d`, `4w`";
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let Some(length) = Duration::parse(text) else {
            let problem = Problem::new(format!("`{text}` is no period"));
            return Err(if is_number {
                let days = format!("{text}d");
                let problem = problem.help(format!("a period needs a unit; {RULE}"));
                if Self::read(&days).is_ok() { problem.replacement(days) } else { problem }
            } else {
                problem.help(RULE)
            });
        };
        let days = length.0 / Duration::DAY.0;
        if !length.0.is_multiple_of(Duration::DAY.0) || !(7..=90).contains(&days) {
            return Err(Problem::new(format!("a period of {length} is not between 7 and 90 whole days"))
                .help(format!(
                    "{RULE}; over a shorter one a single outage decides, over a longer one nobody reacts"
                )));
        }
        Ok(Self(length))
    }
}

impl Scalar for RequestRate {
    const INFO: ScalarInfo = ScalarInfo {
        name: "a rate of requests",
        json: &["string"],
        pattern: "^[1-9][0-9]*/[smhd]$",
        range: None,
    };

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text).ok_or_else(|| {
            let problem = Problem::new(format!("`{text}` is no rate of requests"));
            match Self::whole(text) {
                Some(whole) => problem
                    .help(format!("a rate is a whole number: write `{whole}`"))
                    .replacement(whole.to_string()),
                None => problem.help(
                    "a whole number in a second, minute, hour or day: `20/s`, `30/m`, `100/h`, `2000/d`",
                ),
            }
        })
    }
}

impl Scalar for Query {
    const INFO: ScalarInfo =
        ScalarInfo { name: "a query in PromQL", json: &["string"], pattern: "", range: None };
    const KEEPS_TEXT: bool = true;

    fn read(text: &str) -> Result<Self, Problem> {
        if text.trim().is_empty() {
            return Err(
                Problem::new("the query is empty").help("such as `sum(rate(orders_total[{{.window}}]))`")
            );
        }
        if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t')) {
            return Err(Problem::new("a control character in a query").help("remove it"));
        }
        if text.len() > 4000 {
            return Err(
                Problem::new("the query has more than 4000 bytes").help("record a part of it as a series")
            );
        }
        Ok(Self(text.trim().replace("{{ .window }}", "{{.window}}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_without_its_sign_says_what_is_meant() {
        let replaced = |text: &str| Objective::read(text).expect_err("no objective").replacement;
        for (text, meant) in [("0.999", "99.9%"), ("0.99995", "99.995%"), ("99.9", "99.9%"), ("0.9", "90%")] {
            assert_eq!(replaced(text).as_deref(), Some(meant), "{text}");
        }
        for text in ["1", "0.1", "100%", "0%", "101%", "99.9995%", "", "high", "0.999999"] {
            assert_eq!(replaced(text), None, "{text}");
        }
        assert!(Objective::read("99.995%").is_ok());
    }

    #[test]
    fn a_period_is_whole_days_from_a_week_to_a_quarter() {
        for text in ["7d", "30d", "4w", "90d", "168h"] {
            assert!(Period::read(text).is_ok(), "{text}");
        }
        for text in ["6d", "91d", "1d", "7d12h", "30", "month", ""] {
            assert!(Period::read(text).is_err(), "{text}");
        }
        assert_eq!(Period::read("30").expect_err("no unit").replacement.as_deref(), Some("30d"));
        assert_eq!(Period::read("300").expect_err("no unit").replacement, None);
    }
}
