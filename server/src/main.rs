//! The program: settings, the site, a listener, and an orderly end.

use axum::serve;
use dsos_server::{
    http::{router, site::Site},
    settings::{Ask, USAGE},
};
use std::{env, process::ExitCode};
use tokio::{net::TcpListener, signal};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("dsos-server: {message}");
            ExitCode::from(2)
        }
    }
}

/// Serves until it is asked to stop; the error is one sentence for the person who started it.
fn run() -> Result<(), String> {
    let settings =
        match Ask::from_arguments(env::args().skip(1)).map_err(|error| error.to_string())? {
            Ask::Help => {
                println!("{USAGE}");
                return Ok(());
            }
            Ask::Serve(settings) => settings,
        };
    let site = Site::load(&settings.dir).map_err(|error| error.to_string())?;
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| format!("no threads to run on: {error}"))?;
    runtime.block_on(async {
        let address = (settings.bind, settings.port);
        let listener = TcpListener::bind(address).await.map_err(|error| {
            format!(
                "{}:{} cannot be listened on: {error}",
                settings.bind, settings.port
            )
        })?;
        if let Ok(address) = listener.local_addr() {
            println!("http://{address}/");
        }
        serve(listener, router(site))
            .with_graceful_shutdown(asked_to_stop())
            .await
            .map_err(|error| format!("serving ended: {error}"))
    })
}

/// Ends when the person or the system asks the program to stop.
async fn asked_to_stop() {
    let interrupt = async {
        if signal::ctrl_c().await.is_err() {
            // Without the signal there is no orderly end; the system's will do.
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
