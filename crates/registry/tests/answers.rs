//! Answers as docker-registry 2.8, BuildKit and token services write them.

use registry::{
    AnswerError, Catalog, ImageConfig, Kind, Labels, Manifest, ManifestError, TagList, accept,
    names::DigestError,
};

const A: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const B: &str = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const C: &str = "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";

const DOCKER_IMAGE: &str = r#"{
   "schemaVersion": 2,
   "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
   "config": {
      "mediaType": "application/vnd.docker.container.image.v1+json",
      "size": 7023,
      "digest": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
   },
   "layers": [
      {
         "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
         "size": 32654,
         "digest": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
      },
      {
         "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
         "size": 16724,
         "digest": "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
      }
   ]
}"#;

const OCI_INDEX: &str = r#"{
  "schemaVersion": 2,
  "mediaType": "application/vnd.oci.image.index.v1+json",
  "manifests": [
    {
      "mediaType": "application/vnd.oci.image.manifest.v1+json",
      "digest": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
      "size": 1606,
      "platform": { "architecture": "arm64", "os": "linux", "variant": "v8" }
    },
    {
      "mediaType": "application/vnd.oci.image.manifest.v1+json",
      "digest": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "size": 1606,
      "platform": { "architecture": "amd64", "os": "linux" }
    },
    {
      "mediaType": "application/vnd.oci.image.manifest.v1+json",
      "digest": "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
      "size": 840,
      "annotations": {
        "vnd.docker.reference.digest": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "vnd.docker.reference.type": "attestation-manifest"
      },
      "platform": { "architecture": "unknown", "os": "unknown" }
    }
  ],
  "annotations": {
    "org.opencontainers.image.title": "Kelp Web",
    "org.opencontainers.image.licenses": "Apache-2.0"
  }
}"#;

const CONFIG: &str = r#"{"architecture":"arm64","config":{"Env":["PATH=/usr/bin"],"Entrypoint":["/kelp"],
  "Labels":{"org.opencontainers.image.description":"Serves kelp.\nFresh.","maintainer":"x",
  "org.opencontainers.image.source":"https://codeberg.org/kelp/web"}},
  "created":"2026-07-30T12:13:14.123456789Z","history":[{"created":"2026-07-30T12:13:14Z","created_by":"COPY"}],
  "os":"linux","rootfs":{"type":"layers","diff_ids":[]},"variant":"v8"}"#;

fn parse(text: &str, kind: Kind) -> Result<Manifest, ManifestError> {
    Manifest::parse(text.as_bytes(), kind.media_type())
}

#[test]
fn catalogs() {
    let catalog = Catalog::parse(b"{\"repositories\":[\"kelp/web\",\"kelp/api\"]}\n", 100).unwrap();
    let names: Vec<String> = catalog
        .repositories
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(names, ["kelp/web", "kelp/api"]);
    assert_eq!((catalog.set_aside, catalog.left_out), (0, 0));
    assert_eq!(
        Catalog::parse(b"{\"repositories\":[]}\n", 100),
        Ok(Catalog::default())
    );
    assert_eq!(
        Catalog::parse(b"{\"repositories\":null}", 100),
        Ok(Catalog::default())
    );
}

#[test]
fn what_is_no_name_is_counted() {
    let text = r#"{"more":{"a":[1]},"repositories":["kelp/web","Kelp","../etc","k\u0435lp",7,null,
        1.5,-1,true,["a"],{"a":"b"},"a","b","c"]}"#;
    let catalog = Catalog::parse(text.as_bytes(), 12).unwrap();
    assert_eq!(catalog.repositories.len(), 2);
    assert_eq!(catalog.set_aside, 10);
    assert_eq!(catalog.left_out, 2);
    let none = Catalog::parse(text.as_bytes(), 0).unwrap();
    assert_eq!((none.set_aside, none.left_out), (0, 14));
}

