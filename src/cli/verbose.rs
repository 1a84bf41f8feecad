//! What goes on with the server, for those who ask: `-v`, what goes wrong; `-vv`, each request and
//! answer; `-vvv`, what they say.

use std::io::{self, Write};

use nekoyaku::model::Watch;

use super::terminal::harmless;

/// What prints events up to `level`, each by way of `aside`; none where nobody asked.
pub(crate) fn watch(level: u8, aside: impl Fn(&dyn Fn()) + Send + Sync + 'static) -> Option<Watch> {
    let watch = move |event: &nekoyaku::model::Event| {
        if event.level() > level {
            return;
        }
        let mut text = format!("{event}\n");
        if let Some(body) = event.body().filter(|_| level > 2) {
            text += &format!("  {body}\n");
        }
        let text = harmless(&text);
        aside(&|| {
            let _ = io::stderr().write_all(text.as_bytes());
        });
    };
    (level > 0).then(|| Watch::new(watch))
}
