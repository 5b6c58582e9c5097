//! What a credential says. The properties of the achievement credential stand at the top of the
//! token’s payload, beside the registered claims that repeat some of them (Open Badges 3.0,
//! 8.2.4.1).

use crate::status::StatusEntry;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use core::fmt;
use program::{addresses, namespace::Namespace};
use serde_json::{Value, json};

/// The contexts that give the names their meaning.
const CONTEXTS: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
];

/// The published schema of what is signed.
const SCHEMA: &str =
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json";

/// What a credential is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue<'a> {
    /// Where people reach the program, without a slash at the end.
    pub base_url: &'a str,
    /// Whose membership it is.
    pub namespace: &'a Namespace,
    /// Since when it is in the program without a gap.
    pub since: NaiveDate,
    /// The first day of what is vouched for: of the year that it was signed in.
    pub from: NaiveDate,
    /// Its last day; when the next year was granted ahead, the last day of that one.
    pub until: NaiveDate,
    /// The last day on which the badge holds: that of the days of grace.
    pub perks_until: NaiveDate,
    /// When it is signed.
    pub issued_at: DateTime<Utc>,
    /// Where its revocation stands.
    pub status: &'a StatusEntry,
}

/// What a credential says, as far as it is judged and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Its own address.
    pub id: String,
    /// Who signed it: the address of the program.
    pub issuer: String,
    /// The address of whom it is about.
    pub subject: String,
    /// Whose membership it is.
    pub namespace: Namespace,
    /// Since when it is in the program without a gap.
    pub since: NaiveDate,
    /// The first day of what is vouched for: of the year that it was signed in.
    pub from: NaiveDate,
    /// Its last day; when the next year was granted ahead, the last day of that one.
    pub until: NaiveDate,
    /// From when on it holds.
    pub not_before: DateTime<Utc>,
    /// From when on it holds no longer.
    pub expires: DateTime<Utc>,
    /// Where its revocation stands.
    pub status: StatusEntry,
}

/// A token that says something else, or that lacks what every credential of the program has:
/// the name of the first claim that is missing or wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable(pub &'static str);

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "It is a token, and not a credential of this program: {} is missing or something else.",
            self.0
        )
    }
}

impl core::error::Error for Unreadable {}

/// Who signs, by the address of the program.
pub(crate) fn issuer(base_url: &str) -> String {
    format!("{base_url}/")
}

/// Whom it is about: the address of the namespace’s page.
fn subject(base_url: &str, namespace: &Namespace) -> String {
    format!("{base_url}{}", addresses::page(namespace.as_str()))
}

impl Issue<'_> {
    /// The payload of the token.
    pub fn payload(&self) -> Value {
        let Self {
            base_url,
            namespace,
            ..
        } = self;
        // Told from others of the namespace by its place, which is never used again.
        let list = self.status.list.rsplit('/').next().unwrap_or_default();
        let id = format!(
            "{base_url}{}#{list}-{}",
            addresses::credential(namespace.as_str()),
            self.status.index
        );
        let (issuer, subject) = (issuer(base_url), subject(base_url, namespace));
        let expires = self.expires();
        let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let midnight = |day: NaiveDate| time(day.and_time(chrono::NaiveTime::MIN).and_utc());
        json!({
            "@context": CONTEXTS,
            "id": id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": format!("{}: {namespace}", program::SHORT_NAME),
            "issuer": { "id": issuer, "type": ["Profile"], "name": program::NAME, "url": issuer },
            "validFrom": time(self.issued_at),
            "validUntil": time(expires),
            "awardedDate": midnight(self.since),
            "credentialSubject": {
                "id": subject,
                "type": ["AchievementSubject"],
                "activityStartDate": midnight(self.from),
                "activityEndDate": midnight(self.until),
                "achievement": {
                    "id": format!("{base_url}/#badge"),
                    "type": ["Achievement"],
                    "achievementType": "Membership",
                    "name": program::BADGE_LABEL,
                    "tag": [program::BADGE_MACHINE],
                    "description": "A person has checked that the project behind this namespace is open source, in active development and not for profit.",
                    "criteria": {
                        "id": format!("{base_url}/#who"),
                        "narrative": "Public source under an OSI-approved license, active development, no pathway to commercialization, documented repositories, and a namespace of the project’s own.",
                    },
                    "image": { "id": format!("{base_url}{}", addresses::badge(namespace.as_str(), "svg")), "type": "Image" },
                },
            },
            "credentialStatus": self.status.json(),
            "credentialSchema": [{ "id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019" }],
            "iss": issuer,
            "jti": id,
            "sub": subject,
            "iat": self.issued_at.timestamp(),
            "nbf": self.issued_at.timestamp(),
            "exp": expires.timestamp(),
        })
    }

    /// From when on it holds no longer: the midnight after the last day.
    fn expires(&self) -> DateTime<Utc> {
        let next = self.perks_until.succ_opt().unwrap_or(self.perks_until);
        next.and_time(chrono::NaiveTime::MIN).and_utc()
    }
}

