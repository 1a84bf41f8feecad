//! Scores what other programs have aligned: lines of JSON in, `["hypothesis", "reference"]` each; the chrF2
//! of each out, and of all of them in the last line.
//!
//! ```sh
//! echo '["猫が鳴く。", "猫が鳴きます。"]' | cargo run --example chrf
//! ```

use std::error::Error;
use std::io::{self, Write};

use nekoyaku::evaluate::Matches;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    let mut all = Matches::default();
    for line in io::stdin().lines() {
        let (hypothesis, reference): (String, String) = serde_json::from_str(&line?)?;
        let matches = Matches::new(&hypothesis, &reference);
        writeln!(out, "{}", matches.score())?;
        all += matches;
    }
    writeln!(out, "{}", all.score())?;
    Ok(())
}
