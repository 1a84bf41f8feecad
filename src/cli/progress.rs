//! A bar on stderr while requests are under way: segments done, tokens, time left.

use std::io::{IsTerminal, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use nekoyaku::translate::Progress;

use super::terminal::harmless;

/// The bar; invisible where stderr is no terminal.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new(name: &str, segments: usize, quiet: bool) -> Self {
        let visible = !quiet && stderr().is_terminal();
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(segments as u64), target);
        let style =
            ProgressStyle::with_template("{prefix} {wide_bar:.cyan/dim} {pos}/{len} segments, {msg}, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━━─"));
        bar.set_prefix(harmless(name));
        bar.set_message("0 tokens");
        if visible {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Self(bar)
    }

    pub(crate) fn show(&self, progress: Progress) {
        self.0.set_position(progress.done as u64);
        self.0.set_message(format!("{} tokens", progress.tokens));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
