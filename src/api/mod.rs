//! The only user of the network: one small function an endpoint, typed errors.

pub mod account;
pub mod applications;
pub mod build;
pub mod directory;
pub mod forge;
pub mod median;
pub mod membership;
pub mod profile;
pub mod program;
pub mod pulls;
pub mod registries;
pub mod review;
pub mod session;
pub mod verify;

use crate::platform::abort::Abort;
use ::api::Problem;
use gloo_net::http::{Method, RequestBuilder, Response};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt;

/// Why an answer could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// No server answered.
    Unreachable,
    /// The server refused, and says why.
    Refused(Problem),
    /// The server answered with this status, and nothing that can be read.
    Status(u16),
    /// The answer is not what the endpoint promises.
    Unreadable,
    /// The browser gives no random numbers; nothing was sent.
    NoRandomness,
}

impl fmt::Display for ApiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => out.write_str("The server does not answer."),
            Self::Refused(problem) => out.write_str(&problem.detail),
            Self::Status(status) => write!(out, "The server answered {status}."),
            Self::Unreadable => out.write_str("The server’s answer could not be read."),
            Self::NoRandomness => out.write_str(
                "This browser gives no random numbers, and the key to your application is made from one. Try another browser.",
            ),
        }
    }
}

impl std::error::Error for ApiError {}

impl ApiError {
    /// Whether nobody is signed in.
    pub fn is_stranger(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.status == 401)
    }

    /// Whether the server says that there is no such thing.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.status == 404)
    }

    /// Whether something is another by now than it was when it was read.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.status == 409)
    }

    /// Whether the server is not there, rather than of another opinion: a static host
    /// answers for it, a proxy does, or nobody.
    pub fn is_away(&self) -> bool {
        match self {
            Self::Unreachable | Self::Unreadable => true,
            Self::Status(status) => matches!(status, 404 | 405 | 500..=599),
            Self::Refused(problem) => problem.status >= 500,
            Self::NoRandomness => false,
        }
    }
}

/// A request of ours, before it is sent.
struct Ask<'a> {
    method: Method,
    path: &'a str,
    headers: &'a [(&'a str, &'a str)],
    abort: Option<&'a Abort>,
}

impl<'a> Ask<'a> {
    fn get(path: &'a str) -> Self {
        Self {
            method: Method::GET,
            path,
            headers: &[],
            abort: None,
        }
    }

    /// With what opens the way.
    fn opened(method: Method, path: &'a str, headers: &'a [(&'a str, &'a str)]) -> Self {
        Self {
            method,
            path,
            headers,
            abort: None,
        }
    }

    fn builder(&self) -> RequestBuilder {
        let signal = self.abort.map(Abort::signal);
        let builder = RequestBuilder::new(self.path)
            .method(self.method.clone())
            .abort_signal(signal.as_ref())
            .header("accept", "application/json");
        self.headers.iter().fold(builder, |builder, (name, value)| {
            builder.header(name, value)
        })
    }

    /// Sends it without a body.
    async fn send<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        let answer = self.builder().send().await;
        read(answer.map_err(|_| ApiError::Unreachable)?).await
    }

    /// Sends it without a body, for an answer without one.
    async fn send_for_nothing(self) -> Result<(), ApiError> {
        let answer = self
            .builder()
            .send()
            .await
            .map_err(|_| ApiError::Unreachable)?;
        if answer.ok() {
            Ok(())
        } else {
            read::<()>(answer).await
        }
    }

    /// Sends it with a body.
    async fn send_with<T: DeserializeOwned>(self, body: &impl Serialize) -> Result<T, ApiError> {
        let text = serde_json::to_string(body).map_err(|_| ApiError::Unreadable)?;
        let request = self
            .builder()
            .header("content-type", "application/json")
            .body(text)
            .map_err(|_| ApiError::Unreachable)?;
        read(request.send().await.map_err(|_| ApiError::Unreachable)?).await
    }
}

/// What an answer of our server says.
async fn read<T: DeserializeOwned>(answer: Response) -> Result<T, ApiError> {
    let (ok, status) = (answer.ok(), answer.status());
    let text = answer.text().await.map_err(|_| ApiError::Unreachable)?;
    if ok {
        serde_json::from_str(&text).map_err(|_| ApiError::Unreadable)
    } else {
        Err(match serde_json::from_str(&text) {
            Ok(problem) => ApiError::Refused(problem),
            Err(_) => ApiError::Status(status),
        })
    }
}
