//! Who may ask: the page that was opened with the address we printed, and nobody else.
//!
//! Any page in the same browser, and any program of anybody on the same machine, can reach a port of it.
//! So each path begins with a token that nobody can guess; a name that somebody else's server was given
//! (DNS rebinding) is not answered; and what changes something has to say that it comes from our own page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::header::{HOST, HeaderMap, HeaderName, ORIGIN};
use ring::rand::{SecureRandom, SystemRandom};

use crate::cli::failure::Failure;

/// A page's other origin than its own is told in this head by all browsers since 2023.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a request has to have.
pub(super) struct Guard {
    token: String,
    port: u16,
}

impl Guard {
    /// A guard with a token of 128 random bits for what listens on `port` of this machine.
    pub(super) fn new(port: u16) -> Result<Self, Failure> {
        let mut bytes = [0; 16];
        let filled = SystemRandom::new().fill(&mut bytes);
        filled
            .map_err(|_| Failure::new("this system gives no random numbers, and without them anybody could write"))?;
        Ok(Self { token: URL_SAFE_NO_PAD.encode(bytes), port })
    }

    /// The address to open.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/{}/", self.port, self.token)
    }

    /// What all paths begin with.
    pub(super) fn root(&self) -> String {
        format!("/{}/", self.token)
    }

    /// What of a path is behind the token, where somebody may ask; else why not.
    pub(super) fn admits<'p>(&self, path: &'p str, heads: &HeaderMap, writes: bool) -> Result<&'p str, &'static str> {
        let mut hosts = heads.get_all(HOST).iter();
        match (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) {
            (Some(host), None) if self.is_own(host) => {}
            _ => return Err("the address is not the one that was printed"),
        }
        let said = |name: HeaderName| heads.get(name).map(|value| value.to_str().unwrap_or("?"));
        match said(ORIGIN) {
            Some(origin) if !origin.strip_prefix("http://").is_some_and(|host| self.is_own(host)) => {
                return Err("another page asked");
            }
            None if writes => return Err("no page asked"),
            _ => {}
        }
        // `none` is a person who opens the address.
        if !matches!(said(FETCH_SITE), None | Some("same-origin" | "none")) {
            return Err("another page asked");
        }
        let rest = path.strip_prefix('/').unwrap_or(path);
        let (token, rest) = rest.split_once('/').unwrap_or((rest, ""));
        if is_same(token.as_bytes(), self.token.as_bytes()) {
            Ok(rest)
        } else {
            Err("the token is not the one that was printed")
        }
    }

    fn is_own(&self, host: &str) -> bool {
        let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
        port == self.port.to_string() && (name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost"))
    }
}

/// Whether they are the same, in a time that does not tell where they differ.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads(heads: &[(&str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in heads {
            map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        map
    }

    #[test]
    fn only_the_page_that_was_opened_with_the_address_may_ask() {
        let guard = Guard { token: "tokenTOKEN".to_owned(), port: 4321 };
        let own = ("host", "127.0.0.1:4321");
        let admits = |path: &str, given: &[(&str, &str)], writes| guard.admits(path, &heads(given), writes).is_ok();
        assert_eq!(guard.admits("/tokenTOKEN/ja/a.md", &heads(&[own]), false), Ok("ja/a.md"));
        assert!(admits("/tokenTOKEN", &[("host", "LOCALHOST:4321")], false));
        assert!(admits("/tokenTOKEN/save", &[own, ("origin", "http://127.0.0.1:4321")], true));
        for path in ["/", "/save", "/tokenTOKEn/", "/token/", "/tokenTOKENx/", "//tokenTOKEN/", "", "tokentoken/"] {
            assert!(!admits(path, &[own], false), "{path}");
        }
        for host in [
            "evil.example:4321",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.0.0.1:4321@evil.example",
            "localhost.evil.example:4321",
        ] {
            assert!(!admits("/tokenTOKEN/", &[("host", host)], false), "{host}");
        }
        assert!(!admits("/tokenTOKEN/", &[], false));
        assert!(!admits("/tokenTOKEN/", &[own, ("host", "evil.example")], false));
        for origin in [
            "null",
            "https://127.0.0.1:4321",
            "http://evil.example",
            "http://127.0.0.1:1",
            "http://127.0.0.1:4321.evil.example",
        ] {
            assert!(!admits("/tokenTOKEN/save", &[own, ("origin", origin)], true), "{origin}");
            assert!(!admits("/tokenTOKEN/", &[own, ("origin", origin)], false), "{origin}");
        }
        assert!(!admits("/tokenTOKEN/save", &[own], true));
        assert!(!admits("/tokenTOKEN/", &[own, ("sec-fetch-site", "cross-site")], false));
        assert!(!admits("/tokenTOKEN/", &[own, ("sec-fetch-site", "same-site")], false));
    }

    #[test]
    fn two_guards_have_two_tokens() {
        let [a, b] = [0, 0].map(|port| Guard::new(port).expect("random numbers").token);
        assert_ne!(a, b);
        assert_eq!(a.len(), 22);
    }
}
