//! Where a ClickHouse is: `clickhouse://[user[:password]@]host:port/database`,
//! by its HTTP interface.
//!
//! A cluster is `?cluster=NAME`, and the address then names a server of every
//! shard: `clickhouse://one:8123,two:8123/pulls?cluster=NAME`. Rows are written
//! to the shard they belong to, not through another, so that whoever writes knows
//! what was kept where.

use super::sql::is_identifier;
use std::fmt;
use std::str::FromStr;

/// Where a ClickHouse is, and as whom it is asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// `host:port`, one for each shard; without a cluster, one.
    pub(super) servers: Vec<String>,
    pub(super) is_secure: bool,
    pub(super) user: String,
    pub(super) password: String,
    pub(super) database: String,
    pub(super) cluster: Option<Cluster>,
}

/// A cluster, as the settings of its servers call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cluster {
    pub name: String,
    /// Whether the servers of a shard copy from each other. It takes ZooKeeper or Keeper, and
    /// the macros `shard` and `replica` in their settings.
    pub is_replicated: bool,
}

/// Why a text is no address. None quotes the text: it may have a password in it, where nobody
/// expects one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// It does not begin with `clickhouse://` or `clickhouse+https://`.
    Scheme,
    /// A `%` is not followed by two hexadecimal digits, or what it stands for is no text.
    Escape,
    /// A user or password that no header can carry.
    Login,
    /// A server without a name, or with one that no server has.
    Host,
    /// A server without the number of a port.
    Port,
    /// No database, or one whose name needs quotes.
    Database,
    /// A cluster whose name needs quotes.
    Cluster,
    /// Several servers without a cluster.
    Servers,
    /// A parameter that there is not, or a value that it does not take.
    Parameter,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => {
                "the address of ClickHouse begins with clickhouse:// or clickhouse+https://."
            }
            Self::Escape => {
                "in the address of ClickHouse, a % is followed by two hexadecimal digits; % itself is %25."
            }
            Self::Login => {
                "the user or the password in the address of ClickHouse has a control character in it."
            }
            Self::Host => {
                "the address of ClickHouse has no valid host; in a user or a password, @ is %40, / is %2F, ? is %3F and : is %3A."
            }
            Self::Port => {
                "the address of ClickHouse has no port: that of the HTTP interface is 8123, unless somebody changed it."
            }
            Self::Database => {
                "the address of ClickHouse ends with a database: letters, digits and underscores, as in clickhouse://host:8123/pulls."
            }
            Self::Cluster => {
                "a cluster in the address of ClickHouse has a name of letters, digits and underscores."
            }
            Self::Servers => {
                "the address of ClickHouse names several servers without a cluster: add ?cluster=NAME."
            }
            Self::Parameter => {
                "the address of ClickHouse takes the parameters cluster=NAME, secure=1 and, for a cluster, replicated=1."
            }
        })
    }
}

impl std::error::Error for AddressError {}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Address {
    /// The address without user and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure {
            "clickhouse+https"
        } else {
            "clickhouse"
        };
        write!(f, "{scheme}://{}/{}", self.servers.join(","), self.database)?;
        match &self.cluster {
            Some(cluster) if cluster.is_replicated => {
                write!(f, "?cluster={}&replicated=1", cluster.name)
            }
            Some(cluster) => write!(f, "?cluster={}", cluster.name),
            None => Ok(()),
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (rest, mut is_secure) = if let Some(rest) = text.strip_prefix("clickhouse://") {
            (rest, false)
        } else if let Some(rest) = text.strip_prefix("clickhouse+https://") {
            (rest, true)
        } else {
            return Err(AddressError::Scheme);
        };
        let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = place.split_once('/').unwrap_or((place, ""));
        let (login, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let (user, password) = (decoded(user)?, decoded(password)?);
        if user.chars().chain(password.chars()).any(char::is_control) {
            return Err(AddressError::Login);
        }
        let servers: Vec<String> = hosts.split(',').map(server).collect::<Result<_, _>>()?;
        if !is_identifier(database) {
            return Err(AddressError::Database);
        }
        let (mut cluster, mut is_replicated) = (None, false);
        for parameter in parameters.split('&').filter(|one| !one.is_empty()) {
            match parameter.split_once('=') {
                Some(("secure", "1")) => is_secure = true,
                Some(("secure", "0")) => {}
                Some(("replicated", "1")) => is_replicated = true,
                Some(("replicated", "0")) => {}
                Some(("cluster", name)) if is_identifier(name) => cluster = Some(name.to_owned()),
                Some(("cluster", _)) => return Err(AddressError::Cluster),
                _ => return Err(AddressError::Parameter),
            }
        }
        match cluster {
            None if is_replicated => return Err(AddressError::Parameter),
            None if servers.len() > 1 => return Err(AddressError::Servers),
            _ => {}
        }
        Ok(Self {
            servers,
            is_secure,
            user: if user.is_empty() {
                "default".to_owned()
            } else {
                user
            },
            password,
            database: database.to_owned(),
            cluster: cluster.map(|name| Cluster {
                name,
                is_replicated,
            }),
        })
    }
}

