//! Listening: a connection has its time for a request's head and for taking in the answer,
//! there are only so many of them, altogether and for one client, and at the end those that
//! are at work finish.

use super::client::network;
use axum::{Router, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{
    collections::HashMap,
    future::Future,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// How long clients may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// To send the head of a request; a connection stays open without one for as long.
    pub head: Duration,
    /// To take in any part of an answer.
    pub answer: Duration,
    /// To finish what was begun when the server is asked to end.
    pub end: Duration,
}

impl Patience {
    /// What slow lines need, and no more.
    pub const USUAL: Self = Self {
        head: Duration::from_secs(15),
        answer: Duration::from_secs(30),
        end: Duration::from_secs(10),
    };
}

/// Most connections at the same time; more wait to be accepted.
const MOST_CONNECTIONS: usize = 4_096;

/// Most connections of one client at the same time; more are closed at once. A browser has
/// six, and many people may share an address.
const MOST_OF_CLIENT: usize = 256;

/// How long it is waited when the system has no more connections to give.
const PAUSE: Duration = Duration::from_millis(100);

/// Whose connections are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shares {
    /// Everybody's but this machine's and those of proxies that are trusted: what comes from
    /// them comes from many.
    AllBut(Vec<IpAddr>),
    /// Nobody's.
    Uncounted,
}

/// How many connections each client has.
#[derive(Debug)]
struct Clients {
    counts: Mutex<HashMap<IpAddr, usize>>,
    shares: Shares,
}

/// The place of a connection among those of its client, until it is dropped.
struct Place {
    clients: Arc<Clients>,
    client: Option<IpAddr>,
}

impl Clients {
    /// A place for one more, unless the client has enough.
    fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        let is_counted = match &self.shares {
            Shares::AllBut(trusted) => !peer.is_loopback() && !trusted.contains(&peer),
            Shares::Uncounted => false,
        };
        let client = is_counted.then(|| network(peer));
        if let Some(client) = client {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(client).or_default();
            if *count >= MOST_OF_CLIENT {
                return None;
            }
            *count += 1;
            if *count == MOST_OF_CLIENT {
                // Not which: addresses are written down nowhere.
                tracing::warn!(
                    connections = MOST_OF_CLIENT,
                    "a client has as many connections as one may have; a proxy is to be named with --trusted-proxy"
                );
            }
        }
        Some(Place {
            clients: Arc::clone(self),
            client,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(client) = self.client else { return };
        let counts = self.clients.counts.lock();
        let mut counts = counts.unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&client);
            }
        }
    }
}

/// Serves until `ends` is done; then nothing new is taken, and what was begun is finished,
/// or cut off when the patience ends.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shares: Shares,
    patience: Patience,
    ends: impl Future<Output = ()>,
) {
    let permits = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let clients = Arc::new(Clients {
        counts: Mutex::default(),
        shares,
    });
    let graceful = GracefulShutdown::new();
    let mut ends = std::pin::pin!(ends);
    loop {
        let permit = tokio::select! {
            biased;
            () = &mut ends => break,
            permit = Arc::clone(&permits).acquire_owned() => permit,
        };
        // It is never closed.
        let Ok(permit) = permit else { break };
        let accepted = tokio::select! {
            biased;
            () = &mut ends => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // A client that went away at once, or no more open files: neither ends the server.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let Some(place) = clients.enter(peer.ip()) else {
            continue;
        };
        let router = router
            .clone()
            .map_request(move |mut request: hyper::Request<Incoming>| {
                request.extensions_mut().insert(ConnectInfo(peer));
                request.map(axum::body::Body::new)
            });
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(patience.answer));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(patience.head)
            .serve_connection(
                TokioIo::new(Box::pin(stream)),
                TowerToHyperService::new(router),
            );
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that breaks off is its own matter.
            let _ = connection.await;
            drop((permit, place));
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(patience.end) => {
            tracing::warn!("clients that did not finish were cut off");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::net::Ipv4Addr;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
    };

    #[test]
    fn a_client_has_only_so_many_connections() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let clients = Arc::new(Clients {
            counts: Mutex::default(),
            shares: Shares::AllBut(vec![proxy]),
        });
        let greedy: IpAddr = "2001:db8::1".parse().unwrap();
        let neighbor: IpAddr = "2001:db8::2".parse().unwrap();
        let other: IpAddr = "2001:db8:0:1::1".parse().unwrap();
        let mut places: Vec<_> = (0..MOST_OF_CLIENT)
            .map(|_| clients.enter(greedy).unwrap())
            .collect();
        assert!(clients.enter(greedy).is_none());
        assert!(clients.enter(neighbor).is_none(), "it is the same network");
        assert!(clients.enter(other).is_some());
        for _ in 0..2 * MOST_OF_CLIENT {
            places.push(clients.enter(proxy).unwrap());
            places.push(clients.enter(Ipv4Addr::LOCALHOST.into()).unwrap());
        }
        places.remove(0);
        assert!(clients.enter(greedy).is_some(), "one went away");
        drop(places);
        assert!(clients.counts.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn whoever_does_not_take_the_answer_is_let_go() {
        const BYTES: usize = 64 << 20;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", get(|| async { vec![b'x'; BYTES] }));
        let patience = Patience {
            answer: Duration::from_millis(100),
            ..Patience::USUAL
        };
        let (done, served) = tokio::sync::oneshot::channel::<()>();
        let ends = async { served.await.unwrap_or_default() };
        let server = tokio::spawn(async move {
            serve(listener, router, Shares::Uncounted, patience, ends).await;
        });
        let mut client = TcpStream::connect(address).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nhost: hub.example\r\n\r\n";
        client.write_all(request).await.unwrap();
        client.readable().await.unwrap();
        done.send(()).unwrap();
        // It waits for this client alone, who takes nothing: the usual patience would be longer.
        let ended = tokio::time::timeout(Patience::USUAL.end / 2, server);
        ended.await.expect("the connection is given up").unwrap();
        let mut taken = Vec::new();
        let _ = client.read_to_end(&mut taken).await;
        assert!(taken.len() < BYTES, "{}", taken.len());
    }
}
