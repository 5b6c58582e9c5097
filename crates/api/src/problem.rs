//! Refusals: RFC 9457, with the fields that are wrong.

use serde::{Deserialize, Serialize};

/// What kind of refusal it is: the last part of the problem’s `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The request cannot be read.
    Malformed,
    /// Fields are wrong; each is named.
    Fields,
    /// There is nothing here, or nothing for whoever asks.
    NotFound,
    /// What is under this address is asked for in another way.
    WrongMethod,
    /// It takes a key or a session.
    SignIn,
    /// Whoever asks may not do this.
    Forbidden,
    /// Somebody else was quicker, or it was done already.
    Conflict,
    /// The evidence was read again before a decision and changed; nothing was decided.
    EvidenceChanged,
    /// The body is too long.
    TooLong,
    /// A part was asked for that begins beyond the end.
    Beyond,
    /// Too many requests in a short time.
    TooMany,
    /// Something broke here; the log knows more.
    Internal,
    /// It cannot be done just now, and can be tried again.
    Unavailable,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// What kind it is.
    #[serde(rename = "type")]
    pub kind: ProblemKind,
    /// The kind in words, the same for all of its kind.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do, for a person.
    pub detail: String,
    /// The fields that are wrong, in the order of the form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// Seconds after which it may be asked for again, if it was asked for too often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_secs: Option<u64>,
}

/// A field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// The field’s name, by `program::answers::Field::id`.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl ProblemKind {
    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::SignIn => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::WrongMethod => 405,
            Self::Conflict | Self::EvidenceChanged => 409,
            Self::TooLong => 413,
            Self::Beyond => 416,
            Self::Fields => 422,
            Self::TooMany => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    /// The kind in words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Malformed => "The request cannot be read",
            Self::Fields => "Some fields need another look",
            Self::NotFound => "There is nothing here",
            Self::WrongMethod => "This is asked for in another way",
            Self::SignIn => "Sign in first",
            Self::Forbidden => "This is not yours to do",
            Self::Conflict => "Something changed in the meantime",
            Self::EvidenceChanged => "The evidence changed",
            Self::TooLong => "This is too long",
            Self::Beyond => "It is not so long",
            Self::TooMany => "Too many requests",
            Self::Internal => "Something broke here",
            Self::Unavailable => "Not just now",
        }
    }
}

impl Problem {
    /// A refusal with its sentence for a person.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after_secs: None,
        }
    }

    /// A refusal because something was asked for too often: `secs` have to pass.
    pub fn too_many(secs: u64, detail: impl Into<String>) -> Self {
        Self {
            retry_after_secs: Some(secs),
            ..Self::new(ProblemKind::TooMany, detail)
        }
    }

    /// A refusal because of fields.
    pub fn fields(errors: Vec<FieldProblem>) -> Self {
        let detail = match errors.as_slice() {
            [one] => one.message.clone(),
            several => format!("{} fields need another look.", several.len()),
        };
        Self {
            errors,
            ..Self::new(ProblemKind::Fields, detail)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_as_the_rfc_has_it() {
        let problem = Problem::fields(vec![FieldProblem {
            field: "mail".to_owned(),
            message: "Write the whole address.".to_owned(),
        }]);
        let json = serde_json::to_value(&problem).unwrap();
        assert_eq!(json["type"], "fields");
        assert_eq!(json["status"], 422);
        assert_eq!(json["detail"], "Write the whole address.");
        assert_eq!(json["errors"][0]["field"], "mail");
        assert_eq!(serde_json::from_value::<Problem>(json).unwrap(), problem);
    }
}