/// A `host:port`, which becomes part of a URL as it is.
fn server(text: &str) -> Result<String, AddressError> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.starts_with('[') || host.ends_with(']') => (host, port),
        _ => return Err(AddressError::Port),
    };
    let is_host = match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(within) => within.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
        }
    };
    if !is_host {
        return Err(AddressError::Host);
    }
    match port.parse::<u16>() {
        Ok(number) if number > 0 && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(format!("{host}:{number}"))
        }
        _ => Err(AddressError::Port),
    }
}

/// A text in which `%40` stands for `@`.
fn decoded(text: &str) -> Result<String, AddressError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digit = |at: usize| char::from(*rest.get(at)?).to_digit(16);
        let (high, low) = digit(0).zip(digit(1)).ok_or(AddressError::Escape)?;
        bytes.push((high * 16 + low) as u8);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).map_err(|_| AddressError::Escape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Address, AddressError> {
        text.parse()
    }

    #[test]
    fn an_address_is_read() {
        let plain = read("clickhouse://db.example:8123/pulls").unwrap();
        assert_eq!(plain.servers, ["db.example:8123"]);
        assert_eq!(
            (plain.user.as_str(), plain.password.as_str()),
            ("default", "")
        );
        assert_eq!(
            (plain.database.as_str(), plain.is_secure, &plain.cluster),
            ("pulls", false, &None)
        );
        let full = read(
            "clickhouse://kelp:p%40ss%2Fw:rd@one:8123,[::1]:8124/pulls_2?cluster=harbor&secure=1&replicated=1",
        )
        .unwrap();
        assert_eq!(full.servers, ["one:8123", "[::1]:8124"]);
        assert_eq!(
            (full.user.as_str(), full.password.as_str()),
            ("kelp", "p@ss/w:rd")
        );
        assert!(full.is_secure && full.cluster.as_ref().is_some_and(|one| one.is_replicated));
        assert!(read("clickhouse+https://h:1/d").unwrap().is_secure);
    }

    #[test]
    fn what_is_none_is_refused_with_a_reason() {
        for (text, error) in [
            ("http://h:1/d", AddressError::Scheme),
            ("clickhouse://h/d", AddressError::Port),
            ("clickhouse://h:0/d", AddressError::Port),
            ("clickhouse://h:+1/d", AddressError::Port),
            ("clickhouse://h:65536/d", AddressError::Port),
            ("clickhouse://[::1]/d", AddressError::Port),
            ("clickhouse://[kelp]:1/d", AddressError::Host),
            ("clickhouse://:1/d", AddressError::Host),
            ("clickhouse://h h:1/d", AddressError::Host),
            ("clickhouse://h:1", AddressError::Database),
            ("clickhouse://h:1/", AddressError::Database),
            ("clickhouse://h:1/a-b", AddressError::Database),
            ("clickhouse://h:1/d`", AddressError::Database),
            ("clickhouse://h:1/1d", AddressError::Database),
            ("clickhouse://a%4@h:1/d", AddressError::Escape),
            ("clickhouse://a%zz@h:1/d", AddressError::Escape),
            ("clickhouse://a%ff@h:1/d", AddressError::Escape),
            ("clickhouse://a:b%0a@h:1/d", AddressError::Login),
            ("clickhouse://a:1,b:1/d", AddressError::Servers),
            ("clickhouse://a:1/d?cluster=", AddressError::Cluster),
            ("clickhouse://a:1/d?cluster=a'b", AddressError::Cluster),
            ("clickhouse://a:1/d?secure=yes", AddressError::Parameter),
            ("clickhouse://a:1/d?replicated=1", AddressError::Parameter),
            ("clickhouse://a:1/d?kelp=1", AddressError::Parameter),
        ] {
            assert_eq!(read(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_password_shows_nowhere() {
        let address = read("clickhouse://kelp:wrack%40ruin@h:1/d?cluster=c").unwrap();
        let shown = format!("{address:?} {address}");
        assert!(
            !shown.contains("wrack") && !shown.contains("kelp"),
            "{shown}"
        );
        assert!(shown.contains("h:1/d?cluster=c"), "{shown}");
        // Whatever of it is taken for something else.
        for text in [
            "clickhouse://kelp:wrack@ruin/wrack@h:1/d",
            "clickhouse://kelp:wrack?ruin@h:1/d",
            "clickhouse://kelp:wrack#ruin@h:wrack/d",
            "clickhouse//kelp:wrack@h:1/d",
            "clickhouse://kelp:wrack%ruin@h:1/d",
        ] {
            let error = read(text).unwrap_err();
            let shown = format!("{error:?} {error}");
            assert!(!shown.contains("wrack"), "{shown}");
        }
    }
}
