//! The address of a server, and where it leads as far as that can be seen from it.

use std::net::IpAddr;

use reqwest::Url;

/// A base URL that was understood.
///
/// There is one parser, so that what is judged and what is connected to are the same.
///
/// ```
/// # use nekoyaku::provider::Address;
/// let address = Address::parse(" http://0.0.0.0:11434/v1/ ").unwrap();
/// assert_eq!((address.base(), address.host()), ("http://0.0.0.0:11434/v1", "0.0.0.0:11434"));
/// assert!(address.is_loopback() && !address.is_secure());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    // Invariant: an http or https URL with a host, no user, password, query or fragment, and no
    // slash at the end, since paths are put after it as they are.
    base: String,
    host: String,
    name: String,
    port: Option<u16>,
    secure: bool,
}

/// What is wrong with a base URL. It is not quoted, since it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the base URL {0}")]
pub struct BadAddress(pub &'static str);

impl Address {
    /// # Errors
    ///
    /// Where it cannot be a base URL, or two parsers could read it in two ways.
    pub fn parse(base_url: &str) -> Result<Self, BadAddress> {
        let written = base_url.trim();
        let scheme = written.to_ascii_lowercase();
        if !scheme.starts_with("http://") && !scheme.starts_with("https://") {
            return Err(BadAddress("does not begin with http:// or https://"));
        }
        if written.contains('\\') {
            return Err(BadAddress("has a backslash in it"));
        }
        let url = Url::parse(written).map_err(|_| BadAddress("is not a URL"))?;
        let name = url.host_str().filter(|name| !name.is_empty()).ok_or(BadAddress("has no host"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadAddress("has a user name or a password in it"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BadAddress("has a query or a fragment"));
        }
        Ok(Self {
            base: url.as_str().trim_end_matches('/').to_owned(),
            host: url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}")),
            name: name.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: url.port(),
            secure: url.scheme() == "https",
        })
    }

    /// The whole of it, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The name, and the port where it is not the usual one, for people.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, where it is said.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Whether the way there is encrypted.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether the server is `domain` or below it.
    pub fn is_below(&self, domain: &str) -> bool {
        self.name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// Whether the server is this machine, where no proxy can find it.
    pub fn is_loopback(&self) -> bool {
        match self.ip() {
            // Servers name themselves 0.0.0.0 in their logs, and people copy it from there.
            Some(ip) => ip.is_loopback() || ip.is_unspecified(),
            None => self.name == "localhost" || self.name.ends_with(".localhost"),
        }
    }

    /// Whether the server is this machine, or one of a private network.
    #[expect(clippy::case_sensitive_file_extension_comparisons, reason = "a domain, in lower case")]
    pub fn is_private(&self) -> bool {
        self.is_loopback()
            || match self.ip() {
                Some(IpAddr::V4(ip)) => ip.is_private() || ip.is_link_local(),
                Some(IpAddr::V6(ip)) => ip.is_unique_local() || ip.is_unicast_link_local(),
                // A name without a dot, or under .local, is not one of the public internet.
                None => !self.name.contains('.') || self.name.ends_with(".local"),
            }
    }

    fn ip(&self) -> Option<IpAddr> {
        self.name.parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str) -> Address {
        Address::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    #[test]
    fn what_cannot_be_one_is_an_error_that_does_not_quote_it() {
        for url in [
            "",
            "api.openai.com/v1",
            "localhost:9",
            "ftp://a.example",
            "http://",
            "http:192.0.2.2/v1",
            "http:\\\\192.0.2.2\\@localhost/v1",
            "http://192.0.2.2:80\\@localhost/v1",
            "https://me:hunter22@a.example/v1",
            "https://hunter22@a.example/v1",
            "https://a.example/v1?key=hunter22",
            "https://a.example/v1#hunter22",
        ] {
            let error = Address::parse(url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter22"), "{error:?}");
        }
    }

    #[test]
    fn one_slash_or_none_is_the_same() {
        for url in ["https://a.example/v1", "https://a.example/v1/", " https://a.example/v1// "] {
            assert_eq!(address(url).base(), "https://a.example/v1");
            assert_eq!(address(url).host(), "a.example");
        }
    }

    #[test]
    fn this_machine_is_known_by_all_its_names() {
        for url in [
            "http://localhost:1/v1",
            "http://127.9.9.9",
            "http://[::1]:8",
            "http://0.0.0.0:8",
            "http://[::ffff:127.0.0.1]",
            "http://2130706433/",
        ] {
            assert!(address(url).is_loopback(), "{url}");
        }
        for url in ["http://localhost.example", "http://10.0.0.1", "https://api.openai.com/v1"] {
            assert!(!address(url).is_loopback(), "{url}");
        }
    }

    #[test]
    fn private_places_are_told_from_public_ones() {
        for url in ["http://localhost:8080/v1", "http://[::1]:1/v1", "http://192.168.1.5/", "http://nas/v1"] {
            assert!(address(url).is_private(), "{url}");
        }
        for url in ["http://nas.local", "http://0.0.0.0:11434/v1", "http://[fd00::1]/v1"] {
            assert!(address(url).is_private(), "{url}");
        }
        for url in
            ["https://api.openai.com/v1", "http://8.8.8.8", "http://localhost.example.com", "http://3221225986/v1"]
        {
            assert!(!address(url).is_private(), "{url}");
        }
    }

    #[test]
    fn a_server_is_below_a_domain_and_not_beside_it() {
        assert!(address("https://api.openai.com/v1").is_below("api.openai.com"));
        assert!(address("https://cn-hongkong.dashscope.aliyuncs.com/v1").is_below("dashscope.aliyuncs.com"));
        assert!(!address("https://api.openai.com.a.example/v1").is_below("api.openai.com"));
        assert!(!address("https://evil-dashscope.aliyuncs.com/v1").is_below("dashscope.aliyuncs.com"));
    }
}
