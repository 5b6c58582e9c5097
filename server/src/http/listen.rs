//! Listening: a connection has its time for a request's head, there are only so many
//! of them, and at the end those that are at work finish.

use axum::{Router, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore};
use tower::ServiceExt;

/// How long a client may take to send the head of a request, and how long a
/// connection stays open without one.
const HEAD_PATIENCE: Duration = Duration::from_secs(15);

/// How long requests that were begun may take when the server is asked to end.
const END_PATIENCE: Duration = Duration::from_secs(10);

/// Most connections at the same time; more wait to be accepted.
const MOST_CONNECTIONS: usize = 4_096;

/// How long it is waited when the system has no more connections to give.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `ends` is done; then nothing new is taken, and what was begun is finished,
/// or cut off after [`END_PATIENCE`].
pub async fn serve(listener: TcpListener, router: Router, ends: impl Future<Output = ()>) {
    let permits = Arc::new(Semaphore::new(MOST_CONNECTIONS));
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
        let router = router
            .clone()
            .map_request(move |mut request: hyper::Request<Incoming>| {
                request.extensions_mut().insert(ConnectInfo(peer));
                request.map(axum::body::Body::new)
            });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_PATIENCE)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that breaks off is its own matter.
            let _ = connection.await;
            drop(permit);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(END_PATIENCE) => {
            tracing::warn!("clients that did not finish were cut off");
        }
    }
}
