//! Files of pulls as answers: streamed a piece at a time. A file whose days are over is of a size
//! that is told beforehand, and is gone on with where it broke off (RFC 9110, 14).
//!
//! Of a raw file that leaves out no row, the store knows the size. Any other has to be written to
//! be measured, in constant memory; that is done when the size is asked for, and remembered.

mod range;
mod sizes;
mod wish;

pub(crate) use sizes::Sizes;
pub use wish::Wish;

use super::refusal::Refusal;
use crate::{pulls::PullsTrouble, service::Service};
use api::{Problem, ProblemKind, paths::PullsFile};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use insights::{Insights, InsightsError, Namespace};
use pull_store::PullStoreError;
use pulls::{calendar::Span, summary::Level};
use range::{Wanted, given, names, range};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io,
    ops::ControlFlow,
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
    task::spawn_blocking,
    time::timeout,
};

/// How long a file waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Pieces that wait for a client who takes them slowly.
const WAITING: usize = 4;

/// What is known of a file before it is sent.
struct Told {
    span: Span,
    /// Its bytes, where the store knows them.
    size: Option<u64>,
    /// Changes with its rows.
    version: u64,
    tag: String,
    /// Whether its days are over: one that goes on grows while it is sent.
    is_over: bool,
}

/// A part of a file whose size was told.
#[derive(Clone, Copy)]
struct Part {
    from: u64,
    length: u64,
    /// Its days, and the version of their rows that the size is of.
    span: Span,
    version: u64,
}

/// A file as an answer.
///
/// # Errors
/// When there is no pull in it at all, or the pulls cannot be read.
pub async fn answer(
    service: &Service,
    of: Namespace,
    wish: Wish,
    method: &Method,
    asked: &HeaderMap,
) -> Result<Response, Refusal> {
    let (name, about, what) = (of.name.clone(), of.clone(), wish.clone());
    let told = service
        .with_insights(move |insights| Ok(told(insights, &about, &what)?))
        .await?
        .ok_or_else(|| {
            Refusal::new(
                ProblemKind::NotFound,
                "There are no pulls of this namespace yet.",
            )
        })?;
    let days = (told.span.first.to_string(), told.span.last.to_string());
    let file_name = wish.what.file_name(&name, &days.0, &days.1, wish.gzip);
    let mut headers = HeaderMap::new();
    let mut put = |name, text: String| {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    };
    put(
        header::CONTENT_DISPOSITION,
        // A namespace is letters, digits, dots, dashes and underscores.
        format!("attachment; filename=\"{file_name}\""),
    );
    put(header::ETAG, told.tag.clone());
    put(header::CACHE_CONTROL, "private, no-cache".to_owned());
    let media_type = if wish.gzip {
        "application/gzip"
    } else {
        "text/csv; charset=utf-8"
    };
    put(header::CONTENT_TYPE, media_type.to_owned());
    if given(asked, header::IF_NONE_MATCH).is_some_and(|tags| names(tags, &told.tag)) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    if told.is_over {
        put(header::ACCEPT_RANGES, "bytes".to_owned());
    }
    let is_head = method == Method::HEAD;
    let Some(size) = size(service, &of, &wish, &told, is_head, asked).await? else {
        let body = if is_head {
            // Of no known length, as the file.
            Body::from_stream(futures_util::stream::empty::<Result<Bytes, io::Error>>())
        } else {
            let is_remembered = told.is_over.then_some(told.tag);
            streamed(service, of, wish, None, is_remembered).await?
        };
        return Ok((headers, body).into_response());
    };
    // Of any other method a range means nothing.
    let wanted = match is_head {
        true => Wanted::All,
        false => range(asked, &told.tag, size),
    };
    let (status, from, length) = match wanted {
        Wanted::All => (StatusCode::OK, 0, size),
        Wanted::Part(from, to) => {
            put(header::CONTENT_RANGE, format!("bytes {from}-{to}/{size}"));
            (StatusCode::PARTIAL_CONTENT, from, to - from + 1)
        }
        Wanted::Beyond => {
            let words = format!("The file has {size} bytes: there is nothing from there on.");
            let refusal = Refusal(Problem::new(ProblemKind::Beyond, words));
            let mut answer = refusal.into_response();
            if let Ok(value) = HeaderValue::try_from(format!("bytes */{size}")) {
                answer.headers_mut().insert(header::CONTENT_RANGE, value);
            }
            return Ok(answer);
        }
    };
    put(header::CONTENT_LENGTH, length.to_string());
    let body = if is_head {
        Body::empty()
    } else {
        let part = Part {
            from,
            length,
            span: told.span,
            version: told.version,
        };
        streamed(service, of, wish, Some(part), None).await?
    };
    Ok((status, headers, body).into_response())
}

fn told(insights: &Insights, of: &Namespace, wish: &Wish) -> Result<Option<Told>, InsightsError> {
    let Some(span) = insights.span(of, &wish.query)? else {
        return Ok(None);
    };
    let version = insights.raw_version(of, span)?;
    let is_over = of.today.is_none_or(|today| span.last < today);
    let is_counted = wish.what == PullsFile::Raw && !wish.gzip && wish.is_whole() && is_over;
    let size = if is_counted {
        insights.raw_size(of, span)?
    } else {
        None
    };
    let mut hasher = DefaultHasher::new();
    // Another program may pack the same rows in other bytes.
    (&of.name, insights::packing(), format!("{wish:?}")).hash(&mut hasher);
    Ok(Some(Told {
        span,
        size,
        version,
        tag: format!("\"{version:016x}-{:016x}\"", hasher.finish()),
        is_over,
    }))
}

