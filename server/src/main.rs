//! The program: settings, the data, the site, a listener, and an orderly end.

use axum::serve;
use chrono::Utc;
use clap::Parser;
use dsos_server::{
    http::{outbox, router, site::Site},
    mail::delivery::{Postman, deliver_forever},
    memberships::write_forever,
    service::Service,
    settings::{Command, CommandLine, Settings},
    store::{Store, StoreError, accounts},
};
use program::{mail::MailAddress, text::PERSON_NAME};
use std::{env, net::Ipv4Addr, path::PathBuf, process::ExitCode, sync::Arc};
use tokio::{net::TcpListener, signal};

fn main() -> ExitCode {
    match run(CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("dsos-server: {message}");
            ExitCode::from(2)
        }
    }
}

/// Does what is asked; the error is one sentence for the person who asked.
fn run(line: CommandLine) -> Result<(), String> {
    let beside = env::current_exe()
        .ok()
        .and_then(|path| path.parent().map(PathBuf::from))
        .unwrap_or_default();
    let settings = line
        .given
        .settle(&beside)
        .map_err(|error| error.to_string())?;
    match line.command.unwrap_or(Command::Serve) {
        Command::Serve => serve_until_asked(settings),
        Command::AddStaff { mail, name } => {
            let mail = MailAddress::parse(&mail).map_err(|error| error.to_string())?;
            PERSON_NAME
                .check(&name)
                .map_err(|error| error.to_string())?;
            let store = Store::open(&settings.data).map_err(|error| error.to_string())?;
            store
                .write(|connection| accounts::put(connection, &mail, &name, true, Utc::now()))
                .map_err(|error: StoreError| error.to_string())?;
            println!("{name} can sign in as {mail} and run the program.");
            Ok(())
        }
        Command::Backup { file } => {
            Store::backup(&settings.data, &file).map_err(|error| error.to_string())?;
            println!("Written: {}", file.display());
            Ok(())
        }
        Command::Restore { file } => {
            let kept = Store::restore(&settings.data, &file).map_err(|error| error.to_string())?;
            if let Some(kept) = kept {
                println!("The data that was there is kept in {}.", kept.display());
            }
            println!("Restored from {}.", file.display());
            Ok(())
        }
    }
}

/// Serves until the person or the system asks to stop.
fn serve_until_asked(settings: Settings) -> Result<(), String> {
    let origins: Vec<String> = settings
        .forges
        .0
        .iter()
        .map(|forge| forge.origin().to_owned())
        .collect();
    let site = Site::load(&settings.dir, &origins).map_err(|error| error.to_string())?;
    let store = Store::open(&settings.data).map_err(|error| error.to_string())?;
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
        let base_url = listener
            .local_addr()
            .map_or_else(|_| String::new(), |address| format!("http://{address}"));
        println!("{base_url}/");
        let service = Service::new(store, settings, &base_url, Arc::new(Utc::now));
        send_mail(&service).await?;
        tokio::spawn(write_forever(service.clone()));
        service
            .check_unfinished()
            .await
            .map_err(|error| error.to_string())?;
        serve(listener, router(site, service))
            .with_graceful_shutdown(asked_to_stop())
            .await
            .map_err(|error| format!("serving ended: {error}"))
    })
}

/// Hands mails to the mail server; without one, shows them to this machine.
async fn send_mail(service: &Service) -> Result<(), String> {
    let settings = &service.settings;
    if let Some(smtp) = &settings.smtp {
        let postman = Postman::new(smtp, &settings.mail_from).map_err(|error| error.to_string())?;
        tokio::spawn(deliver_forever(service.clone(), postman));
        return Ok(());
    }
    let port = settings.outbox_port;
    let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Ok(listener) => listener,
        // Taken by another server of this machine: any other will do.
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(|error| format!("the outbox cannot be shown: {error}"))?,
    };
    if let Ok(address) = listener.local_addr() {
        println!("No mail server is set. Mails wait in the outbox: http://{address}/");
    }
    let router = outbox::router(service.clone());
    tokio::spawn(async move { serve(listener, router).await });
    Ok(())
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