impl Claims {
    /// What the payload of a token says. The registered claims count (RFC 7519, 4.1); where the
    /// credential itself repeats one, it has to say the same.
    ///
    /// # Errors
    /// When it is no credential of such a program.
    pub fn of(payload: &Value) -> Result<Self, Unreadable> {
        let text = |name: &'static str| {
            let value = payload.get(name).and_then(Value::as_str);
            value.map(str::to_owned).ok_or(Unreadable(name))
        };
        let number = |name: &'static str| {
            let value = payload.get(name).and_then(Value::as_i64);
            value
                .and_then(|secs| DateTime::from_timestamp(secs, 0))
                .ok_or(Unreadable(name))
        };
        let is_badge = payload
            .get("type")
            .and_then(Value::as_array)
            .is_some_and(|types| types.iter().any(|one| one == "OpenBadgeCredential"));
        if !is_badge {
            return Err(Unreadable("type"));
        }
        let (id, issuer, subject) = (text("jti")?, text("iss")?, text("sub")?);
        let of = payload
            .get("credentialSubject")
            .ok_or(Unreadable("credentialSubject"))?;
        let repeats = [
            ("id", payload.get("id"), &id),
            ("issuer", payload.pointer("/issuer/id"), &issuer),
            ("credentialSubject", of.get("id"), &subject),
        ];
        for (name, value, same) in repeats {
            if value.and_then(Value::as_str) != Some(same) {
                return Err(Unreadable(name));
            }
        }
        let day = |value: Option<&Value>, name: &'static str| {
            let text = value.and_then(Value::as_str).unwrap_or_default();
            let time = DateTime::parse_from_rfc3339(text).map_err(|_| Unreadable(name))?;
            Ok(time.with_timezone(&Utc).date_naive())
        };
        let namespace = subject
            .rsplit_once(&format!("{}/", addresses::NAMESPACES))
            .and_then(|(_, name)| Namespace::parse(name).ok())
            .ok_or(Unreadable("sub"))?;
        Ok(Self {
            since: day(payload.get("awardedDate"), "awardedDate")?,
            from: day(of.get("activityStartDate"), "activityStartDate")?,
            until: day(of.get("activityEndDate"), "activityEndDate")?,
            not_before: number("nbf")?,
            expires: number("exp")?,
            status: payload
                .get("credentialStatus")
                .and_then(StatusEntry::of)
                .ok_or(Unreadable("credentialStatus"))?,
            id,
            issuer,
            subject,
            namespace,
        })
    }

    /// Whether it is from the program at that address, about one of its namespaces, and revoked
    /// there: else it is somebody else’s word.
    pub fn is_of(&self, base_url: &str) -> bool {
        self.issuer == issuer(base_url)
            && self.subject == subject(base_url, &self.namespace)
            && self
                .status
                .list
                .strip_prefix(base_url)
                .is_some_and(|path| addresses::below(addresses::STATUS_LISTS, path).is_some())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    pub(crate) fn payload() -> Value {
        let namespace = Namespace::parse("kelpworks").unwrap();
        Issue {
            base_url: "https://hub.example",
            namespace: &namespace,
            since: day("2023-03-14"),
            from: day("2026-03-14"),
            until: day("2027-03-13"),
            perks_until: day("2027-03-27"),
            issued_at: DateTime::from_timestamp(1_786_698_000, 0).unwrap(),
            status: &StatusEntry {
                list: "https://hub.example/status/0".to_owned(),
                index: 318,
            },
        }
        .payload()
    }

    #[test]
    fn what_is_issued_is_read() {
        let claims = Claims::of(&payload()).unwrap();
        assert_eq!(claims.id, "https://hub.example/credentials/kelpworks#0-318");
        assert_eq!(claims.namespace.as_str(), "kelpworks");
        assert_eq!(claims.since, day("2023-03-14"));
        assert_eq!(
            (claims.from, claims.until),
            (day("2026-03-14"), day("2027-03-13"))
        );
        assert_eq!(claims.expires.to_rfc3339(), "2027-03-28T00:00:00+00:00");
        assert!(claims.is_of("https://hub.example"));
        assert!(!claims.is_of("https://hub.example.evil"));
    }

    #[test]
    fn what_lacks_a_claim_or_says_two_things_is_none() {
        for (pointer, name) in [
            ("/type/1", "type"),
            ("/jti", "jti"),
            ("/iss", "iss"),
            ("/sub", "sub"),
            ("/nbf", "nbf"),
            ("/exp", "exp"),
            ("/id", "id"),
            ("/issuer/id", "issuer"),
            ("/credentialSubject/id", "credentialSubject"),
            ("/awardedDate", "awardedDate"),
            ("/credentialSubject/activityStartDate", "activityStartDate"),
            ("/credentialSubject/activityEndDate", "activityEndDate"),
            ("/credentialStatus/type", "credentialStatus"),
            ("/credentialStatus/statusListIndex", "credentialStatus"),
        ] {
            let mut payload = payload();
            *payload.pointer_mut(pointer).unwrap() = json!([]);
            assert_eq!(Claims::of(&payload), Err(Unreadable(name)), "{pointer}");
        }
        let mut other = payload();
        other["sub"] = json!("https://hub.example/n/wrackline");
        assert_eq!(Claims::of(&other), Err(Unreadable("credentialSubject")));
        assert_eq!(Claims::of(&json!({})), Err(Unreadable("type")));
    }
}
