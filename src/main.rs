//! The `platc` command: the clock, the environment and the terminal are read here and nowhere else.

use std::io::{self, BufWriter, IsTerminal};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use platc::catalog::Date;
use platc::cli::{self, World};

fn main() -> ExitCode {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let forced = if set("NO_COLOR").is_some() {
        Some(false)
    } else {
        set("CLICOLOR_FORCE").filter(|value| value != "0").map(|_| true)
    };
    let is_dumb = set("TERM").is_some_and(|term| term == "dumb");
    let color = |terminal: bool| forced.unwrap_or(terminal && !is_dumb);
    let columns = || terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
    let world = World {
        today: today(),
        color_out: color(io::stdout().is_terminal()),
        color_err: color(io::stderr().is_terminal()),
        is_terminal: io::stderr().is_terminal() && !is_dumb,
        width: set("COLUMNS").and_then(|columns| columns.parse().ok()).or_else(columns),
    };
    let mut out = BufWriter::new(io::stdout());
    ExitCode::from(cli::run(std::env::args_os(), &world, &mut out, &mut io::stderr()))
}

/// The day in UTC; the first day of the calendar's epoch on a machine without a clock.
fn today() -> Date {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let days = i32::try_from(seconds / 86_400).unwrap_or(0);
    Date::EPOCH.plus_days(days).unwrap_or(Date::EPOCH)
}
