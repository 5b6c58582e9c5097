//! License expressions, and whether the Open Source Initiative approved what
//! they say. Grammar and list are those of SPDX (specification 3.0, annex B).

mod named;

use crate::text::{LICENSE, TextError};
use core::fmt;
use named::{NAMED, named, starts_with};
use spdx::{
    AdditionItem, Expression, LicenseItem, LicenseReq, ParseMode,
    error::Reason,
    expression::{ExprNode, Operator},
    identifiers::LICENSES,
};

/// How expressions are read: what crates and forges write passes too, but a
/// name must be on the list.
const MODE: ParseMode = ParseMode {
    allow_slash_as_or_operator: true,
    allow_imprecise_license_names: false,
    allow_postfix_plus_on_gpl: true,
    allow_deprecated: true,
    allow_unknown: false,
};

/// A license expression that could be read.
#[derive(Clone, Debug)]
pub struct License(Expression);

/// Why a text is not a license expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LicenseError {
    /// Nothing was written.
    Empty,
    /// Too long, or with characters that cannot be seen.
    Text(TextError),
    /// A name that is not on the list.
    Unknown {
        /// The name as it was written.
        term: String,
        /// What the whole expression may have meant.
        instead: Option<String>,
    },
    /// Names and operators do not fit together.
    Grammar {
        /// From where on.
        rest: String,
        /// What the whole expression may have meant.
        instead: Option<String>,
    },
}

impl fmt::Display for LicenseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instead = match self {
            Self::Empty => {
                return formatter.write_str(
                    "Write the license as an SPDX expression, such as MIT OR Apache-2.0.",
                );
            }
            Self::Text(error) => return write!(formatter, "{error}"),
            Self::Unknown { term, instead } => {
                if let Some(named) = named(term) {
                    return write!(formatter, "{} {}", named.name, named.why);
                }
                write!(
                    formatter,
                    "“{term}” is not on the SPDX list. A license that is not there is written LicenseRef-and-its-name."
                )?;
                instead
            }
            Self::Grammar { rest, instead } => {
                if rest.is_empty() {
                    formatter.write_str("The expression breaks off: a license is missing.")?;
                } else {
                    write!(
                        formatter,
                        "The expression cannot be read from “{rest}” on. AND, OR and WITH stand between names."
                    )?;
                }
                instead
            }
        };
        match instead {
            Some(instead) => write!(formatter, " Did you mean {instead}?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for LicenseError {}

impl LicenseError {
    /// What the whole expression may have meant, to be taken over at a press.
    pub fn instead(&self) -> Option<&str> {
        match self {
            Self::Unknown { instead, .. } | Self::Grammar { instead, .. } => instead.as_deref(),
            Self::Empty | Self::Text(_) => None,
        }
    }

    /// Terms that are known by name although they are not on the list: what
    /// they were called, and why they are not open source; continues the name.
    pub fn explained(&self) -> Option<(String, &'static str)> {
        match self {
            Self::Unknown { term, .. } => named(term).map(|named| (term.clone(), named.why)),
            Self::Empty | Self::Text(_) | Self::Grammar { .. } => None,
        }
    }
}

/// What the Open Source Initiative has to do with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approval {
    /// It approved one that may be chosen, and all that must be kept.
    Approved,
    /// The expression names one of its own (`LicenseRef-`), which only a
    /// person can judge.
    Own(Vec<String>),
    /// It did not.
    NotApproved(Vec<Refused>),
}

/// A license that is not approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// As the expression names it.
    pub id: String,
    /// Why not, as a sentence that goes on from the name.
    pub why: &'static str,
}

/// Whether one license of an expression is approved; the order is that of
/// “at least one” and “all”.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Judged {
    No,
    Person,
    Yes,
}

impl License {
    /// Reads an expression as it was typed. A slash reads as OR, and a license
    /// may be one that SPDX has since renamed.
    ///
    /// # Errors
    /// What cannot be read, with the expression that may have been meant.
    pub fn parse(text: &str) -> Result<Self, LicenseError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(LicenseError::Empty);
        }
        LICENSE.check(text).map_err(LicenseError::Text)?;
        // What forges write when they recognize no license; SPDX lists both words.
        if ["NOASSERTION", "NONE"].contains(&text) {
            return Err(LicenseError::Unknown {
                term: text.to_owned(),
                instead: None,
            });
        }
        Expression::parse_mode(text, MODE)
            .map(Self)
            .map_err(|error| {
                let written = |range: core::ops::Range<usize>| {
                    text.get(range).unwrap_or_default().trim().to_owned()
                };
                let instead = corrected(text);
                match error.reason {
                    Reason::UnknownLicense | Reason::UnknownException | Reason::UnknownTerm => {
                        LicenseError::Unknown {
                            term: whole_term(text, error.span),
                            instead,
                        }
                    }
                    _ => LicenseError::Grammar {
                        rest: written(error.span.start..text.len()),
                        instead,
                    },
                }
            })
    }

    /// Whether it is approved, and if not, because of which of its licenses.
    pub fn approval(&self) -> Approval {
        let mut stack = Vec::new();
        for node in self.0.iter() {
            match node {
                ExprNode::Req(one) => stack.push(judge(&one.req)),
                ExprNode::Op(operator) => {
                    let (right, left) = (stack.pop(), stack.pop());
                    let both = left.into_iter().chain(right);
                    let joined = match operator {
                        Operator::Or => both.max(),
                        Operator::And => both.min(),
                    };
                    stack.extend(joined);
                }
            }
        }
        // The parser gives one value for the whole; without it nothing is approved.
        let whole = stack.pop().unwrap_or(Judged::No);
        let of = |wanted: Judged| {
            self.0
                .requirements()
                .map(|one| &one.req)
                .filter(move |req| judge(req) == wanted)
        };
        match whole {
            Judged::Yes => Approval::Approved,
            Judged::Person => Approval::Own(of(Judged::Person).map(ToString::to_string).collect()),
            Judged::No => Approval::NotApproved(
                of(Judged::No)
                    .map(|req| Refused {
                        id: req.to_string(),
                        why: why_not(req),
                    })
                    .collect(),
            ),
        }
    }

    /// Whether both say the same, whatever their blanks and brackets.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.0.iter().map(node_key).eq(other.0.iter().map(node_key))
    }
}

