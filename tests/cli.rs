//! What a person sees, one file a case: `tests/cmd/NAME.toml`, in the folder `tests/cmd/issue.in` or
//! `NAME.in`. `TRYCMD=overwrite cargo test --test cli` writes what it should have been; read the
//! diff before believing it.

#[test]
fn cases() {
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env("OPENAI_API_KEY", "")
        .env("OPENAI_BASE_URL", "")
        .env("OPENAI_MODEL", "")
        .env("DEEPSEEK_API_KEY", "")
        .case("tests/cmd/*.toml")
        .run();
}
