//! Where the server is, and the key to it.
//!
//! The crate's own configuration reads `OPENAI_*` from the environment whichever server it is
//! for, panics on a key with a line break in it, and shows the key in the `Debug` of its headers.
//! This one reads nothing, refuses such a key, and has it only where it cannot be printed.

use async_openai::config::Config;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::provider::{Address, BadAddress};
use crate::script::is_invisible;

use super::ModelError;

/// The most characters of a server's words that go into a message.
const EXCERPT: usize = 200;

/// A key shorter than this is a word that a local server ignores, and may be part of any message.
const SHORTEST_SECRET: usize = 4;

/// Servers echo the beginning of a key too; this much of it is enough to know it by.
const TELLTALE: usize = 8;

/// What stands in the place of the key where a server had put it.
const INSTEAD: &str = "[key]";

/// A server: its base URL, and the headers that it is sent.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    address: Address,
    key: SecretString,
    headers: HeaderMap,
}

impl Endpoint {
    pub(super) fn new(base_url: &str, key: Option<&SecretString>) -> Result<Self, ModelError> {
        let address = Address::parse(base_url).map_err(|BadAddress(reason)| ModelError::BadBaseUrl { reason })?;
        let key = key.map_or("", |key| key.expose_secret().trim());
        Ok(Self { address, headers: headers(key)?, key: key.into() })
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// The name and port, for people.
    pub(super) fn host(&self) -> &str {
        self.address.host()
    }

    /// A server's words in one line, without the key and without what a terminal would obey.
    pub(super) fn clean(&self, text: &str) -> String {
        let mut line = String::with_capacity(text.len());
        for c in text.chars() {
            if c.is_control() || c.is_whitespace() {
                if !line.ends_with(' ') {
                    line.push(' ');
                }
            } else if !is_invisible(c) {
                line.push(c);
            }
        }
        scrub(line.trim(), self.key.expose_secret())
    }

    /// An answer as it came, but for the key, which it has no business to have.
    pub(super) fn without_key(&self, text: String) -> String {
        let key = self.key.expose_secret();
        if key.len() < SHORTEST_SECRET || !text.contains(key) { text } else { text.replace(key, INSTEAD) }
    }

    /// As much of a server's words as a message has room for.
    pub(super) fn excerpt(&self, text: &str) -> String {
        shorten(&self.clean(text), EXCERPT)
    }
}

impl Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address.base())
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        self.address.base()
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

/// `key` without the white space around it; no header where there is no key.
fn headers(key: &str) -> Result<HeaderMap, ModelError> {
    let mut headers = HeaderMap::new();
    if key.is_empty() {
        return Ok(headers);
    }
    if let Some(place) = key.chars().position(|c| !c.is_ascii_graphic()) {
        return Err(ModelError::BadKey { place: place + 1 });
    }
    let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| ModelError::BadKey { place: 1 })?;
    value.set_sensitive(true);
    headers.insert(AUTHORIZATION, value);
    Ok(headers)
}

fn scrub(text: &str, key: &str) -> String {
    if key.len() < SHORTEST_SECRET {
        return text.to_owned();
    }
    let text = text.replace(key, INSTEAD);
    // The key is ASCII, so every byte of it is a place to cut.
    if key.len() <= TELLTALE {
        return text;
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find(&key[..TELLTALE]) {
        clean.push_str(&rest[..start]);
        clean.push_str(INSTEAD);
        let of_key = |c: char| c.is_ascii_alphanumeric() || "-_*.…".contains(c);
        rest = rest[start + TELLTALE..].trim_start_matches(of_key);
    }
    clean.push_str(rest);
    clean
}

/// The first `most` characters of `text`.
pub(super) fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "sk-proj-4f7a9c2e5b8d1f3a6c9e";

    fn endpoint(url: &str) -> Result<Endpoint, ModelError> {
        Endpoint::new(url, Some(&KEY.into()))
    }

    #[test]
    fn paths_follow_the_base_url_after_one_slash() {
        for url in ["https://a.example/v1", "https://a.example/v1/", " https://a.example/v1// "] {
            let endpoint = endpoint(url).unwrap();
            assert_eq!(endpoint.url("/models"), "https://a.example/v1/models");
            assert_eq!(endpoint.host(), "a.example");
        }
    }

    #[test]
    fn a_key_is_trimmed_and_then_has_no_character_that_a_header_has_not() {
        let trimmed = Endpoint::new("http://a.example", Some(&format!(" {KEY}\r\n").into()));
        assert_eq!(trimmed.unwrap().headers[AUTHORIZATION], format!("Bearer {KEY}"));

        for (key, place) in [("sk-\nabc", 4), ("sk-abc秘", 7), ("Bearer sk-abc", 7)] {
            let error = Endpoint::new("http://a.example", Some(&key.into())).unwrap_err();
            assert_eq!(error, ModelError::BadKey { place });
        }
    }

    #[test]
    fn no_key_is_no_header() {
        for key in [None, Some(SecretString::from(" \n"))] {
            assert!(Endpoint::new("http://a.example", key.as_ref()).unwrap().headers.is_empty());
        }
    }

    #[test]
    fn the_key_is_in_no_debug() {
        let endpoint = endpoint("http://a.example/v1").unwrap();
        let all = format!("{endpoint:?} {:?} {:?}", endpoint.headers(), endpoint.api_key());
        assert!(!all.contains("4f7a9c2e"), "{all}");
    }

    #[test]
    fn a_key_that_is_echoed_is_taken_out() {
        let endpoint = endpoint("http://a.example/v1").unwrap();
        for (said, shown) in [
            (format!("密钥{KEY}无效"), "密钥[key]无效"),
            ("key sk-proj-****9c9e, wrong".to_owned(), "key [key], wrong"),
            (format!("cut {}", &KEY[..20]), "cut [key]"),
            (format!("{KEY}{KEY}"), "[key][key]"),
        ] {
            assert_eq!(endpoint.excerpt(&said), shown);
        }
    }

    #[test]
    fn an_excerpt_is_short_and_nothing_that_a_terminal_obeys() {
        let endpoint = endpoint("http://a.example/v1").unwrap();
        assert_eq!(endpoint.excerpt("a\u{1b}[31mb\r\n\tc\u{202e}d\u{9b}e"), "a [31mb cd e");
        assert_eq!(endpoint.excerpt(&"周".repeat(5_000)).chars().count(), EXCERPT + 1);
        // What is cut off must not leave the half of a key behind.
        let late = format!("{}{KEY}", "x".repeat(EXCERPT - 3));
        assert!(!endpoint.excerpt(&late).contains("sk-"), "{}", endpoint.excerpt(&late));
    }
}
