//! What bounds each request, over real HTTP: where it goes, how long it takes and how much is read.

use super::*;
use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

/// A host on this machine that does with each request what it is told, and counts them.
struct Host {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Host {
    /// Starts one; `act` gets the connection and the path that is asked for.
    fn new(act: impl Fn(&mut TcpStream, &str) + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                let act = act.clone();
                thread::spawn(move || {
                    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                    let Some(Ok(first)) = lines.next() else {
                        return;
                    };
                    while lines
                        .next()
                        .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
                    {
                    }
                    act(&mut stream, first.split(' ').nth(1).unwrap_or_default());
                });
            }
        });
        Self { address, asked }
    }

    /// One that answers every path with a text.
    fn saying(text: &'static str) -> Self {
        Self::new(move |stream, _| {
            let length = text.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{text}"
            );
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn send_on(stream: &mut TcpStream, target: &str) {
    let _ = write!(
        stream,
        "HTTP/1.1 302 Found\r\nconnection: close\r\ncontent-length: 0\r\nlocation: {target}\r\n\r\n"
    );
}

fn reader() -> Reader {
    Reader::new(Forges(Vec::new()))
}

#[test]
fn the_agent_for_strangers_makes_no_connection_to_this_machine() {
    let host = Host::saying("what only this machine can reach");
    let reader = reader();
    let port = host.address.port();
    for scheme in ["http", "https"] {
        for name in ["localhost", "127.0.0.1", "[::ffff:127.0.0.1]"] {
            let url = format!("{scheme}://{name}:{port}/");
            let outcome = reader.0.public.get(&url).call();
            assert!(
                matches!(outcome, Err(ureq::Error::HostNotFound)),
                "{url} {outcome:?}"
            );
        }
    }
    assert_eq!(host.asked(), 0);
    // It would have answered: a forge that an operator named may be anywhere.
    let (url, api) = (host.url("/api/x"), host.url("/api"));
    let got = get(&reader.0.configured, &url, JSON, &api).ok().unwrap();
    assert_eq!((got.status, host.asked()), (200, 1));
}

#[test]
fn a_redirect_is_followed_once_and_within_the_api_alone() {
    let other = Host::saying("elsewhere");
    let elsewhere = other.url("/api/x");
    let host = Host::new(move |stream, path| {
        let here = stream.local_addr().unwrap();
        match path {
            "/api/moved" => send_on(stream, &format!("http://{here}/api/there")),
            "/api/there" => {
                let _ = stream.write_all(
                    b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
                );
            }
            "/api/round" => send_on(stream, &format!("http://{here}/api/round")),
            "/api/beside" => send_on(stream, &format!("http://{here}/apiary/there")),
            "/api/above" => send_on(stream, &format!("http://{here}/there")),
            "/api/host" => send_on(stream, &format!("http://{here}.evil.example/api/there")),
            _ => send_on(stream, &elsewhere),
        }
    });
    let (reader, api) = (reader(), host.url("/api"));
    let ask = |path: &str| {
        let before = host.asked();
        let got = get(&reader.0.configured, &host.url(path), JSON, &api);
        (got.map(|got| got.status), host.asked() - before)
    };
    assert_eq!(ask("/api/moved"), (Ok(200), 2));
    assert_eq!(ask("/api/round"), (Ok(302), 2));
    for path in ["/api/beside", "/api/above", "/api/host", "/api/elsewhere"] {
        assert_eq!(ask(path), (Err(Trouble::SentOn), 1), "{path}");
    }
    assert_eq!(other.asked(), 0);
}

#[test]
fn more_than_a_mebibyte_is_not_read() {
    assert_eq!(MOST_BYTES, 1024 * 1024);
    let host = Host::new(|stream, path| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
        // As many bytes as the path says, without saying how many that will be.
        let mut left: usize = path.trim_start_matches("/api/").parse().unwrap();
        while left > 0 {
            let part = left.min(64 * 1024);
            if stream.write_all(&vec![b'x'; part]).is_err() {
                return;
            }
            left -= part;
        }
    });
    let (reader, api) = (reader(), host.url("/api"));
    let ask = |bytes: usize| {
        let url = host.url(&format!("/api/{bytes}"));
        get(&reader.0.configured, &url, JSON, &api).map(|got| got.body.len())
    };
    assert_eq!(ask(MOST_BYTES - 1), Ok(MOST_BYTES - 1));
    assert_eq!(ask(MOST_BYTES + 1), Err(Trouble::TooMuch));
    assert_eq!(ask(1 << 30), Err(Trouble::TooMuch));
}

#[tokio::test]
async fn a_host_that_hangs_or_trickles_is_left_after_a_while() {
    let host = Host::new(|stream, path| {
        if path.contains("trickles") {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
            while stream.write_all(b" ").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        }
        thread::sleep(Duration::from_secs(60));
    });
    let forge = Forge {
        kind: Kind::GitHub,
        host: "github.com".to_owned(),
        api: host.url(""),
    };
    let reader = Reader::patient(Forges(vec![forge]), Duration::from_millis(300));
    for name in ["hangs", "trickles"] {
        let address = SourceAddress::parse(&format!("https://github.com/kelpworks/{name}"));
        let (now, began) = (Utc::now(), Instant::now());
        let reading = reader.repository(&address.unwrap(), now, true).await;
        let silent = Reading::Failed {
            at: now,
            trouble: Trouble::Silent,
        };
        assert_eq!(reading, silent, "{name}");
        assert!(began.elapsed() < Duration::from_secs(5), "{name}");
    }
    assert!(host.asked() >= 2);
}

#[test]
fn every_agent_waits_as_long_as_is_said_and_goes_where_it_is_sent_by_us_alone() {
    let reader = reader();
    for agent in [&reader.0.configured, &reader.0.public] {
        let config = agent.config();
        assert_eq!(config.timeouts().global, Some(Duration::from_secs(8)));
        assert_eq!(config.max_redirects(), 0);
        assert!(config.proxy().is_none());
    }
}
