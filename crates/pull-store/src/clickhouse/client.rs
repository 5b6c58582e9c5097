//! One server, asked over HTTP. Every request is bounded in time, and every
//! answer in size. A server that was waited for in vain is not waited for again for
//! a while: many who ask would each wait as long.

use super::address::Address;
use super::error::ClickHouseError;
use super::rows::Rows;
use std::io::Read;
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};
use ureq::http::{HeaderValue, Response};
use ureq::{Agent, Body, BodyReader};

/// How long a server may work on a question.
const WORK: Duration = Duration::from_secs(120);

/// How long a request may take, from name to last byte: a server that stops itself says why.
const PATIENCE: Duration = Duration::from_secs(150);

/// How long nobody waits for a server again that was waited for in vain.
const REST: Duration = Duration::from_secs(5);

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);

/// A connection that was not used for so long may have been closed by the server, whose own
/// patience is 3 seconds in the oldest version. A request on it would be lost, and nobody could
/// say whether it was done.
const IDLE: Duration = Duration::from_secs(1);

/// Most bytes of an answer.
const MOST_BYTES: u64 = 512 << 20;

/// Most bytes that are read of what a server says when it refuses, and that are shown.
const MOST_SAID: u64 = 1 << 16;
const MOST_SHOWN: usize = 400;

/// What holds for every request. An answer is sent when it is whole: else, what goes wrong half
/// way would look like rows. A part is written at once, rather than in pieces.
const SETTINGS: &str = "wait_end_of_query=1&buffer_size=4194304&max_query_size=67108864\
    &max_ast_elements=2000000&max_expanded_ast_elements=4000000\
    &max_insert_block_size=16777216&min_insert_block_size_rows=16777216\
    &min_insert_block_size_bytes=1073741824";

/// What holds besides where servers of a shard copy from each other: what was written is on all of
/// them when it was said to be, so that any of them may be read; but none that has yet to catch up,
/// such as one that came in place of another. A copy that is away for longer is an error, and what
/// was written is in doubt. Parts that are written again are known by that.
const COPIES: &str = "insert_quorum_timeout=30000&insert_deduplicate=1\
    &max_replica_delay_for_distributed_queries=1\
    &fallback_to_stale_replicas_for_distributed_queries=0";

/// Copies have not all of what was written before. Of an insert, months before the one that is
/// refused may have been written; sent again, it writes only the others.
const QUORUM_BEFORE: u32 = 286;

/// How long that may take before it is an error, and how often it is looked at.
pub(super) const COPYING: Duration = Duration::from_secs(5);
pub(super) const PAUSE: Duration = Duration::from_millis(20);

/// A server.
pub(super) struct Client {
    agent: Agent,
    /// `host:port`, for errors.
    server: String,
    url: String,
    /// Where it is asked for what is on all copies alone.
    settled: String,
    user: HeaderValue,
    password: HeaderValue,
    /// When it was last waited for in vain.
    in_vain: Mutex<Option<Instant>>,
    /// How many servers its shard has, if they copy from each other.
    pub copies: u64,
}

/// Rows of an answer.
pub(super) type Answer = Rows<BodyReader<'static>>;

impl Client {
    /// A server of an address; whether it is there shows with the first question.
    pub fn new(address: &Address, server: &str) -> Result<Self, ClickHouseError> {
        Self::waiting(address, server, PATIENCE)
    }

    /// The same, whose requests take so long at most.
    fn waiting(
        address: &Address,
        server: &str,
        patience: Duration,
    ) -> Result<Self, ClickHouseError> {
        let config = Agent::config_builder()
            .timeout_global(Some(patience))
            .timeout_connect(Some(CONNECT))
            .max_idle_age(IDLE)
            // Nobody else is told the password.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .proxy(None)
            .user_agent("dsos")
            .build();
        let header = |text: &str| {
            let mut header = HeaderValue::from_bytes(text.as_bytes())
                .map_err(|_| super::address::AddressError::Login)?;
            header.set_sensitive(true);
            Ok::<_, ClickHouseError>(header)
        };
        let scheme = if address.is_secure { "https" } else { "http" };
        let url = format!(
            "{scheme}://{server}/?{SETTINGS}&max_execution_time={}",
            WORK.as_secs()
        );
        Ok(Self {
            agent: Agent::new_with_config(config),
            server: server.to_owned(),
            settled: url.clone(),
            url,
            user: header(&address.user)?,
            password: header(&address.password)?,
            in_vain: Mutex::new(None),
            copies: 0,
        })
    }

