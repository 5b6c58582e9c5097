//! The program: settings, the data, the site, a listener, and an orderly end.

use chrono::{TimeDelta, Utc};
use clap::Parser;
use dsos_server::{
    credentials, endings,
    events::{Intake, keep_counting},
    home,
    http::{
        listen::{self, Patience, Shares},
        outbox, router,
        site::Site,
    },
    importing::import,
    log,
    mail::delivery::{MailSetupError, Postman, deliver_forever, sender},
    memberships::keep_house,
    moving, people, registries,
    registry::{self, Client, keep_reading},
    renames,
    sample::pulled,
    service::Service,
    settings::{Command, CommandLine, Limits, Settings},
    snippet,
    stopping::asked_to_stop,
    store::{FILE, Store, StoreError, accounts, people as kept_people, reporters, sample},
};
use origins::WatchedOrigins;
use program::{
    mail::MailAddress,
    namespace::Namespace,
    text::{PERSON_NAME, REASON},
    wording::counted,
};
use rusqlite::Connection;
use std::{env, net::Ipv4Addr, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// How long work that blocks may still take at the end.
const END_PATIENCE: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    match CommandLine::try_parse().map_or_else(|error| misread(&error), run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("dsos: {message}");
            ExitCode::from(2)
        }
    }
}

