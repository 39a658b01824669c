//! A line on the terminal for work that takes longer than a second.

use std::io::Write as _;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::cli::Streams;

/// After this time it is worth saying that something happens.
const PATIENCE: Duration = Duration::from_secs(1);

/// Says what is being done, once it takes long.
#[derive(Debug)]
pub(super) struct Progress {
    running: Option<(Sender<&'static str>, JoinHandle<()>)>,
}

impl Progress {
    /// Starts with a first step; does nothing if nobody watches.
    pub(super) fn start(streams: &Streams<'_>, step: &'static str) -> Self {
        if !streams.is_terminal {
            return Self { running: None };
        }
        let (sender, steps) = channel();
        let thread = std::thread::spawn(move || {
            let mut step = step;
            let mut shown = false;
            loop {
                match steps.recv_timeout(PATIENCE) {
                    Ok(next) => step = next,
                    Err(RecvTimeoutError::Timeout) => shown = true,
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                if shown {
                    let _ = write!(std::io::stderr(), "\r\x1b[K{step} ...");
                }
            }
            if shown {
                let _ = write!(std::io::stderr(), "\r\x1b[K");
            }
        });
        Self { running: Some((sender, thread)) }
    }

    /// Goes on to another step.
    pub(super) fn step(&self, step: &'static str) {
        if let Some((sender, _)) = &self.running {
            let _ = sender.send(step);
        }
    }

    /// Takes the line away.
    pub(super) fn end(self) {
        if let Some((sender, thread)) = self.running {
            drop(sender);
            let _ = thread.join();
        }
    }
}
