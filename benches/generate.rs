//! Prints a spec of S services in E environments: `cargo run --release --example generate -- 500 4 > spec.yaml`.

mod spec;

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let (Some(Ok(services)), Some(Ok(environments)), None) = (numbers.next(), numbers.next(), numbers.next())
    else {
        writeln!(std::io::stderr(), "usage: generate SERVICES ENVIRONMENTS")?;
        return Err(std::io::ErrorKind::InvalidInput.into());
    };
    std::io::stdout().write_all(spec::spec(services, environments).as_bytes())
}
