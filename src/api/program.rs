//! What the form asks before anything is sent.

use super::{ApiError, Ask};
use crate::platform::abort::Abort;
use ::api::{NamespaceFacts, ProgramFacts, paths};
use program::{
    evidence::{Reading, RepositoryFacts},
    source::SourceAddress,
};

/// The program as it runs here.
///
/// # Errors
/// When the server is away.
pub async fn facts() -> Result<ProgramFacts, ApiError> {
    Ask::get(paths::PROGRAM).send().await
}

/// What is known of a namespace.
///
/// # Errors
/// When the server is away, or it was called off.
pub async fn namespace(name: &str, abort: &Abort) -> Result<NamespaceFacts, ApiError> {
    let path = paths::namespace(name);
    let ask = Ask {
        abort: Some(abort),
        ..Ask::get(&path)
    };
    ask.send().await
}

/// What a forge that the page may not ask itself says of a repository.
///
/// # Errors
/// When the server is away, or it was called off.
pub async fn source(
    address: &SourceAddress,
    abort: &Abort,
) -> Result<Reading<RepositoryFacts>, ApiError> {
    let path = paths::source(&address.to_string());
    let ask = Ask {
        abort: Some(abort),
        ..Ask::get(&path)
    };
    ask.send().await
}
