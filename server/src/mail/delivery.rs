//! How mail goes out: over a mail server (RFC 5321), tried again until it is taken.

use crate::{
    accounts::CODE_LIFE,
    service::Service,
    store::{
        StoreError,
        outbox::{self, Waiting},
    },
};
use chrono::TimeDelta;
use lettre::{
    Message, SmtpTransport, Transport,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
};
use std::{fmt, time::Duration};
use tokio::task::spawn_blocking;

/// How long a mail server may take for one command.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often it is looked whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Mails that go out before it is looked again.
const AT_ONCE: usize = 50;

/// Minutes until a mail is tried again, by how often it was; the last holds for good.
const AGAIN_MIN: [i64; 7] = [1, 5, 15, 60, 180, 360, 720];

/// Why mail cannot be set up.
#[derive(Debug)]
pub enum MailSetupError {
    /// Not the address of a mail server. The address is not repeated: it may hold a password.
    Server,
    /// Not a mail address.
    From(String),
}

impl fmt::Display for MailSetupError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server => formatter.write_str(
                "--smtp takes the address of a mail server, such as smtps://user:password@mail.example or smtp://mail.example:587?tls=required.",
            ),
            Self::From(text) => write!(
                formatter,
                "--mail-from takes a mail address, such as program@hub.example, not “{text}”."
            ),
        }
    }
}

impl std::error::Error for MailSetupError {}

/// The sender of all mails.
///
/// # Errors
/// When it is no mail address.
pub fn sender(text: &str) -> Result<Mailbox, MailSetupError> {
    text.parse()
        .map_err(|_| MailSetupError::From(text.to_owned()))
}

/// What hands mails to a mail server.
#[derive(Clone)]
pub struct Postman {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Postman {
    /// One for a mail server, by its address, and the sender of all mails.
    ///
    /// # Errors
    /// When one of them is none.
    pub fn new(server: &str, from: &str) -> Result<Self, MailSetupError> {
        let from = sender(from)?;
        let transport = SmtpTransport::from_url(server)
            .map_err(|_| MailSetupError::Server)?
            .timeout(Some(PATIENCE))
            .build();
        Ok(Self { transport, from })
    }

    /// Hands one mail over. Blocks.
    fn send(&self, mail: &Waiting) -> Result<(), String> {
        let to: Mailbox = mail
            .to
            .parse()
            .map_err(|_| "its address cannot be used".to_owned())?;
        let text = SinglePart::plain(mail.text.clone());
        let builder = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject.clone())
            // One that is tried again is the same mail.
            .message_id(Some(format!(
                "<dsos-{}@{}>",
                mail.id,
                self.from.email.domain()
            )));
        let message = match &mail.calendar {
            None => builder.singlepart(text),
            Some(calendar) => {
                let kind = ContentType::parse("text/calendar; charset=utf-8; method=PUBLISH")
                    .map_err(|error| error.to_string())?;
                let file =
                    Attachment::new("membership.ics".to_owned()).body(calendar.clone(), kind);
                builder.multipart(MultiPart::mixed().singlepart(text).singlepart(file))
            }
        }
        .map_err(|error| error.to_string())?;
        self.transport
            .send(&message)
            .map(drop)
            .map_err(|error| error.to_string())
    }
}

/// Hands over what is due now; gives how many mails went out.
///
/// # Errors
/// Those of the data.
pub async fn deliver_due(service: &Service, postman: &Postman) -> Result<usize, StoreError> {
    let now = service.now();
    service
        .with_store(move |store| {
            store.write(|connection| outbox::forget_old_codes(connection, now - CODE_LIFE, now))
        })
        .await?;
    let mut count = 0;
    // One at a time: a code that is asked for meanwhile comes next.
    for _ in 0..AT_ONCE {
        let now = service.now();
        let due = service
            .with_store(move |store| store.read(|connection| outbox::due(connection, now, 1)))
            .await?;
        let Some(mail) = due.into_iter().next() else {
            break;
        };
        let (id, tries) = (mail.id, mail.tries);
        let sender = postman.clone();
        let outcome = spawn_blocking(move || sender.send(&mail))
            .await
            .unwrap_or_else(|_| Err("the attempt broke off".to_owned()));
        count += usize::from(outcome.is_ok());
        let now = service.now();
        service
            .with_store(move |store| {
                store.write(|connection| match outcome {
                    Ok(()) => outbox::sent(connection, id, now),
                    Err(error) => {
                        let at = (tries as usize).min(AGAIN_MIN.len() - 1);
                        let again = now + TimeDelta::minutes(AGAIN_MIN[at]);
                        outbox::failed(connection, id, &error, again)
                    }
                })
            })
            .await?;
    }
    if count > 0 {
        service.with_store(|store| store.take_in_log()).await?;
    }
    Ok(count)
}

/// Hands over what is due, for as long as it is not dropped.
pub async fn deliver_forever(service: Service, postman: Postman) {
    loop {
        if let Err(error) = deliver_due(&service, &postman).await {
            tracing::error!(%error, "mail waits");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