    /// `host:port`, for errors.
    pub fn name(&self) -> &str {
        &self.server
    }

    /// Has so many servers of the shard hold what is written, which are all that it has.
    pub fn set_copies(&mut self, copies: u64) -> Result<(), ClickHouseError> {
        self.copies = copies;
        // Current versions write to several quorums at once, of which nobody can ask for what is in
        // all of them; the oldest one refuses a setting that it does not know.
        let is_parallel = self.number(
            "SELECT toUInt64(count()) FROM system.settings WHERE name = 'insert_quorum_parallel'",
        )? > 0;
        self.url
            .push_str(&format!("&insert_quorum={copies}&{COPIES}"));
        if is_parallel {
            self.url.push_str("&insert_quorum_parallel=0");
        }
        self.settled = format!("{}&select_sequential_consistency=1", self.url);
        Ok(())
    }

    /// Asks; the rows come as `RowBinary`.
    pub fn ask(&self, question: &str) -> Result<Answer, ClickHouseError> {
        self.ask_at(&self.url, question)
    }

    /// Asks for what is on all servers of the shard. One that has not all of that itself refuses.
    pub fn ask_settled(&self, question: &str) -> Result<Answer, ClickHouseError> {
        self.ask_at(&self.settled, question)
    }

    fn ask_at(&self, url: &str, question: &str) -> Result<Answer, ClickHouseError> {
        let question = format!("{question} FORMAT RowBinary");
        let answer = self.send(url, question.as_bytes())?;
        let body = answer.into_body().into_with_config().limit(MOST_BYTES);
        Ok(Rows::new(body.reader()))
    }

    /// Asks for everything at once, in the format that the question names; it is put in place of
    /// what `into` holds.
    pub fn ask_whole(&self, question: &str, into: &mut Vec<u8>) -> Result<(), ClickHouseError> {
        into.clear();
        let answer = self.send(&self.url, question.as_bytes())?;
        answer
            .into_body()
            .into_with_config()
            .limit(MOST_BYTES)
            .reader()
            .read_to_end(into)
            .map_err(ClickHouseError::reading)?;
        Ok(())
    }

    /// Asks for one number, which is a `UInt64` and never nothing.
    pub fn number(&self, question: &str) -> Result<u64, ClickHouseError> {
        the_number(self.ask(question)?)
    }

    /// The same of what is on all servers of the shard.
    pub fn number_settled(&self, question: &str) -> Result<u64, ClickHouseError> {
        the_number(self.ask_settled(question)?)
    }

    /// Has something done that has no answer.
    pub fn run(&self, statement: &str) -> Result<(), ClickHouseError> {
        self.send(&self.url, statement.as_bytes()).map(drop)
    }

    /// Puts rows, as `RowBinary`, into columns: `table (day, action)`.
    pub fn insert(&self, into: &str, rows: &[u8]) -> Result<(), ClickHouseError> {
        let url = format!(
            "{}&query={}",
            self.url,
            encoded(&format!("INSERT INTO {into} FORMAT RowBinary"))
        );
        self.send(&url, rows).map(drop)
    }

    /// Sends; what comes back is not an error of the server’s. While copies have not all of what
    /// somebody else wrote before, nothing is done, and it is tried again for a moment.
    fn send(&self, url: &str, body: &[u8]) -> Result<Response<Body>, ClickHouseError> {
        let begun = Instant::now();
        loop {
            match self.send_once(url, body) {
                Err(ClickHouseError::Refused {
                    code: QUORUM_BEFORE,
                    ..
                }) if begun.elapsed() < COPYING => sleep(PAUSE),
                other => return other,
            }
        }
    }