#[test]
fn tag_lists() {
    let list = TagList::parse(
        b"{\"name\":\"kelp/web\",\"tags\":[\"latest\",\"V1\",\"a/b\"]}\n",
        100,
    )
    .unwrap();
    assert_eq!(list.name.unwrap().as_str(), "kelp/web");
    assert_eq!((list.tags.len(), list.set_aside), (2, 1));
    // As 2.8 answers for a repository whose tags were deleted.
    let none = TagList::parse(b"{\"name\":\"kelp/web\",\"tags\":null}\n", 100).unwrap();
    assert!(none.tags.is_empty() && none.name.is_some());
    let odd = TagList::parse(b"{\"name\":\"Kelp\",\"tags\":[\"v1\"]}", 100).unwrap();
    assert_eq!((odd.name, odd.tags.len()), (None, 1));
}

#[test]
fn other_answers_are_refused() {
    for (text, error) in [
        ("", AnswerError::NotJson),
        ("<html>", AnswerError::NotJson),
        ("{\"repositories\":[\"a\"", AnswerError::NotJson),
        ("{\"repositories\":[]} {}", AnswerError::NotJson),
        ("[]", AnswerError::Shape),
        ("{}", AnswerError::Shape),
        ("{\"repositories\":\"a\"}", AnswerError::Shape),
        (
            "{\"repositories\":[],\"repositories\":[]}",
            AnswerError::Shape,
        ),
        (
            // As 2.8 answers without a token.
            r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":[{"Type":"registry","Class":"","Name":"catalog","Action":"*"}]}]}"#,
            AnswerError::Shape,
        ),
    ] {
        assert_eq!(Catalog::parse(text.as_bytes(), 9), Err(error), "{text}");
    }
}

#[test]
fn an_image_of_docker() {
    let manifest = parse(DOCKER_IMAGE, Kind::DockerImage).unwrap();
    assert_eq!(manifest.size(), Some(7_023 + 32_654 + 16_724));
    assert_eq!(manifest.config().unwrap().as_str(), A);
    assert!(manifest.children().is_empty() && manifest.platforms().is_empty());
    assert_eq!(manifest.labels(), Some(&Labels::default()));
    let parameters = format!("{}; charset=utf-8", Kind::DockerImage.media_type());
    assert_eq!(
        Manifest::parse(DOCKER_IMAGE.as_bytes(), &parameters),
        Ok(manifest)
    );
}

#[test]
fn an_image_of_the_oci() {
    let text = format!(
        r#"{{"schemaVersion":2,"config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{A}","size":10}},
        "layers":[],"annotations":{{"org.opencontainers.image.url":"https://kelp.example"}}}}"#
    );
    let manifest = parse(&text, Kind::OciImage).unwrap();
    assert_eq!(manifest.size(), Some(10));
    assert_eq!(
        manifest.labels().unwrap().url.as_deref(),
        Some("https://kelp.example")
    );
}

#[test]
fn an_index_with_attestations() {
    let manifest = parse(OCI_INDEX, Kind::OciIndex).unwrap();
    assert_eq!(manifest.size(), None);
    assert_eq!(manifest.config(), None);
    let platforms: Vec<String> = manifest
        .platforms()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64/v8"]);
    let children: Vec<(&str, bool)> = manifest
        .children()
        .iter()
        .map(|child| (child.digest.as_str(), child.is_attestation))
        .collect();
    assert_eq!(children, [(B, false), (A, false), (C, true)]);
    assert_eq!(
        manifest.labels().unwrap().title.as_deref(),
        Some("Kelp Web")
    );
    // The mark alone is enough.
    let marked = OCI_INDEX.replace("unknown", "plan9");
    let marked = parse(&marked, Kind::OciIndex).unwrap();
    assert!(marked.children()[2].is_attestation);
    assert_eq!(marked.platforms(), manifest.platforms());
    // So is the platform.
    let unmarked = OCI_INDEX.replace("vnd.docker.reference.type", "x");
    assert_eq!(parse(&unmarked, Kind::OciIndex), Ok(manifest.clone()));
    // Docker’s list has the same fields.
    let list = OCI_INDEX.replace(Kind::OciIndex.media_type(), Kind::DockerList.media_type());
    assert_eq!(
        parse(&list, Kind::DockerList).unwrap().platforms(),
        manifest.platforms()
    );
}

