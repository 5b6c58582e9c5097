//! Badges and the credentials behind them: what is published of a namespace in the program, one
//! that was, and one that never was; and that a membership that ends is grey everywhere at once.

use crate::common;

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use common::{
    INES, Server,
    credentials::{is_revoked, json, signed, verifies},
    member, staffed,
};
use credential::{Claims, Compact};
use dsos_server::credentials;
use serde_json::{Value, json};

const BADGE: &str = "/badge/kelpworks.svg";
const ENDING: &str = "/api/v1/namespaces/kelpworks/ending";

async fn is_blue(server: &Server) -> bool {
    let svg = server.text(BADGE).await;
    let shields = json(server, "/badge/kelpworks.json").await;
    let is_blue = svg.contains("Sponsored OSS");
    assert_ne!(is_blue, svg.contains("not sponsored"));
    assert_eq!(shields["message"] == "Sponsored OSS", is_blue);
    let path = "/api/v1/namespaces/kelpworks/verifiable";
    let (_, _, verifiable) = server.ask("GET", path, &[], None).await;
    assert_eq!(verifiable["sponsorship"]["state"] == "sponsored", is_blue);
    is_blue
}

#[tokio::test]
async fn what_is_no_namespace_of_the_program_gets_the_grey_badge_and_no_error() {
    let server = staffed().await;
    let long = format!("/badge/{}.svg", "a".repeat(5_000));
    for path in [
        "/badge/nobody.svg",
        "/badge/..%2f..%2fetc%2fpasswd.svg",
        "/badge/..%2f.svg",
        "/badge/a/b/c.svg",
        "/badge/KELPWORKS.svg",
        "/badge/%D0%BAelpworks.svg",
        "/badge/%FF%FE.svg",
        "/badge/%00.svg",
        "/badge/.svg",
        "/badge/nobody",
        "/badge/nobody.svg?theme=%FF",
        "/badge/<script>.svg",
        &long,
    ] {
        let (status, headers, body) = server
            .published(&path.replace('<', "%3C").replace('>', "%3E"), &[])
            .await;
        let svg = String::from_utf8(body).unwrap();
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_eq!(headers["content-type"], "image/svg+xml", "{path}");
        assert!(svg.contains(">not sponsored</text>"), "{path}: {svg}");
        assert!(!svg.contains("<script") && svg.len() < 1_200, "{path}");
    }
    let shields = json(&server, "/badge/nobody.json").await;
    assert_eq!(shields["message"], "not sponsored");
    assert_eq!(shields["schemaVersion"], 1);
}