    fn send_once(&self, url: &str, body: &[u8]) -> Result<Response<Body>, ClickHouseError> {
        let in_vain = || self.in_vain.lock().unwrap_or_else(PoisonError::into_inner);
        if in_vain().is_some_and(|at| at.elapsed() < REST) {
            return Err(ClickHouseError::Slow(format!(
                "{} was waited for in vain a moment ago",
                self.server
            )));
        }
        let answer = self
            .agent
            .post(url)
            .header("X-ClickHouse-User", self.user.clone())
            .header("X-ClickHouse-Key", self.password.clone())
            .send(body)
            .map_err(|error| self.trouble(&error));
        *in_vain() = matches!(answer, Err(ClickHouseError::Slow(_))).then(Instant::now);
        let answer = answer?;
        if answer.status().as_u16() == 200 {
            return Ok(answer);
        }
        let status = answer.status();
        let mut said = Vec::new();
        // What cannot be read of it is not said.
        let _ = answer
            .into_body()
            .into_reader()
            .take(MOST_SAID)
            .read_to_end(&mut said);
        let said = String::from_utf8_lossy(&said);
        match refusal(&said) {
            Some((code, said)) => Err(ClickHouseError::Refused { code, said }),
            None => Err(ClickHouseError::Unreachable {
                server: self.server.clone(),
                why: format!("the answer is not ClickHouse’s, but {status}"),
            }),
        }
    }

    fn trouble(&self, error: &ureq::Error) -> ClickHouseError {
        match error {
            ureq::Error::Timeout(_) => {
                ClickHouseError::Slow(format!("{} was waited for", self.server))
            }
            error => ClickHouseError::Unreachable {
                server: self.server.clone(),
                why: error.to_string(),
            },
        }
    }
}

/// The one number of an answer.
fn the_number(mut answer: Answer) -> Result<u64, ClickHouseError> {
    let number = answer.number()?;
    if answer.is_next()? {
        return Err(ClickHouseError::Answer("more than the number asked for"));
    }
    Ok(number)
}

/// The number and the words of what a server says: `Code: 60, e.displayText() = DB::Exception:
/// …, e.what() = …` in the oldest version, `Code: 60. DB::Exception: …` in later ones.
fn refusal(said: &str) -> Option<(u32, String)> {
    let rest = said.trim_start().strip_prefix("Code: ")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let code = rest[..digits].parse().ok()?;
    let words = rest
        .split_once("DB::Exception: ")
        .map_or(&rest[digits..], |(_, words)| words);
    let words = words.split(", e.what() =").next().unwrap_or(words).trim();
    let mut shown: String = words.chars().take(MOST_SHOWN).collect();
    if shown.len() < words.len() {
        shown.push('…');
    }
    Some((code, shown.replace(['\n', '\r'], " ")))
}

/// A text as a value in a URL.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_read_in_old_and_new_words() {
        assert_eq!(
            refusal(
                "Code: 60, e.displayText() = DB::Exception: Table b.x doesn't exist., e.what() = DB::Exception\n"
            ),
            Some((60, "Table b.x doesn't exist.".to_owned()))
        );
        assert_eq!(
            refusal("Code: 60. DB::Exception: Unknown table. (UNKNOWN_TABLE) (version 25.8)\n"),
            Some((
                60,
                "Unknown table. (UNKNOWN_TABLE) (version 25.8)".to_owned()
            ))
        );
        assert_eq!(refusal("<html>"), None);
        let long = refusal(&format!("Code: 1, x\n{}", "ü".repeat(999))).unwrap();
        assert_eq!(long.1.chars().count(), MOST_SHOWN + 1);
    }

    #[test]
    fn a_server_that_hangs_is_waited_for_once() {
        // It takes connections, and says nothing.
        let hangs = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let server = hangs.local_addr().unwrap().to_string();
        let address = format!("clickhouse://{server}/pulls").parse().unwrap();
        let client = Client::waiting(&address, &server, Duration::from_millis(300)).unwrap();
        let mut waited = Vec::new();
        for _ in 0..3 {
            let begun = Instant::now();
            let error = client.number("SELECT toUInt64(1)").unwrap_err();
            assert!(matches!(error, ClickHouseError::Slow(_)), "{error}");
            waited.push(begun.elapsed());
        }
        assert!(waited[0] >= Duration::from_millis(300), "{waited:?}");
        assert!(waited[1] < Duration::from_millis(100), "{waited:?}");
        assert!(waited[2] < Duration::from_millis(100), "{waited:?}");
    }

    #[test]
    fn a_url_is_of_plain_characters() {
        assert_eq!(encoded("a b.c&ü"), "a%20b.c%26%C3%BC");
    }
}