impl fmt::Display for License {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

fn node_key(node: &ExprNode) -> String {
    match node {
        ExprNode::Req(one) => one.req.to_string(),
        ExprNode::Op(Operator::And) => "AND".to_owned(),
        ExprNode::Op(Operator::Or) => "OR".to_owned(),
    }
}

fn judge(req: &LicenseReq) -> Judged {
    let license = match &req.license {
        LicenseItem::Spdx { id, .. } if id.is_osi_approved() => Judged::Yes,
        LicenseItem::Spdx { .. } => Judged::No,
        LicenseItem::Other(_) => Judged::Person,
    };
    match req.addition {
        // Exceptions on the list give more than the license does, never less.
        None | Some(AdditionItem::Spdx(_)) => license,
        Some(AdditionItem::Other(_)) => license.min(Judged::Person),
    }
}

/// The expression with names as the list writes them, if that can be told.
fn corrected(text: &str) -> Option<String> {
    let mut changed = false;
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| {
            let bare = word.trim_matches(['(', ')', ',', ';']);
            match LICENSES
                .iter()
                .find(|license| license.name.eq_ignore_ascii_case(bare))
            {
                Some(license) if license.name != bare => {
                    changed = true;
                    word.replace(bare, license.name)
                }
                _ => word.to_owned(),
            }
        })
        .collect();
    let named = words.join(" ");
    if changed && Expression::parse_mode(&named, MODE).is_ok() {
        return Some(named);
    }
    let canonical = Expression::canonicalize(&named).ok().flatten()?;
    Expression::parse_mode(&canonical, MODE)
        .is_ok()
        .then_some(canonical)
}

/// The word around a span, with all that belongs to it.
fn whole_term(text: &str, span: core::ops::Range<usize>) -> String {
    let ends = |character: char| character.is_whitespace() || "()/".contains(character);
    let start = text
        .get(..span.start)
        .and_then(|before| before.rfind(ends))
        .map_or(0, |at| at + 1);
    let rest = text.get(start..).unwrap_or(text).trim_start();
    // “Commons Clause” and “BSL 1.1” are two words, but one name.
    if let Some(named) = NAMED
        .iter()
        .find(|named| starts_with(rest, named.spellings).is_some())
    {
        return starts_with(rest, named.spellings)
            .unwrap_or(rest)
            .to_owned();
    }
    rest.split(ends).next().unwrap_or(rest).to_owned()
}

fn why_not(req: &LicenseReq) -> &'static str {
    let id = req.license.id().map(|id| id.name).unwrap_or_default();
    NAMED
        .iter()
        .find(|named| id.starts_with(named.prefix))
        .map_or(
            "is on the SPDX list, but the OSI has not approved it.",
            |named| named.why,
        )
}

/// An expression as a forge writes it, with each name as the list has it;
/// nothing if it names no license.
pub fn on_the_list(text: &str) -> Option<String> {
    match License::parse(text) {
        Ok(license) => Some(license.to_string()),
        Err(error) => error.instead().map(str::to_owned),
    }
}

/// The full name of a license on the list, or of terms that people often name.
pub fn full_name(id: &str) -> Option<&'static str> {
    spdx::license_id(id).map(|license| license.full_name)
}

/// A license that the beginning of a word may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// As the list writes it.
    pub id: &'static str,
    /// In words.
    pub name: &'static str,
    /// Whether the OSI approved it.
    pub approved: bool,
}

/// What the last word of `text` may become: at most `most` licenses, approved
/// ones first, then those whose short name begins with it.
pub fn suggestions(text: &str, most: usize) -> Vec<Suggestion> {
    let word = text.rsplit([' ', '(', '/']).next().unwrap_or_default();
    if word.is_empty() || word.len() > 40 {
        return Vec::new();
    }
    let word = word.to_ascii_lowercase();
    let mut found: Vec<(bool, bool, &spdx::License)> = LICENSES
        .iter()
        .filter_map(|license| {
            let id = license.name.to_ascii_lowercase();
            let begins = id.starts_with(&word);
            let has = begins || license.full_name.to_ascii_lowercase().contains(&word);
            let deprecated = license.flags & spdx::flags::IS_DEPRECATED != 0;
            let approved = license.flags & spdx::flags::IS_OSI_APPROVED != 0;
            (has && !deprecated).then_some((!approved, !begins, license))
        })
        .collect();
    found.sort_by_key(|(not_approved, elsewhere, license)| {
        (*not_approved, *elsewhere, license.name)
    });
    found
        .into_iter()
        .take(most)
        .map(|(not_approved, _, license)| Suggestion {
            id: license.name,
            name: license.full_name,
            approved: !not_approved,
        })
        .collect()
}
