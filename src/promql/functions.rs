//! The functions of `PromQL`: their arguments and results.
//!
//! From the table of Prometheus 3 (`promql/parser/functions.go`, read 2026-11).

use crate::catalog;

use super::ast::Type::{self, Instant, Range, Scalar, Text};

/// A function.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name; capital letters are others.
    pub name: &'static str,
    /// What its arguments must be.
    pub arguments: &'static [Type],
    /// Whether the last argument may be left out or repeated.
    pub last: Last,
    /// What it gives.
    pub returns: Type,
    /// Whether Prometheus only has it with `--enable-feature=promql-experimental-functions`.
    pub experimental: bool,
}

/// What holds for the last argument of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Last {
    /// It is needed, once.
    Once,
    /// It may be left out.
    Optional,
    /// It may be left out or repeated.
    Repeated,
}

use Last::{Once, Optional, Repeated};

impl Function {
    /// The fewest and the most arguments.
    #[must_use]
    pub const fn count(&self) -> (usize, Option<usize>) {
        let all = self.arguments.len();
        match self.last {
            Once => (all, Some(all)),
            Optional => (all - 1, Some(all)),
            Repeated => (all - 1, None),
        }
    }
}

/// The function of a name.
#[must_use]
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.binary_search_by(|function| function.name.cmp(name)).ok().map(|index| &FUNCTIONS[index])
}

/// The function or aggregation that a name comes nearest to.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let usual = FUNCTIONS.iter().filter(|function| !function.experimental).map(|function| function.name);
    let aggregators = super::ast::Aggregator::ALL.iter().map(|(name, _)| *name);
    catalog::nearest(name, usual.chain(aggregators), 1).first().copied()
}

macro_rules! functions {
    ($($name:ident($($argument:ident),*) $last:ident -> $returns:ident $($experimental:literal)?;)*) => {
        /// All functions, sorted by name.
        pub static FUNCTIONS: &[Function] = &[$(Function {
            name: stringify!($name),
            arguments: &[$($argument),*],
            last: $last,
            returns: $returns,
            experimental: false $(|| $experimental)?,
        }),*];
    };
}

functions! {
    abs(Instant) Once -> Instant;
    absent(Instant) Once -> Instant;
    absent_over_time(Range) Once -> Instant;
    acos(Instant) Once -> Instant;
    acosh(Instant) Once -> Instant;
    asin(Instant) Once -> Instant;
    asinh(Instant) Once -> Instant;
    atan(Instant) Once -> Instant;
    atanh(Instant) Once -> Instant;
    avg_over_time(Range) Once -> Instant;
    ceil(Instant) Once -> Instant;
    changes(Range) Once -> Instant;
    clamp(Instant, Scalar, Scalar) Once -> Instant;
    clamp_max(Instant, Scalar) Once -> Instant;
    clamp_min(Instant, Scalar) Once -> Instant;
    cos(Instant) Once -> Instant;
    cosh(Instant) Once -> Instant;
    count_over_time(Range) Once -> Instant;
    day_of_month(Instant) Optional -> Instant;
    day_of_week(Instant) Optional -> Instant;
    day_of_year(Instant) Optional -> Instant;
    days_in_month(Instant) Optional -> Instant;
    deg(Instant) Once -> Instant;
    delta(Range) Once -> Instant;
    deriv(Range) Once -> Instant;
    double_exponential_smoothing(Range, Scalar, Scalar) Once -> Instant true;
    exp(Instant) Once -> Instant;
    first_over_time(Range) Once -> Instant true;
    floor(Instant) Once -> Instant;
    histogram_avg(Instant) Once -> Instant;
    histogram_count(Instant) Once -> Instant;
    histogram_fraction(Scalar, Scalar, Instant) Once -> Instant;
    histogram_quantile(Scalar, Instant) Once -> Instant;
    histogram_stddev(Instant) Once -> Instant;
    histogram_stdvar(Instant) Once -> Instant;
    histogram_sum(Instant) Once -> Instant;
    hour(Instant) Optional -> Instant;
    idelta(Range) Once -> Instant;
    increase(Range) Once -> Instant;
    info(Instant, Instant) Optional -> Instant true;
    irate(Range) Once -> Instant;
    label_join(Instant, Text, Text, Text) Repeated -> Instant;
    label_replace(Instant, Text, Text, Text, Text) Once -> Instant;
    last_over_time(Range) Once -> Instant;
    ln(Instant) Once -> Instant;
    log10(Instant) Once -> Instant;
    log2(Instant) Once -> Instant;
    mad_over_time(Range) Once -> Instant true;
    max_over_time(Range) Once -> Instant;
    min_over_time(Range) Once -> Instant;
    minute(Instant) Optional -> Instant;
    month(Instant) Optional -> Instant;
    pi() Once -> Scalar;
    predict_linear(Range, Scalar) Once -> Instant;
    present_over_time(Range) Once -> Instant;
    quantile_over_time(Scalar, Range) Once -> Instant;
    rad(Instant) Once -> Instant;
    rate(Range) Once -> Instant;
    resets(Range) Once -> Instant;
    round(Instant, Scalar) Optional -> Instant;
    scalar(Instant) Once -> Scalar;
    sgn(Instant) Once -> Instant;
    sin(Instant) Once -> Instant;
    sinh(Instant) Once -> Instant;
    sort(Instant) Once -> Instant;
    sort_by_label(Instant, Text) Repeated -> Instant true;
    sort_by_label_desc(Instant, Text) Repeated -> Instant true;
    sort_desc(Instant) Once -> Instant;
    sqrt(Instant) Once -> Instant;
    stddev_over_time(Range) Once -> Instant;
    stdvar_over_time(Range) Once -> Instant;
    sum_over_time(Range) Once -> Instant;
    tan(Instant) Once -> Instant;
    tanh(Instant) Once -> Instant;
    time() Once -> Scalar;
    timestamp(Instant) Once -> Instant;
    ts_of_first_over_time(Range) Once -> Instant true;
    ts_of_last_over_time(Range) Once -> Instant true;
    ts_of_max_over_time(Range) Once -> Instant true;
    ts_of_min_over_time(Range) Once -> Instant true;
    vector(Scalar) Once -> Instant;
    year(Instant) Optional -> Instant;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_by_name_only_as_they_are_spelt() {
        assert!(FUNCTIONS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert_eq!(find("rate").map(|one| one.arguments), Some(&[Range][..]));
        assert_eq!(find("Rate"), None);
    }

    #[test]
    fn an_argument_that_may_be_left_out_is_counted_so() {
        let counts = ["round", "label_join", "pi", "clamp"].map(|name| find(name).map(Function::count));
        assert_eq!(counts, [Some((1, Some(2))), Some((3, None)), Some((0, Some(0))), Some((3, Some(3)))]);
    }
}
