//! A bar for work that takes a while, on standard error and only at a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Ui;

/// A bar. Nothing is drawn for programs, nor when standard error is no terminal.
pub(crate) struct Progress(ProgressBar);

impl Ui {
    /// Begins a bar of `total` steps.
    pub(crate) fn progress(&self, total: u64) -> Progress {
        let target = if self.json { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} {eta}") {
            bar.set_style(style);
        }
        Progress(bar)
    }
}

impl Progress {
    /// So many steps are done in all.
    pub(crate) fn at(&self, done: u64) {
        self.0.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
