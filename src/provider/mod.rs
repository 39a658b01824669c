//! Clouds: facts and the module calls that a plan becomes.
