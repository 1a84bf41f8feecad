#![no_main]

#[path = "../held.rs"]
mod held;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    held::Target::of("check").hold(bytes).expect("a law holds");
});
