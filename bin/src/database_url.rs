//! What a database URL says, as far as the command line needs to know.

use std::path::PathBuf;

/// Where the books are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In this process, gone with it.
    Memory,
    /// In a file.
    File(PathBuf),
    /// On a PostgreSQL server.
    Server,
}

impl Place {
    /// Dispatches by scheme; a wrong one is `None`.
    pub(crate) fn of(url: &str) -> Option<Self> {
        if url == "memory:" {
            return Some(Self::Memory);
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Some(Self::Server);
        }
        let path = url.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        (!path.is_empty()).then(|| Self::File(PathBuf::from(path)))
    }
}

/// The URL without its password, and the password; what other programs are started with is visible to everybody.
pub(crate) fn without_password(url: &str) -> (String, Option<String>) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url.to_owned(), None) };
    let (before_query, query) =
        rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let authority_end = before_query.find('/').unwrap_or(before_query.len());
    let (authority, path) = before_query.split_at(authority_end);
    let mut password = None;
    let authority = match authority.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((user, secret)) => {
                password = Some(percent_decoded(secret));
                format!("{user}@{host}")
            }
            None => authority.to_owned(),
        },
        None => authority.to_owned(),
    };
    let mut kept = Vec::new();
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("password", secret)) => password = Some(percent_decoded(secret)),
            _ => kept.push(pair),
        }
    }
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    (format!("{scheme}://{authority}{path}{query}"), password)
}

/// The URL as it may be shown: with `***` for a password.
pub(crate) fn masked(url: &str) -> String {
    let (bare, password) = without_password(url);
    match (password, bare.split_once("://")) {
        (None, _) | (_, None) => url.to_owned(),
        (Some(_), Some((scheme, rest))) => match rest.split_once('@') {
            Some((user, rest)) => format!("{scheme}://{user}:***@{rest}"),
            None => format!("{bare}{}password=***", if bare.contains('?') { '&' } else { '?' }),
        },
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let decoded = match (first, others) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        bytes.push(decoded.unwrap_or(*first));
        rest = if decoded.is_some() { others.get(2..).unwrap_or_default() } else { others };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_says_where_the_books_are() {
        assert_eq!(Place::of("memory:"), Some(Place::Memory));
        assert_eq!(Place::of("sqlite:a/b.db"), Some(Place::File("a/b.db".into())));
        assert_eq!(Place::of("sqlite:///a/b.db"), Some(Place::File("/a/b.db".into())));
        assert_eq!(Place::of("postgresql://host/db"), Some(Place::Server));
        for wrong in ["", "sqlite:", "mysql://host/db", "partita.db", "memory"] {
            assert_eq!(Place::of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn passwords_are_taken_out_wherever_they_stand() {
        let cases = [
            ("postgres://u:p%40ss@h:5432/d?x=1", "postgres://u@h:5432/d?x=1", Some("p@ss")),
            ("postgres://u@h/d?password=a%2Fb&host=/run", "postgres://u@h/d?host=/run", Some("a/b")),
            ("postgres:///d?host=/run", "postgres:///d?host=/run", None),
            ("postgres://u:100%@h", "postgres://u@h", Some("100%")),
            ("sqlite:a.db", "sqlite:a.db", None),
        ];
        for (url, bare, password) in cases {
            assert_eq!(without_password(url), (bare.to_owned(), password.map(ToOwned::to_owned)), "{url}");
        }
    }

    #[test]
    fn shown_urls_keep_the_user_and_hide_the_password() {
        assert_eq!(masked("postgres://u:secret@h/d"), "postgres://u:***@h/d");
        assert_eq!(masked("postgres://h/d?password=secret"), "postgres://h/d?password=***");
        assert_eq!(masked("postgres://u@h/d?password=secret&a=b"), "postgres://u:***@h/d?a=b");
        assert_eq!(masked("sqlite:a.db"), "sqlite:a.db");
    }
}
