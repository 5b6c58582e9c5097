//! What registries send, as they send it, and what nobody should.

use chrono::{DateTime, Utc};
use events::event::{MOST_AGENT_BYTES, Terms};
use events::{Kind, Method, Reading, distribution, harbor};
use proptest::prelude::*;

const DIGEST: &str = "sha256:fea8895f450959fa676bcc1df0611ea93823a735a01205fd8622846041d0c7cf";
const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";

fn now() -> DateTime<Utc> {
    "2026-05-04T10:00:00Z".parse().unwrap()
}

fn read_by(reader: fn(&[u8], &Terms<'_>) -> Reading, body: impl AsRef<[u8]>) -> Reading {
    let namespaces = ["fluent".to_owned(), "library".to_owned()];
    reader(
        body.as_ref(),
        &Terms {
            now: now(),
            namespaces: &namespaces,
        },
    )
}

/// An event as Distribution 2.8 sends it, changed by `change`.
fn event(change: impl FnOnce(&mut serde_json::Value)) -> serde_json::Value {
    let mut event = serde_json::json!({
        "id": "320678d8-ca14-430f-8bb6-4ca139cd83f7",
        "timestamp": "2026-05-04T09:30:00.123456789+02:00",
        "action": "pull",
        "target": {
            "mediaType": MANIFEST,
            "digest": DIGEST,
            "size": 708,
            "length": 708,
            "repository": "fluent/fluentd",
            "url": "http://registry.example/v2/fluent/fluentd/manifests/v1.17",
            "tag": "v1.17"
        },
        "request": {
            "id": "6df24a34-0959-4923-81ca-14f09767db19",
            "addr": "192.0.2.11:42961",
            "host": "registry.example",
            "method": "GET",
            "useragent": "skopeo/1.9.3"
        },
        "actor": {},
        "source": { "addr": "a53db899ad83:5000", "instanceID": "83cf4ae1" }
    });
    change(&mut event);
    event
}

fn body(events: &[serde_json::Value]) -> String {
    serde_json::json!({ "events": events }).to_string()
}

#[track_caller]
fn is_set_aside(change: impl FnOnce(&mut serde_json::Value), code: &str, says: &str) {
    let reading = read_by(distribution::read, body(&[event(change), event(|_| {})]));
    assert_eq!(reading.events.len(), 1, "the neighbor counts");
    assert_eq!(reading.set_aside.len(), 1);
    let aside = &reading.set_aside[0];
    assert_eq!(aside.trouble.code(), code, "{}", aside.trouble);
    assert!(
        aside.trouble.to_string().contains(says),
        "{}",
        aside.trouble
    );
    assert!(!aside.sent.contains("192.0.2"), "{}", aside.sent);
}

#[test]
fn a_pull_of_a_manifest_is_read() {
    let reading = read_by(distribution::read, body(&[event(|_| {})]));
    assert!(reading.set_aside.is_empty(), "{:?}", reading.set_aside);
    let event = &reading.events[0];
    assert_eq!(event.kind, Kind::Asked(Method::Get));
    assert_eq!(event.at.to_rfc3339(), "2026-05-04T07:30:00.123456789+00:00");
    assert_eq!(event.repository.as_str(), "fluent/fluentd");
    assert_eq!(event.tag.as_ref().map(|tag| tag.as_str()), Some("v1.17"));
    assert_eq!(event.digest.as_str(), DIGEST);
    assert_eq!(event.address, Some([192, 0, 2, 11].into()));
    assert_eq!(event.user_agent, "skopeo/1.9.3");
}

#[test]
fn heads_pushes_and_all_kinds_of_manifests_are_told_apart() {
    let head = event(|e| e["request"]["method"] = "HEAD".into());
    let push = event(|e| {
        e["action"] = "push".into();
        e["request"]["method"] = "PUT".into();
    });
    let by_digest = event(|e| {
        e["target"].as_object_mut().unwrap().remove("tag");
    });
    let reading = read_by(distribution::read, body(&[head, push, by_digest]));
    let kinds: Vec<Kind> = reading.events.iter().map(|event| event.kind).collect();
    assert_eq!(
        kinds,
        [
            Kind::Asked(Method::Head),
            Kind::Pushed,
            Kind::Asked(Method::Get)
        ]
    );
    let pushed = &reading.events[1];
    assert_eq!(pushed.tag.as_ref().map(|tag| tag.as_str()), Some("v1.17"));
    assert_eq!(pushed.digest.as_str(), DIGEST);
    assert_eq!(reading.events[2].tag, None);
    for kind in [
        MANIFEST,
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        "application/vnd.oci.image.index.v1+json; charset=utf-8",
    ] {
        let of = event(|e| e["target"]["mediaType"] = kind.into());
        assert_eq!(
            read_by(distribution::read, body(&[of])).events.len(),
            1,
            "{kind}"
        );
    }
}

#[test]
fn layers_and_deletions_are_passed_over() {
    let layer = event(|e| {
        e["target"]["mediaType"] = "application/octet-stream".into();
        e["target"].as_object_mut().unwrap().remove("tag");
    });
    let deleted = event(|e| {
        e["action"] = "delete".into();
        e["target"] = serde_json::json!({ "digest": DIGEST, "repository": "fluent/fluentd" });
    });
    let mounted = event(|e| e["action"] = "mount".into());
    let pushed = event(|e| {
        e["action"] = "push".into();
        e["target"]["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip".into();
    });
    let reading = read_by(distribution::read, body(&[layer, deleted, mounted, pushed]));
    assert_eq!(reading.passed_over, 4);
    assert_eq!(reading.events.len() + reading.set_aside.len(), 0);
}

#[test]
fn what_dsos_asks_a_registry_for_is_no_pull() {
    let by = |agent: &str| event(|e| e["request"]["useragent"] = agent.into());
    let own = by(registry::USER_AGENT);
    let other = by("dsos (open source program), or so it says");
    let reading = read_by(distribution::read, body(&[own, other]));
    assert_eq!((reading.passed_over, reading.events.len()), (1, 1));
}

#[test]
fn what_cannot_be_believed_is_set_aside_with_its_reason() {
    is_set_aside(|e| e["id"] = "".into(), "id", "no id");
    is_set_aside(|e| e["id"] = "x".repeat(257).into(), "id", "no id");
    is_set_aside(|e| e["id"] = 7.into(), "shape", "expected a string");
    is_set_aside(|e| e["timestamp"] = "yesterday".into(), "time", "no time");
    is_set_aside(
        |e| e["timestamp"] = "1970-01-01T00:00:00Z".into(),
        "old",
        "1970-01-01 00:00 UTC",
    );
    is_set_aside(
        |e| e["timestamp"] = "2026-05-04T10:11:00Z".into(),
        "ahead",
        "from the future, 2026-05-04 10:11 UTC",
    );
    is_set_aside(
        |e| e["target"]["repository"] = "Fluent/fluentd".into(),
        "repository",
        "small letters",
    );
    is_set_aside(
        |e| e["target"]["repository"] = "fluent/../../etc".into(),
        "repository",
        "dots",
    );
    is_set_aside(
        |e| e["target"]["repository"] = "alpine".into(),
        "no-namespace",
        "namespace/name",
    );
    is_set_aside(
        |e| e["target"]["repository"] = "others/tool".into(),
        "namespace",
        "may not report the namespace others",
    );
    is_set_aside(|e| e["target"]["tag"] = "v 1".into(), "tag", "Its tag");
    is_set_aside(
        |e| e["target"]["tag"] = "t".repeat(129).into(),
        "tag",
        "129",
    );
    is_set_aside(
        |e| e["target"]["digest"] = "sha256:x".into(),
        "digest",
        "Its digest",
    );
    is_set_aside(
        |e| e["request"]["method"] = "POST".into(),
        "method",
        "GET or HEAD",
    );
    is_set_aside(
        |e| {
            e.as_object_mut().unwrap().remove("action");
        },
        "shape",
        "missing field `action`",
    );
}

#[test]
fn bounds_of_time_are_inclusive() {
    for timestamp in ["2026-05-04T10:10:00Z", "2026-03-30T10:00:00Z"] {
        let at = event(|e| e["timestamp"] = timestamp.into());
        assert_eq!(
            read_by(distribution::read, body(&[at])).events.len(),
            1,
            "{timestamp}"
        );
    }
}

#[test]
fn a_body_that_is_no_notification_is_set_aside_whole() {
    for sent in [
        "",
        "{",
        "[]",
        "{\"events\":{}}",
        "{\"events\":[}",
        "null",
        "\u{0}",
    ] {
        let reading = read_by(distribution::read, sent);
        assert_eq!(reading.set_aside.len(), 1, "{sent}");
        assert_eq!(reading.set_aside[0].trouble.code(), "body");
        let reading = read_by(harbor::read, sent);
        assert_eq!(reading.set_aside.len(), 1, "{sent}");
    }
    let empty = read_by(distribution::read, "{\"events\":[]}");
    assert_eq!(empty, Reading::default());
}

#[test]
fn an_agent_of_64_kilobytes_is_cut_and_counts() {
    let long = event(|e| e["request"]["useragent"] = "é".repeat(32 * 1024).into());
    let reading = read_by(distribution::read, body(&[long]));
    assert!(reading.events[0].user_agent.len() <= MOST_AGENT_BYTES);
}

#[test]
fn addresses_are_read_with_and_without_ports() {
    let read = |text: &str| distribution::address(text).map(|address| address.to_string());
    assert_eq!(read("192.0.2.7:4711").as_deref(), Some("192.0.2.7"));
    assert_eq!(read("192.0.2.7").as_deref(), Some("192.0.2.7"));
    assert_eq!(read("[2001:db8::7]:4711").as_deref(), Some("2001:db8::7"));
    assert_eq!(read("[2001:db8::7]").as_deref(), Some("2001:db8::7"));
    assert_eq!(read("2001:db8::7").as_deref(), Some("2001:db8::7"));
    assert_eq!(read("::ffff:192.0.2.7").as_deref(), Some("192.0.2.7"));
    assert_eq!(read("registry.example:5000"), None);
    assert_eq!(read(""), None);
}

#[test]
fn a_webhook_of_harbor_is_a_pull_for_each_artifact() {
    let sent = serde_json::json!({
        "type": "PULL_ARTIFACT",
        "occur_at": 1_777_888_800,
        "operator": "robot$ci",
        "event_data": {
            "resources": [
                { "digest": DIGEST, "tag": "1.3", "resource_url": "hub.example/fluent/bit:1.3" },
                { "digest": DIGEST, "tag": DIGEST, "resource_url": "hub.example/fluent/bit@sha256:fe" }
            ],
            "repository": {
                "name": "bit", "namespace": "fluent", "repo_full_name": "fluent/bit", "repo_type": "public"
            }
        }
    });
    let reading = read_by(harbor::read, sent.to_string());
    assert!(reading.set_aside.is_empty(), "{:?}", reading.set_aside);
    assert_eq!(reading.events.len(), 2);
    assert_eq!(reading.events[0].kind, Kind::Pulled);
    assert_eq!(reading.events[0].id, None);
    assert_eq!(
        reading.events[0].tag.as_ref().map(|tag| tag.as_str()),
        Some("1.3")
    );
    assert_eq!(reading.events[1].tag, None);
    assert_eq!(reading.events[0].repository.as_str(), "fluent/bit");
}

#[test]
fn a_cloud_event_of_harbor_has_a_name() {
    let sent = serde_json::json!({
        "specversion": "1.0",
        "id": "4b2f89a6-548d-4c12-9993-a1f5790b97d2",
        "requestid": "ba3e8b8a",
        "source": "/projects/1/webhook/policies/3",
        "type": "harbor.artifact.pulled",
        "datacontenttype": "application/json",
        "time": "2026-05-04T09:45:06Z",
        "data": {
            "resources": [{ "digest": DIGEST, "tag": "1.3", "resource_url": "hub.example/fluent/bit:1.3" }],
            "repository": { "name": "bit", "namespace": "fluent", "repo_full_name": "fluent/bit", "repo_type": "public" }
        },
        "operator": "robot$ci"
    });
    let reading = read_by(harbor::read, sent.to_string());
    assert_eq!(
        reading.events[0].id.as_deref(),
        Some("4b2f89a6-548d-4c12-9993-a1f5790b97d2/0")
    );
}

#[test]
fn other_webhooks_of_harbor_are_passed_over_and_broken_ones_set_aside() {
    let sent = |change: fn(&mut serde_json::Value)| {
        let mut sent = serde_json::json!({
            "type": "PULL_ARTIFACT",
            "occur_at": 1_777_888_800,
            "event_data": {
                "resources": [{ "digest": DIGEST, "tag": "1.3" }],
                "repository": { "repo_full_name": "fluent/bit" }
            }
        });
        change(&mut sent);
        read_by(harbor::read, sent.to_string())
    };
    assert_eq!(sent(|_| {}).events.len(), 1);
    assert_eq!(
        sent(|s| s["type"] = "SCANNING_COMPLETED".into()).passed_over,
        1
    );
    let code = |reading: Reading| reading.set_aside[0].trouble.code();
    assert_eq!(code(sent(|s| s["occur_at"] = 0.into())), "old");
    assert_eq!(code(sent(|s| s["occur_at"] = i64::MAX.into())), "time");
    assert_eq!(
        code(sent(|s| s["occur_at"] = serde_json::Value::Null)),
        "time"
    );
    assert_eq!(
        code(sent(|s| s["event_data"] = serde_json::Value::Null)),
        "shape"
    );
    assert_eq!(
        code(sent(
            |s| s["event_data"]["resources"] = serde_json::json!([])
        )),
        "shape"
    );
    assert_eq!(
        code(sent(
            |s| s["event_data"]["repository"]["repo_full_name"] = "other/bit".into()
        )),
        "namespace"
    );
}

proptest! {
    #[test]
    fn nothing_that_is_sent_is_lost_or_does_harm(
        sent in prop::collection::vec(any::<u8>(), 0..400),
        fields in "[a-z]{0,6}",
    ) {
        for reader in [distribution::read, harbor::read] {
            let reading = read_by(reader, &sent);
            prop_assert_eq!(reading.events.len(), 0);
            let odd = format!("{{\"events\":[{{\"{fields}\":1}}],\"type\":\"PULL_ARTIFACT\"}}");
            let reading = read_by(reader, &odd);
            prop_assert_eq!(reading.set_aside.len(), 1);
        }
    }
}
