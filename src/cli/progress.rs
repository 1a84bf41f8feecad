//! One bar on stderr while requests are under way, whatever the number of issues: segments done,
//! tokens, time left.

use std::cell::{Cell, RefCell};
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use nekoyaku::price::Money;
use nekoyaku::translate::Progress;

use super::terminal::harmless;

/// The bar of a run; invisible where stderr is no terminal.
pub(crate) struct View {
    bar: ProgressBar,
    issues: usize,
    counts: RefCell<Counts>,
    begun: Instant,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    opened: usize,
    ended: usize,
    segments: usize,
    done: usize,
    tokens: u64,
    spent: Option<Money>,
}

impl Counts {
    /// The segments of all `issues`: those that are not opened yet have as many as the others.
    fn expected(self, issues: usize) -> usize {
        (self.segments * issues.max(self.opened)).checked_div(self.opened).unwrap_or_default()
    }
}

impl View {
    /// A bar for so many issues, of which `name` is the first.
    pub(crate) fn new(name: &str, issues: usize, quiet: bool) -> Self {
        let visible = !quiet && stderr().is_terminal();
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let style =
            ProgressStyle::with_template("{prefix} {wide_bar:.cyan/dim} {pos}/{len} segments, {msg}, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━━─"));
        bar.set_prefix(harmless(name));
        bar.set_message("0 tokens");
        Self { bar, issues, counts: RefCell::default(), begun: Instant::now() }
    }

    /// An issue with so many segments is begun.
    pub(crate) fn open(&self, segments: usize) -> Track<'_> {
        let mut counts = self.counts.borrow_mut();
        counts.opened += 1;
        counts.segments += segments;
        drop(counts);
        if !self.bar.is_hidden() {
            // From now on there is something to wait for.
            self.bar.enable_steady_tick(Duration::from_millis(250));
        }
        self.draw();
        Track { view: self, shown: Cell::default() }
    }

    /// Print with the bar out of the way.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// The same, for those who print from elsewhere.
    pub(crate) fn printer(&self) -> impl Fn(&dyn Fn()) + Send + Sync + use<> {
        let bar = self.bar.clone();
        move |print| bar.suspend(print)
    }

    fn draw(&self) {
        let counts = *self.counts.borrow();
        self.bar.set_length(counts.expected(self.issues) as u64);
        self.bar.set_position(counts.done as u64);
        if self.issues > 1 {
            self.bar.set_prefix(format!("{}/{} issues", counts.ended, self.issues));
        }
        let seconds = self.begun.elapsed().as_secs_f64().max(0.001);
        let spent = counts.spent.map(|spent| format!(", {spent}")).unwrap_or_default();
        self.bar.set_message(format!("{} tokens ({:.0}/s){spent}", counts.tokens, counts.tokens as f64 / seconds));
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// The part of one issue in it.
pub(crate) struct Track<'v> {
    view: &'v View,
    shown: Cell<Progress>,
}

impl Track<'_> {
    /// `spent` is by the whole run.
    pub(crate) fn show(&self, progress: Progress, spent: Option<Money>) {
        let before = self.shown.replace(progress);
        let mut counts = self.view.counts.borrow_mut();
        counts.done = counts.done + progress.done - before.done;
        counts.tokens = counts.tokens + progress.tokens - before.tokens;
        counts.spent = spent;
        drop(counts);
        self.view.draw();
    }
}

impl Drop for Track<'_> {
    fn drop(&mut self) {
        self.view.counts.borrow_mut().ended += 1;
        self.view.draw();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issues_that_are_not_opened_yet_are_expected_to_be_like_the_others() {
        let counts = Counts { opened: 2, segments: 30, ..Counts::default() };
        assert_eq!(counts.expected(10), 150);
        assert_eq!(Counts::default().expected(10), 0);
    }

    #[test]
    fn a_view_sums_up_what_its_issues_have() {
        let view = View::new("x.md", 2, true);
        let (one, two) = (view.open(10), view.open(5));
        one.show(Progress { done: 3, of: 10, tokens: 100 }, None);
        two.show(Progress { done: 1, of: 5, tokens: 10 }, None);
        one.show(Progress { done: 4, of: 10, tokens: 150 }, None);
        let counts = *view.counts.borrow();
        assert_eq!((counts.done, counts.tokens, counts.segments, counts.ended), (5, 160, 15, 0));
        drop(one);
        assert_eq!(view.counts.borrow().ended, 1);
    }
}