#[tokio::test]
async fn a_badge_can_be_embedded_kept_and_asked_for_again() {
    let (server, _) = member().await;
    let (status, headers, body) = server.published(BADGE, &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["cache-control"], "public, max-age=30");
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(headers["cross-origin-resource-policy"], "cross-origin");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(
        String::from_utf8(body)
            .unwrap()
            .contains("kelpworks: Docker-Sponsored")
    );
    let tag = headers["etag"].to_str().unwrap();
    let (status, headers, body) = server.published(BADGE, &[("if-none-match", tag)]).await;
    assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(headers["cache-control"], "public, max-age=30");
    let dark = server.text("/badge/kelpworks.svg?theme=dark").await;
    assert!(!dark.contains("prefers-color-scheme"));
    // Once it is grey, what was kept is no longer it.
    server.wait(TimeDelta::days(380));
    let (status, _, _) = server.published(BADGE, &[("if-none-match", tag)]).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_badge_is_blue_to_the_last_day_of_grace_and_grey_after_it() {
    let (server, _) = member().await;
    for (days, expected) in [
        (0, true),
        (365, true),
        (379, true),
        (380, false),
        (900, false),
    ] {
        server.wait(TimeDelta::days(days) - (server.service.now() - common::start()));
        assert_eq!(is_blue(&server).await, expected, "day {days}");
    }
}

#[tokio::test]
async fn a_credential_says_what_is_so_and_is_signed_by_a_published_key() {
    let (server, _) = member().await;
    let token = signed(&server, "/credentials/kelpworks").await;
    let claims = Claims::of(&token.payload).unwrap();
    assert!(claims.is_of("https://hub.example"));
    assert_eq!(claims.namespace.as_str(), "kelpworks");
    assert_eq!(claims.since.to_string(), "2026-08-13");
    assert_eq!(claims.until.to_string(), "2027-08-13");
    assert_eq!(claims.expires.to_rfc3339(), "2027-08-28T00:00:00+00:00");
    assert!(!is_revoked(&server, &claims).await);
    let key = token.key.unwrap();
    let path = key.strip_prefix("https://hub.example").unwrap();
    let alone = json(&server, path).await;
    assert_eq!(alone["kid"], key.as_str());
    // Asked for again, it is the same one; of the private part nothing is published.
    let again = server.text("/credentials/kelpworks").await;
    assert_eq!(again, server.text("/credentials/kelpworks").await);
    for part in ["\"d\"", "\"p\"", "\"q\"", "\"dp\""] {
        assert!(!alone.to_string().contains(part));
    }
    for path in [
        "/credentials/nobody",
        "/credentials/..%2f",
        "/status/1",
        "/status/x",
        "/status/4294967295",
        "/keys/none",
    ] {
        let (status, _, _) = server.published(path, &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn every_part_of_a_credential_is_under_its_signature() {
    let (server, _) = member().await;
    let text = server.text("/credentials/kelpworks").await;
    let parts: Vec<&str> = text.split('.').collect();
    let payload: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    let mut other = payload.clone();
    other["exp"] = json!(payload["exp"].as_i64().unwrap() + 1);
    let other = URL_SAFE_NO_PAD.encode(other.to_string());
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    for forged in [
        format!("{}.{other}.{}", parts[0], parts[2]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], &parts[2][4..]),
    ] {
        let token = Compact::read(&forged).unwrap();
        assert!(!verifies(&server, &token).await, "{forged}");
    }
}

#[tokio::test]
async fn a_new_key_signs_anew_and_a_lost_one_vouches_for_nothing() {
    let (server, _) = member().await;
    let first = signed(&server, "/credentials/kelpworks").await;
    credentials::rotate(&server.service.store, false, server.service.now()).unwrap();
    assert!(verifies(&server, &first).await, "what it signed stays good");
    let second = signed(&server, "/credentials/kelpworks").await;
    assert_ne!(first.key, second.key);
    let keys = json(&server, "/.well-known/jwks.json").await;
    let retired = keys["keys"].as_array().unwrap().iter();
    assert_eq!(retired.filter(|key| key.get("exp").is_some()).count(), 1);
    credentials::rotate(&server.service.store, true, server.service.now()).unwrap();
    assert!(!verifies(&server, &second).await);
    assert!(
        !verifies(&server, &first).await,
        "a key of a backup may be lost, too"
    );
    let third = signed(&server, "/credentials/kelpworks").await;
    assert!(is_revoked(&server, &Claims::of(&second.payload).unwrap()).await);
    assert!(!is_revoked(&server, &Claims::of(&third.payload).unwrap()).await);
}

#[tokio::test]
async fn a_membership_that_is_ended_is_grey_at_once_and_its_credential_taken_back() {
    let (server, session) = member().await;
    server.send_all();
    let claims = Claims::of(&signed(&server, "/credentials/kelpworks").await.payload).unwrap();
    assert!(is_blue(&server).await);
    let body = json!({ "namespace": "kelpworks", "reason": "The license changed to BUSL." });
    let (status, answer) = server
        .as_person(&session, "POST", ENDING, Some(&body))
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    assert!(!is_blue(&server).await);
    assert!(is_revoked(&server, &claims).await);
    let mails = server.mails();
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, INES));
    assert!(mails[0].text.contains("The license changed to BUSL."));
    let (status, _) = server
        .as_person(&session, "POST", ENDING, Some(&body))
        .await;
    assert_eq!(
        status,
        StatusCode::NOT_FOUND,
        "there is nothing left to end"
    );
    // The year says nothing more, and nobody renews what was ended.
    for _ in 0..400 {
        server.wait(TimeDelta::days(1));
        assert_eq!(server.service.write_notices().await.unwrap(), 0);
    }
    let ines = server.sign_in(INES).await;
    let path = "/api/v1/namespaces/kelpworks/renewal";
    let (status, answer) = server.as_person(&ines, "GET", path, None).await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
}

#[tokio::test]
async fn what_was_ended_can_come_back_the_same_day_with_a_new_credential() {
    let (server, session) = member().await;
    let before = Claims::of(&signed(&server, "/credentials/kelpworks").await.payload).unwrap();
    let body = json!({ "namespace": "kelpworks", "reason": "By mistake." });
    server
        .as_person(&session, "POST", ENDING, Some(&body))
        .await;
    let receipt = server
        .send(&common::answers(), "0123456789abcdef-again")
        .await;
    server.checked(&receipt).await;
    server.prove(&receipt).await;
    server.approve(&receipt, &session).await;
    assert!(is_blue(&server).await);
    let after = Claims::of(&signed(&server, "/credentials/kelpworks").await.payload).unwrap();
    assert_ne!(before.id, after.id);
    assert!(is_revoked(&server, &before).await);
    assert!(!is_revoked(&server, &after).await);
}

#[tokio::test]
async fn only_owners_and_the_program_end_a_membership_and_only_by_its_name() {
    let (server, session) = member().await;
    let end = |session: String, name: &'static str, reason: &'static str| {
        let server = &server;
        async move {
            let body = json!({ "namespace": name, "reason": reason });
            server
                .as_person(&session, "POST", ENDING, Some(&body))
                .await
                .0
        }
    };
    let (status, _, _) = server
        .ask(
            "POST",
            ENDING,
            &[],
            Some(&json!({"namespace": "kelpworks", "reason": "x"})),
        )
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    server.add_staff("rui@hub.example", "Rui");
    let ines = server.sign_in(INES).await;
    let invitation = json!({ "mail": "sam@kelpworks.org", "role": "member" });
    let path = "/api/v1/namespaces/kelpworks/invitations";
    let (status, _) = server
        .as_person(&ines, "POST", path, Some(&invitation))
        .await;
    assert_eq!(status, StatusCode::OK);
    let sam = server.sign_in("sam@kelpworks.org").await;
    assert_eq!(
        end(sam.clone(), "kelpworks", "x").await,
        StatusCode::NOT_FOUND
    );
    let join = "/api/v1/account/invitations/kelpworks";
    server.as_person(&sam, "POST", join, None).await;
    assert_eq!(end(sam, "kelpworks", "x").await, StatusCode::FORBIDDEN);
    assert_eq!(
        end(session.clone(), "kelpworks", " ").await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        end(session, "kelpwork", "x").await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert!(is_blue(&server).await);
    // An owner leaves without having to say why.
    assert_eq!(end(ines, "kelpworks", "").await, StatusCode::NO_CONTENT);
    assert!(!is_blue(&server).await);
}