#[test]
fn everything_else_is_unknown() {
    for media_type in [
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        "application/vnd.oci.artifact.manifest.v1+json",
        "application/json",
        "text/html",
        "",
    ] {
        assert_eq!(
            Manifest::parse(b"not even JSON", media_type),
            Ok(Manifest::Unknown(media_type.to_owned()))
        );
    }
    let chart = DOCKER_IMAGE
        .replace(
            "application/vnd.docker.container.image.v1+json",
            "application/vnd.cncf.helm.config.v1+json",
        )
        .replace(Kind::DockerImage.media_type(), Kind::OciImage.media_type());
    let unknown = Manifest::Unknown("application/vnd.cncf.helm.config.v1+json".to_owned());
    assert_eq!(parse(&chart, Kind::OciImage), Ok(unknown));
    let artifact = chart.replacen('{', r#"{"artifactType":"application/vnd.kelp","#, 1);
    assert_eq!(
        parse(&artifact, Kind::OciImage),
        Ok(Manifest::Unknown("application/vnd.kelp".to_owned()))
    );
}

#[test]
fn manifests_that_lie() {
    let image = |from: &str, to: &str| parse(&DOCKER_IMAGE.replace(from, to), Kind::DockerImage);
    let shape = Err(ManifestError::Answer(AnswerError::Shape));
    assert_eq!(
        image("7023", "18446744073709551615"),
        Err(ManifestError::Size)
    );
    assert_eq!(image("7023", "-1"), shape);
    assert_eq!(image("7023", "1.5"), shape);
    assert_eq!(image("n\": 2", "n\": 1"), shape);
    assert_eq!(image("layers", "fsLayers"), shape);
    assert_eq!(
        image("\"layers\"", "\"manifests\":[],\"layers\""),
        Err(ManifestError::Ambiguous)
    );
    assert_eq!(
        image("manifest.v2+json", "manifest.list.v2+json"),
        Err(ManifestError::Ambiguous)
    );
    assert_eq!(
        image("sha256:a", "sha256:../a"),
        Err(ManifestError::Digest(DigestError::Character('.')))
    );
    assert_eq!(
        parse(OCI_INDEX, Kind::OciImage),
        Err(ManifestError::Ambiguous)
    );
}

#[test]
fn one_header_accepts_all() {
    assert_eq!(
        accept(),
        "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
         application/vnd.docker.distribution.manifest.list.v2+json, \
         application/vnd.docker.distribution.manifest.v2+json"
    );
}

#[test]
fn configurations() {
    let config = ImageConfig::parse(CONFIG.as_bytes()).unwrap();
    assert_eq!(
        config.created,
        Some("2026-07-30T12:13:14.123456789Z".parse().unwrap())
    );
    assert_eq!(config.platform.unwrap().to_string(), "linux/arm64/v8");
    assert_eq!(
        config.labels.description.as_deref(),
        Some("Serves kelp. Fresh.")
    );
    assert_eq!(
        config.labels.source.as_deref(),
        Some("https://codeberg.org/kelp/web")
    );
    // As Docker writes for an image without labels, and what attestations have.
    for text in [
        r#"{"config":{"Labels":null},"created":"0001-01-01T00:00:00Z","os":"unknown","architecture":"unknown"}"#,
        r#"{"config":null,"created":5,"os":["linux"],"architecture":"amd64"}"#,
        "{}",
    ] {
        let config = ImageConfig::parse(text.as_bytes());
        assert_eq!(config, Ok(ImageConfig::default()), "{text}");
    }
    assert_eq!(ImageConfig::parse(b"[]"), Err(AnswerError::Shape));
    assert_eq!(ImageConfig::parse(b"\x1f\x8b"), Err(AnswerError::NotJson));
    let long = CONFIG.replace("Fresh", &"\u{e9}".repeat(5_000));
    let config = ImageConfig::parse(long.as_bytes()).unwrap();
    let length = config.labels.description.unwrap().len();
    assert!((4_090..=4_096).contains(&length), "{length}");
}
