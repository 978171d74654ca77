//! Addresses: `http` or `https`, a host, perhaps a port and a path; nothing else.

use std::fmt;
use std::str::FromStr;

/// The longest address, in bytes.
const LENGTH_MAX: usize = 2048;

/// Why a text is not an address that can be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Neither `http://` nor `https://`.
    #[error("{0:?} does not begin with http:// or https://")]
    Scheme(String),
    /// A part that is not used here, or a character that no address has.
    #[error("{0:?} is not scheme://host[:port][/path]; no user, query or fragment, plain ASCII")]
    Form(String),
    /// Too long to be one.
    #[error("an address has at most {LENGTH_MAX} bytes, this has {0}")]
    TooLong(usize),
}

/// An `http` or `https` address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Url {
    secure: bool,
    host: String,
    port: u16,
    path: String,
}

impl Url {
    /// Whether it is `https`.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host's name or address, an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Host and port, as a `Host` header and people read it.
    pub fn authority(&self) -> String {
        let default = if self.secure { 443 } else { 80 };
        if self.port == default {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// The path: empty, or from its first slash on, without one at the end.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The address of `below` under this prefix.
    pub fn join(&self, below: &str) -> Result<Self, UrlError> {
        let mut joined = self.clone();
        joined.path = format!("{}/{}", self.path, below.trim_start_matches('/'));
        joined.to_string().parse()
    }
}

fn is_host(host: &str) -> bool {
    let inner = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        }
    }
}

fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:@".contains(&byte)
}

impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        if text.len() > LENGTH_MAX {
            return Err(UrlError::TooLong(text.len()));
        }
        let form = || UrlError::Form(text.to_owned());
        let (secure, rest) = if let Some(rest) = text.strip_prefix("https://") {
            (true, rest)
        } else if let Some(rest) = text.strip_prefix("http://") {
            (false, rest)
        } else {
            return Err(UrlError::Scheme(text.to_owned()));
        };
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        // The colon of a port stands behind an IPv6 address's bracket.
        let bracket = authority.rfind(']').map_or(0, |at| at + 1);
        let colon = authority.get(bracket..).and_then(|after| after.find(':'));
        let (host, port) = match colon {
            Some(at) => {
                let (host, port) = authority.split_at(bracket + at);
                let digits = port.strip_prefix(':').unwrap_or_default();
                let plain = digits.bytes().all(|b| b.is_ascii_digit());
                let port = digits.parse().ok().filter(|p| plain && *p != 0);
                (host, port.ok_or_else(form)?)
            }
            None => (authority, if secure { 443 } else { 80 }),
        };
        if !is_host(host) || !path.bytes().all(is_path_byte) {
            return Err(form());
        }
        let path = path.trim_end_matches('/').to_owned();
        Ok(Self { secure, host: host.to_ascii_lowercase(), port, path })
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        for (text, authority, port, path, again) in [
            ("http://a.example", "a.example", 80, "", "http://a.example"),
            ("https://A.Example:8443/w/", "a.example:8443", 8443, "/w", "https://a.example:8443/w"),
            ("http://127.0.0.1:1/x/y", "127.0.0.1:1", 1, "/x/y", "http://127.0.0.1:1/x/y"),
            ("http://[::1]:8080", "[::1]:8080", 8080, "", "http://[::1]:8080"),
            ("https://[::1]", "[::1]", 443, "", "https://[::1]"),
            ("https://a:443", "a", 443, "", "https://a"),
        ] {
            let url: Url = text.parse().unwrap();
            assert_eq!((url.authority().as_str(), url.port(), url.path()), (authority, port, path));
            assert_eq!(url.to_string(), again);
        }
        let url: Url = "http://[::1]:8080/w".parse().unwrap();
        assert_eq!(url.host(), "::1");
        assert_eq!(url.join("add-checkpoint").unwrap().path(), "/w/add-checkpoint");
        assert_eq!(url.join("/a").unwrap().to_string(), "http://[::1]:8080/w/a");
        assert!(url.join("a b").is_err());
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in ["", "ftp://a", "a.example", "//a", "HTTP://a"] {
            assert!(matches!(bad.parse::<Url>(), Err(UrlError::Scheme(_))), "{bad}");
        }
        for bad in [
            "http://",
            "http:///x",
            "http://user@a",
            "http://a:0",
            "http://a:65536",
            "http://a:",
            "http://a:+1",
            "http://a?q",
            "http://a/?q",
            "http://a/#f",
            "http://a b",
            "http://a/\r\nX: y",
            "http://[::1",
            "http://[x]",
            "http://::1",
            "http://ä.example",
        ] {
            assert!(matches!(bad.parse::<Url>(), Err(UrlError::Form(_))), "{bad}");
        }
        let long = format!("http://a/{}", "x".repeat(2048));
        assert_eq!(long.parse::<Url>(), Err(UrlError::TooLong(2057)));
    }
}
