//! Renders findings.
