//! Whether a file may be counted beside others, and what it covers. Part of
//! [`crate::late`].

use crate::desk::Desk;
use crate::link::{Done, Job};
use crate::open::{OpenFile, give_back, with};
use crate::wire::{Refusal, State};
use pulls::overlap::{Coverage, Known, Verdict, Wish, settle};

/// What a file covers, from all readers.
async fn coverage(desk: &Desk, number: u32) -> Result<Coverage, Refusal> {
    let mut parts = Vec::new();
    for done in desk.ask_all(&Job::Coverage(number)).await {
        match done {
            Some(Done::Coverage(part)) => parts.push(part),
            // Without one of them nobody knows what would count twice.
            _ => return Err(Refusal::Worker),
        }
    }
    let by = with(desk, number, |f| f.told.period).flatten();
    Ok(Coverage {
        by: by.unwrap_or_default(),
        ..Coverage::merge(parts)
    })
}

/// What keeps a file, as far as it was read, from being counted beside others.
/// Where it is counted, files that say the same in less detail no longer are.
///
/// # Errors
/// [`Refusal::Worker`] when a reader does not answer.
pub async fn shared(desk: &Desk, number: u32) -> Result<Option<State>, Refusal> {
    let counts = |f: &OpenFile| f.told.file != number && f.is_done();
    let about = with(desk, number, |f| f.told.kind.map(|kind| (kind, f.wish)));
    let Some((kind, wish)) = about.flatten() else {
        return Ok(None);
    };
    // Against a file of which nothing is known, nothing would seem shared.
    let unknown: Vec<u32> = desk
        .files
        .borrow()
        .iter()
        .filter(|f| counts(f) && !f.is_described)
        .map(|f| f.told.file)
        .collect();
    for other in unknown {
        describe(desk, other).await?;
    }
    let coverage = coverage(desk, number).await?;
    let known = |file, kind, coverage| Known {
        file,
        kind,
        coverage,
    };
    let verdict = {
        let files = desk.files.borrow();
        let counted: Vec<_> = files
            .iter()
            .filter(|f| counts(f))
            .filter_map(|f| Some(known(f.told.file, f.told.kind?, &f.coverage)))
            .collect();
        settle(&known(number, kind, &coverage), wish, &counted)
    };
    Ok(match verdict {
        Verdict::Held { with, shared } => Some(State::Held { with, shared }),
        Verdict::Aside { by } => {
            let counted = with(desk, by, |f| f.told.kind).flatten();
            with(desk, number, |f| f.aside_for = Some(by));
            counted.map(|counted| State::Aside { counted })
        }
        Verdict::Counted { instead_of } => {
            for other in instead_of {
                desk.ask_all(&Job::ForgetFile(other)).await;
                let less = with(desk, other, |f| {
                    f.wish = Wish::default();
                    f.aside_for = Some(number);
                    f.told.rows = 0;
                    f.told.state = State::Aside { counted: kind };
                    f.told.kind > Some(kind)
                });
                if less == Some(true) {
                    give_back(desk, other);
                } else {
                    // Somebody wants less detail: what was aside for more stays so.
                    for file in desk.files.borrow_mut().iter_mut() {
                        if file.aside_for == Some(other) {
                            file.aside_for = Some(number);
                        }
                    }
                }
                desk.changed();
            }
            None
        }
    })
}

/// Tells what a file that was read covers: its days and namespaces.
///
/// # Errors
/// [`Refusal::Worker`] when a reader does not answer.
pub async fn describe(desk: &Desk, number: u32) -> Result<(), Refusal> {
    let coverage = coverage(desk, number).await?;
    with(desk, number, |f| {
        f.told.span = coverage.span();
        let mut names: Vec<String> = coverage.rows.iter().map(|r| r.namespace.clone()).collect();
        names.dedup();
        names.truncate(8);
        f.told.namespaces = names;
        f.coverage = coverage;
        f.is_described = true;
    });
    Ok(())
}
