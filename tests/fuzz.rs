//! The fuzz targets, over their corpus and what a fixed number of changes makes of it.
//!
//! cargo-fuzz looks for what nobody thought of; this keeps what it found, and keeps the targets
//! compiling, on stable. `NEKOYAKU_FUZZ_ROUNDS` asks for more changes than the few of every day.

#[path = "fuzz/held.rs"]
mod held;

use std::fs;
use std::panic;
use std::path::Path;

use fastrand::Rng;
use held::{LONGEST, TARGETS, Target};

/// As many as take some seconds without optimizations.
const ROUNDS: usize = 5000;

/// The same, where two texts are checked, mended and checked again.
const ROUNDS_OF_PAIRS: usize = 300;

struct Input {
    name: String,
    bytes: Vec<u8>,
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz"))
}

/// The committed inputs of a target, in the order of their names.
fn corpus(target: &Target) -> Vec<Input> {
    let folder = folder().join("corpus").join(target.name);
    let mut inputs: Vec<Input> = fs::read_dir(folder)
        .expect("a corpus")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a name");
            Input { name, bytes: fs::read(entry.path()).expect("an input") }
        })
        .collect();
    inputs.sort_by(|a, b| a.name.cmp(&b.name));
    inputs
}

/// The words of the dictionary, which has the form that libFuzzer wants.
fn dictionary() -> Vec<Vec<u8>> {
    let text = fs::read_to_string(folder().join("markdown.dict")).expect("a dictionary");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let word = |line: &str| {
        let mut rest = line.strip_prefix('"')?.strip_suffix('"')?;
        let mut word = Vec::new();
        while let Some(byte) = rest.bytes().next() {
            let (byte, length) = match rest.strip_prefix('\\') {
                Some(escaped) if escaped.starts_with('x') => (u8::from_str_radix(escaped.get(1..3)?, 16).ok()?, 4),
                Some(escaped) => (escaped.bytes().next().filter(|byte| matches!(byte, b'\\' | b'"'))?, 2),
                None => (Some(byte).filter(|byte| matches!(byte, b' '..=b'~') && *byte != b'"')?, 1),
            };
            word.push(byte);
            rest = &rest[length..];
        }
        Some(word)
    };
    lines.map(|line| word(line).unwrap_or_else(|| panic!("no word for libFuzzer: {line}"))).collect()
}

/// What does not hold for `bytes`, a panic included.
fn fault(target: &Target, bytes: &[u8]) -> Option<String> {
    match panic::catch_unwind(|| target.hold(bytes)) {
        Ok(held) => held.err(),
        Err(panicked) => {
            let told = panicked.downcast_ref::<String>().map(String::as_str);
            let told = told.or_else(|| panicked.downcast_ref::<&str>().copied());
            Some(format!("a panic: {}", told.unwrap_or("of another kind")))
        }
    }
}

/// Cut out of `bytes` what is not needed for a law not to hold.
fn smaller(target: &Target, mut bytes: Vec<u8>) -> Vec<u8> {
    let mut length = bytes.len() / 2;
    while length > 0 {
        let mut at = 0;
        while at + length <= bytes.len() {
            let without = [&bytes[..at], &bytes[at + length..]].concat();
            if str::from_utf8(&without).is_ok() && fault(target, &without).is_some() {
                bytes = without;
            } else {
                at += length;
            }
        }
        length /= 2;
    }
    bytes
}

/// A place between two characters, so that what is cut stays text.
fn place(bytes: &[u8], random: &mut Rng) -> usize {
    let mut at = random.usize(..=bytes.len());
    while bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80) {
        at += 1;
    }
    at
}

fn stretch(bytes: &[u8], random: &mut Rng) -> std::ops::Range<usize> {
    let (from, to) = (place(bytes, random), place(bytes, random));
    // Short ones are worth more: a long one takes away what was there to be tried.
    let mut near = from.max(to).min(from.min(to) + random.usize(1..32));
    while bytes.get(near).is_some_and(|byte| byte & 0xc0 == 0x80) {
        near += 1;
    }
    from.min(to)..near
}

/// Change `bytes` in one way.
fn change(bytes: &mut Vec<u8>, all: &[Input], words: &[Vec<u8>], random: &mut Rng) {
    let at = place(bytes, random);
    match random.u8(..8) {
        0 if !bytes.is_empty() => {
            let at = random.usize(..bytes.len());
            bytes[at] ^= 1 << random.u8(..8);
        }
        1 => drop(bytes.drain(stretch(bytes, random))),
        2 => {
            let again = bytes[stretch(bytes, random)].repeat(random.usize(1..4));
            bytes.splice(at..at, again);
        }
        3 => {
            let moved: Vec<u8> = bytes.drain(stretch(bytes, random)).collect();
            let at = place(bytes, random);
            bytes.splice(at..at, moved);
        }
        4 => {
            // The head of this one, and the tail of another.
            let other = &all[random.usize(..all.len())].bytes;
            bytes.truncate(at);
            bytes.extend_from_slice(&other[place(other, random)..]);
        }
        _ => {
            let word = &words[random.usize(..words.len())];
            bytes.splice(at..at, word.iter().copied());
        }
    }
    bytes.truncate(LONGEST);
}

/// Hold the corpus of a target to its law, and then what random changes make of all corpora.
fn hold(name: &str, rounds: usize) {
    let target = Target::of(name);
    let complain = |bytes: &[u8], from: &str| {
        let Some(fault) = fault(target, bytes) else { return };
        // What is cut away is tried hundreds of times, and each panic would be told.
        let hook = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        let bytes = smaller(target, String::from_utf8_lossy(bytes).into_owned().into_bytes());
        panic::set_hook(hook);
        let fault = self::fault(target, &bytes).unwrap_or(fault);
        let input = bytes.escape_ascii();
        panic!("{fault}\n{name}, from {from}; to keep it:\nprintf %s $'{input}' > tests/fuzz/corpus/{name}/A_NAME");
    };

    let own = corpus(target);
    for input in &own {
        complain(&input.bytes, &input.name);
        // What asks nothing finds nothing.
        assert!(target.hold(&input.bytes).is_ok_and(|held| held > 0), "nothing is held to a law by {}", input.name);
    }

    let all: Vec<Input> = TARGETS.iter().flat_map(corpus).collect();
    let words = dictionary();
    let wanted = std::env::var("NEKOYAKU_FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    let mut random = Rng::with_seed(20_240_217);
    for _ in 0..wanted.unwrap_or(rounds) {
        // Half of the time one of its own: most of the others have no answers.
        let from = if random.bool() { &own } else { &all };
        let input = &from[random.usize(..from.len())];
        let mut bytes = input.bytes.clone();
        for _ in 0..random.usize(1..8) {
            change(&mut bytes, &all, &words, &mut random);
        }
        complain(&bytes, &input.name);
    }
}

#[test]
fn any_text_is_split() {
    hold("split", ROUNDS);
}

#[test]
fn what_a_model_sees_is_the_source() {
    hold("encode", ROUNDS);
}

#[test]
fn any_answer_can_be_read() {
    hold("decode", ROUNDS);
}

#[test]
fn no_answer_changes_anything_but_text() {
    hold("emit", ROUNDS);
}

#[test]
fn any_two_texts_can_be_checked() {
    hold("check", ROUNDS_OF_PAIRS);
}
