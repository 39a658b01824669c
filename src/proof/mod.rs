//! Proofs that the promises of a spec hold: from the plan to a derivation as data, worded elsewhere.

pub mod capacity;
pub mod recovery;