/// What is said of a command line that cannot be read: the help if that was asked for, and
/// otherwise one sentence.
fn misread(error: &clap::Error) -> Result<(), String> {
    use clap::error::ErrorKind;
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return error.print().map_err(|error| error.to_string());
    }
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    // What is missing stands in the next lines.
    let named: Vec<&str> = lines
        .take_while(|line| !line.is_empty())
        .map(str::trim)
        .collect();
    let sentence = format!("{first} {}", named.join(", "));
    Err(format!("{}. See dsos --help.", sentence.trim()))
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
    let now = Utc::now() + TimeDelta::days(i64::from(settings.days_ahead));
    match line.command.unwrap_or(Command::Serve) {
        Command::Serve => serve_until_asked(settings),
        Command::AddStaff { mail, name } => {
            let mail = address(&mail)?;
            PERSON_NAME
                .check(&name)
                .map_err(|error| error.to_string())?;
            // The first of them may be named before the server was ever started.
            let store = Store::open(&settings.data).map_err(|error| error.to_string())?;
            store
                .write(|connection| accounts::put(connection, &mail, &name, true, now))
                .map_err(|error: StoreError| error.to_string())?;
            println!("{name} can sign in as {mail} and run the program.");
            Ok(())
        }
        Command::RemoveStaff { mail } => {
            let mail = address(&mail)?;
            let was = change(&settings, |connection| {
                accounts::remove_staff(connection, &mail)
            })?;
            if !was {
                return Err(format!(
                    "{mail} does not run the program: nothing was changed."
                ));
            }
            println!("{mail} runs the program no longer, and is signed out everywhere.");
            Ok(())
        }
        Command::Code { mail } => {
            let mail = address(&mail)?;
            let code = change(&settings, |connection| {
                if !accounts::is_known(connection, &mail, now)? {
                    return Ok(None);
                }
                Ok(Service::operator_code(connection, &mail, now).ok())
            })?;
            let code = code.ok_or_else(|| {
                format!(
                    "{mail} has no account, application or invitation here: nothing to sign in for."
                )
            })?;
            println!("{code} is a code to sign in as {mail}, good once, within the hour.");
            Ok(())
        }
        Command::ExportPerson { mail } => {
            let mail = address(&mail)?;
            let store = existing(&settings)?;
            let data = people::export(&store, mail, now).map_err(|error| error.to_string())?;
            println!("{data}");
            Ok(())
        }
        Command::ErasePerson { mail } => {
            let mail = address(&mail)?;
            let erased = change(&settings, |connection| {
                kept_people::erase(connection, &mail, Some(kept_people::COMMAND_LINE), now)
            })?;
            println!(
                "Erased: {}, {} and {}.",
                counted(u64::from(erased.account), "account", "accounts"),
                counted(erased.applications.into(), "application", "applications"),
                counted(erased.mails.into(), "mail", "mails")
            );
            Ok(())
        }
        Command::RemoveSample => {
            let store = existing(&settings)?;
            let pulls = home::open_counted(&settings)?;
            let is_there = store
                .read(sample::is_there)
                .map_err(|error| error.to_string())?;
            if is_there {
                // First: said once more after a failure, it has to find a sample.
                pulled::remove(&settings.data, &store, &*pulls)?;
            }
            let count = change(&settings, sample::remove)?;
            println!("Removed: {count} applications of the sample, with all that belongs to them.");
            Ok(())
        }
        Command::EndMembership { namespace, reason } => {
            let namespace = named(&namespace)?;
            REASON.check(&reason).map_err(|error| error.to_string())?;
            if reason.trim().is_empty() {
                return Err("--reason is empty: it goes to the owners and on record.".to_owned());
            }
            let by = kept_people::COMMAND_LINE;
            let was = change(&settings, |connection| {
                endings::end(connection, &namespace, by, reason.trim(), now)
            })?;
            if !was {
                return Err(format!(
                    "{namespace} is not in the program: nothing was changed."
                ));
            }
            println!("{namespace} is no longer in the program, and its credential is taken back.");
            Ok(())
        }
        Command::RenameNamespace { old, new } => {
            let (old, new) = (named(&old)?, named(&new)?);
            existing(&settings)?;
            // One that is away is told later; one that was not meant would not be.
            home::refuse_other(&settings)?;
            change(&settings, |connection| {
                renames::rename_or_go_on(connection, &old, &new, now)
            })?
            .map_err(|error| error.to_string())?;
            moving::rename(&settings, &old, &new)?;
            println!("{old} is called {new} from now on. Badges under its old name are grey.");
            Ok(())
        }
        Command::RotateKey { compromised } => {
            let store = existing(&settings)?;
            let rotated =
                credentials::rotate(&store, compromised, now).map_err(|error| error.to_string())?;
            let name = rotated.name;
            println!("Credentials are signed with the key {name} from now on.");
            if compromised {
                let count = rotated.taken_back;
                println!("No earlier key counts any more: {count} credentials are taken back.");
            }
            Ok(())
        }
        Command::Import { files, yes } => {
            let store = existing(&settings)?;
            import(&settings, &store, &files, yes)
        }
        Command::Migrate => moving::migrate(&settings),
        Command::Pulls(command) => {
            existing(&settings)?;
            moving::run(&settings, &command)
        }
        Command::AddRegistry {
            name,
            namespace,
            kind,
        } => {
            let name = name.trim().to_owned();
            if !(1..=60).contains(&name.chars().count()) {
                return Err("a registry has a name of 1 to 60 letters.".to_owned());
            }
            let namespaces = registries::each_once(&namespace)?;
            let (token, hash) = registries::token()
                .map_err(|_| "the system gives no randomness for a token.".to_owned())?;
            let added = change(&settings, |connection| {
                reporters::add(connection, &name, kind, &namespaces, &hash, now)
            })?;
            if added.is_none() {
                return Err(format!(
                    "there is a registry {name} already: remove it first, or choose another name."
                ));
            }
            let here = format!("http://127.0.0.1:{}", settings.port);
            let base_url = settings.public_url.as_deref().unwrap_or(&here);
            println!("{}", snippet::of(kind, &token, base_url));
            Ok(())
        }
        Command::ChangeRegistry { name, namespace } => {
            let namespaces = registries::each_once(&namespace)?;
            let is_changed = change(&settings, |connection| {
                let all = reporters::list(connection)?;
                match all.iter().find(|one| one.name == name) {
                    Some(one) => reporters::set_namespaces(connection, one.id, &namespaces),
                    None => Ok(false),
                }
            })?;
            if !is_changed {
                return Err(format!("there is no registry {name}: nothing was changed."));
            }
            println!("From now on {name} may report these namespaces and no others.");
            Ok(())
        }
        Command::RemoveRegistry { name } => {
            if !change(&settings, |connection| reporters::remove(connection, &name))? {
                return Err(format!("there is no registry {name}: nothing was changed."));
            }
            println!("Nothing more is taken from {name}. What was counted stays.");
            Ok(())
        }
        Command::ReadRegistry => {
            let base = settings
                .registry
                .as_deref()
                .ok_or_else(|| "no registry is set: name it with --registry.".to_owned())?;
            let client = Client::new(base, settings.registry_login.as_deref());
            let store = Store::open(&settings.data).map_err(|error| error.to_string())?;
            let reading =
                registry::read(&store, &client, now).map_err(|error| error.to_string())?;
            if let Some(trouble) = reading.trouble {
                return Err(format!("{base} was not read: {trouble}"));
            }
            println!("{reading}");
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

fn named(text: &str) -> Result<Namespace, String> {
    Namespace::parse(text).map_err(|error| error.to_string())
}

fn address(text: &str) -> Result<MailAddress, String> {
    MailAddress::parse(text).map_err(|error| error.to_string())
}

/// The data that is there, beside a server that may be at work with it. A mistyped folder is not
/// made: nothing would be found in it.
fn existing(settings: &Settings) -> Result<Store, String> {
    if !settings.data.join(FILE).is_file() {
        let folder = settings.data.display();
        return Err(format!(
            "there is no data in {folder}: name it with --data."
        ));
    }
    Store::open(&settings.data).map_err(|error| error.to_string())
}

/// Changes the data that is there.
fn change<T>(
    settings: &Settings,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, String> {
    existing(settings)?
        .write(work)
        .map_err(|error| error.to_string())
}

/// Serves until the person or the system asks to stop.
fn serve_until_asked(settings: Settings) -> Result<(), String> {
    log::begin(settings.log);
    let origins: Vec<String> = settings
        .forges
        .0
        .iter()
        .map(|forge| forge.origin().to_owned())
        .collect();
    let mail_setup = |error: MailSetupError| error.to_string();
    let postman = match &settings.smtp {
        Some(smtp) => Some(Postman::new(smtp, &settings.mail_from).map_err(mail_setup)?),
        None => sender(&settings.mail_from)
            .map(|_| None)
            .map_err(mail_setup)?,
    };
    let site = site(&settings, &origins)?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| format!("no threads to run on: {error}."))?;
    let store = runtime.block_on(serve_all(site, settings, postman))?;
    // A forge or a mail server that is silent keeps nobody waiting at the end.
    runtime.shutdown_timeout(END_PATIENCE);
    // Nobody else has the data open now: the log is taken into the file as it is closed.
    drop(store);
    Ok(())
}

/// Opens the data, and serves; gives the data back when it is asked to end.
async fn serve_all(
    site: Site,
    settings: Settings,
    postman: Option<Postman>,
) -> Result<Store, String> {
    // Whoever asks early is heard, too.
    let stop = asked_to_stop().map_err(|error| format!("no signals can be heard: {error}."))?;
    let address = (settings.bind, settings.port);
    let listener = TcpListener::bind(address).await.map_err(|error| {
        format!(
            "{}:{} cannot be listened on: {error}. Choose another port with --port.",
            settings.bind, settings.port
        )
    })?;
    let base_url = listener
        .local_addr()
        .map_or_else(|_| String::new(), |address| format!("http://{address}"));
    let store = Store::open(&settings.data).map_err(|error| error.to_string())?;
    println!("{base_url}/");
    let ahead = TimeDelta::days(i64::from(settings.days_ahead));
    let clock = Arc::new(move || Utc::now() + ahead);
    let origins = WatchedOrigins::open(settings.geoip.as_deref(), settings.asn.as_deref())
        .map_err(|error| error.to_string())?;
    let intake = Intake::open(&settings)
        .map(|intake| Arc::new(intake.with_origins(origins)))
        .map_err(|error| error.to_string())?;
    let service =
        Service::new(store.clone(), settings, &base_url, clock).with_intake(Arc::clone(&intake));
    if service.settings.sample {
        show_sample(&service, &intake)?;
    }
    send_mail(&service, postman).await?;
    service
        .check_unfinished(TimeDelta::zero())
        .await
        .map_err(|error| error.to_string())?;
    service
        .prepare_keys()
        .await
        .map_err(|error| error.to_string())?;
    let window_ms = i64::from(service.settings.session_secs) * 1_000;
    let counting = keep_counting(&service, &intake, window_ms);
    tokio::spawn(keep_house(service.clone()));
    tokio::spawn(keep_reading(service.clone()));
    tokio::spawn(forget_idle(service.clone()));
    let shares = match service.settings.limits {
        Limits::On => Shares::AllBut(service.settings.trusted_proxies.clone()),
        Limits::Off => Shares::Uncounted,
    };
    let router = router(site, service);
    let stop = async {
        stop.await;
        // Whoever waits for news would be waited for.
        intake.counted.send_replace(None);
    };
    listen::serve(listener, router, shares, Patience::USUAL, stop).await;
    // Nobody reports any more; what waits is counted at the next start.
    drop(counting);
    store.take_in_log().map_err(|error| error.to_string())?;
    Ok(store)
}

/// The site that is served.
fn site(settings: &Settings, origins: &[String]) -> Result<Site, String> {
    match &settings.dir {
        Some(dir) => Site::load(dir, origins).map_err(|error| error.to_string()),
        #[cfg(feature = "embed")]
        None => Ok(Site::built_in(origins)),
        #[cfg(not(feature = "embed"))]
        None => Err("--dir names no site, and none is built into this program.".to_owned()),
    }
}

/// Fills an empty folder with the sample, and says how to look at it.
fn show_sample(service: &Service, intake: &Intake) -> Result<(), String> {
    let codes = service
        .fill_with_sample()
        .map_err(|error| format!("the sample could not be made: {error:?}"))?;
    if codes.is_empty() {
        println!(
            "The data folder is not empty: no sample was put into it. (For one beside it, name another folder with --data; for a code of a sample that is there, dsos code.)"
        );
    } else if let Err(words) = pulled::add(intake, &service.settings.data, service.now()) {
        // The rest of it is there.
        println!("{words}");
    }
    for code in codes {
        println!(
            "Sign in as {} ({}) with {}, within the hour.",
            code.mail, code.who, code.code
        );
    }
    Ok(())
}

/// Forgets, from time to time, what was counted of those who no longer ask.
async fn forget_idle(service: Service) {
    loop {
        tokio::time::sleep(Duration::from_secs(60)).await;
        service.client_limits.forget_idle();
        service.account_limit.forget_idle();
    }
}

/// Hands mails to the mail server; without one, shows them to this machine.
async fn send_mail(service: &Service, postman: Option<Postman>) -> Result<(), String> {
    let settings = &service.settings;
    if let Some(postman) = postman {
        tokio::spawn(deliver_forever(service.clone(), postman));
        return Ok(());
    }
    let port = settings.outbox_port;
    let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Ok(listener) => listener,
        // Taken by another server of this machine: any other will do.
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(|error| format!("the outbox cannot be shown: {error}."))?,
    };
    if let Ok(address) = listener.local_addr() {
        println!("No mail server is set. Mails wait in the outbox: http://{address}/");
    }
    let router = outbox::router(service.clone());
    tokio::spawn(async move {
        listen::serve(
            listener,
            router,
            Shares::Uncounted,
            Patience::USUAL,
            std::future::pending(),
        )
        .await;
    });
    Ok(())
}