/// The bytes of a file whose days are over: as the store knows them, as they were measured
/// before, or, when they are asked for, measured now. Where too many are measured, nobody knows
/// them for the moment, and all of the file is sent.
async fn size(
    service: &Service,
    of: &Namespace,
    wish: &Wish,
    told: &Told,
    is_head: bool,
    asked: &HeaderMap,
) -> Result<Option<u64>, Refusal> {
    let known = told.size.or_else(|| service.sizes.known(&told.tag));
    let is_asked_for = is_head || range(asked, &told.tag, u64::MAX) != Wanted::All;
    if known.is_some() || !told.is_over || !is_asked_for {
        return Ok(known);
    }
    let Ok((insights, turn)) = turn(service, &service.sizes.turns).await else {
        return Ok(None);
    };
    // Whoever had the turn before may have asked for the same.
    if let Some(size) = service.sizes.known(&told.tag) {
        return Ok(Some(size));
    }
    let (of, wish) = (of.clone(), wish.clone());
    let (give, measured) = oneshot::channel();
    spawn_blocking(move || {
        let _turn = turn;
        let mut bytes = 0;
        let written = write(&insights, &of, &wish, None, &mut |piece| {
            bytes += piece.len() as u64;
            // Whoever asked may have gone.
            match give.is_closed() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        let _ = give.send(written.map(|()| bytes));
    });
    let Ok(size) = measured.await else {
        return Ok(None);
    };
    let size = size?;
    service.sizes.remember(&told.tag, size);
    Ok(Some(size))
}

/// What answers about pulls, and a turn to write a file.
async fn turn(
    service: &Service,
    of: &Arc<Semaphore>,
) -> Result<(Arc<Insights>, OwnedSemaphorePermit), Refusal> {
    let Some(intake) = &service.intake else {
        return Err(PullsTrouble::NotKept.into());
    };
    // So many at a time. It is never closed.
    let turn = Arc::clone(of).acquire_owned();
    match timeout(PATIENCE, turn).await {
        Ok(Ok(turn)) => Ok((Arc::clone(&intake.insights), turn)),
        _ => Err(Refusal::new(
            ProblemKind::Unavailable,
            "As many files as can be are being taken away just now. Try again in a minute.",
        )),
    }
}

/// The bytes of a file as they are taken: so many from an offset on, or all of them, whose number
/// is remembered then for a tag.
async fn streamed(
    service: &Service,
    of: Namespace,
    wish: Wish,
    part: Option<Part>,
    tag: Option<String>,
) -> Result<Body, Refusal> {
    let (insights, turn) = turn(service, &service.downloads).await?;
    let sizes = Arc::clone(&service.sizes);
    let (give, taken) = mpsc::channel::<Result<Bytes, io::Error>>(WAITING);
    spawn_blocking(move || {
        let _turn = turn;
        let mut left = part.map_or(u64::MAX, |part| part.length);
        let mut is_left = false;
        let is_changed = || match part {
            Some(part) => insights
                .raw_version(&of, part.span)
                .map_or(true, |version| version != part.version),
            None => false,
        };
        let mut is_broken = false;
        let mut take = |piece: &[u8]| {
            if piece.is_empty() {
                is_left = give.is_closed();
                return match is_left {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                };
            }
            let wanted = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            left -= wanted as u64;
            // What was told is what is sent: should it have changed on the way, the last of it is not.
            if left == 0 && is_changed() {
                is_broken = true;
                return ControlFlow::Break(());
            }
            is_left = give
                .blocking_send(Ok(Bytes::copy_from_slice(&piece[..wanted])))
                .is_err();
            if is_left || left == 0 {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        };
        let written = write(&insights, &of, &wish, part, &mut take);
        if let Err(error) = &written {
            tracing::error!(%error, "a file of pulls was broken off");
        }
        if written.is_err() || is_broken {
            // The client sees that it is not whole.
            let _ = give.blocking_send(Err(io::Error::other("broken off")));
        } else if let Some(tag) = tag
            && !is_left
        {
            sizes.remember(&tag, u64::MAX - left);
        }
    });
    Ok(Body::from_stream(futures_util::stream::unfold(
        taken,
        |mut taken| async move { Some((taken.recv().await?, taken)) },
    )))
}

fn write(
    insights: &Insights,
    of: &Namespace,
    wish: &Wish,
    part: Option<Part>,
    take: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<(), InsightsError> {
    if let Some(part) = part
        && insights.raw_version(of, part.span)? != part.version
    {
        return Err(PullStoreError::Changed(part.span.last).into());
    }
    let mut unwanted = part.map_or(0, |part| part.from);
    let mut from = |piece: &[u8]| {
        if piece.is_empty() {
            return take(piece);
        }
        let passed = unwanted.min(piece.len() as u64);
        unwanted -= passed;
        match &piece[passed as usize..] {
            [] => ControlFlow::Continue(()),
            rest => take(rest),
        }
    };
    let level = match wish.what {
        PullsFile::Raw if wish.gzip => {
            return insights.raw_file_gz(of, &wish.query, wish.safe, &mut from);
        }
        PullsFile::Raw => {
            let Some(part) = part else {
                return insights.raw_file(of, &wish.query, wish.safe, take);
            };
            return insights.raw_file_from(of, &wish.query, wish.safe, part.from, take);
        }
        PullsFile::Summary => Level::Reference,
        PullsFile::RepositorySummary => Level::Repository,
        PullsFile::NamespaceSummary => Level::Namespace,
    };
    let file = insights.summary_file(of, &wish.query, level)?;
    let _ = if wish.gzip {
        from(&insights::packed(&file))
    } else {
        from(&file)
    };
    Ok(())
}

impl From<InsightsError> for Refusal {
    fn from(error: InsightsError) -> Self {
        PullsTrouble::from(error).into()
    }
}
