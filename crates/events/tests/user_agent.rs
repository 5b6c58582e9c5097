//! User agents as registries have seen them, and as nobody should send them.

use events::user_agent::{Client, MOST_VERSION_BYTES, OTHER, TOOLS, client};
use proptest::prelude::*;

/// Real user agents, each under the tool and the version that it must give. Lines
/// that begin with `#` say where those below them are from: a log, a test or a page
/// that has them word for word, or “by” and the source that makes them, with a
/// version put in.
const REAL: &str = r"
# moby/moby, dockerversion/useragent.go; a registry's log
docker 24.0.5
  docker/24.0.5 go/go1.20.6 git-commit/a61e2b4 kernel/6.2.0 os/linux arch/amd64 UpstreamClient(Docker-Client/24.0.5 \(linux\))
docker 1.13.1
  docker/1.13.1 go/go1.9.2 kernel/3.10.0-862.6.3.el7.x86_64 os/linux arch/amd64 UpstreamClient(Docker-Client/1.13.1 \\(linux\\))
docker 20.10.16
  docker/20.10.16 go/go1.17.10 git-commit/f756502 kernel/3.10.0-1160.49.1.el7.x86_64 os/linux arch/amd64 UpstreamClient(Docker-Client/20.10.16 \(linux\))
# Azure Container Registry, reference of webhooks; schema of its events
docker 17.09.0-ce
  docker/17.09.0-ce go/go1.8.3 git-commit/afdb6d4 kernel/4.10.0-27-generic os/linux arch/amd64 UpstreamClient(Docker-Client/17.09.0-ce \\(linux\\))
docker 18.03.0-ce
  docker/18.03.0-ce go/go1.9.4 git-commit/0520e24 os/windows arch/amd64 UpstreamClient(Docker-Client/18.03.0-ce \\(windows\\))
# a notification of Distribution's; a log of node's; nginx, which escapes backslashes
docker 18.03.1-ce
  docker/18.03.1-ce go/go1.9.5 git-commit/9ee9f40 kernel/3.10.0-862.3.3.el7.x86_64 os/linux arch/amd64
docker 19.03.12
  docker/19.03.12 go/go1.13.10 git-commit/48a66213fe kernel/5.8.0-1.el7.elrepo.x86_64 os/linux arch/amd64 UpstreamClient(Docker-Client/19.03.12 (linux))
docker 24.0.2
  docker/24.0.2 go/go1.20.4 git-commit/659604f kernel/5.4.0-169-generic os/linux arch/amd64 UpstreamClient(Docker-Client/24.0.2 \x5C(linux\x5C))
# Debian's and Rancher Desktop's; kubelet's pulls, bottlerocket-os/bottlerocket pull request 1629
docker 20.10.25+dfsg1
  docker/20.10.25+dfsg1 go/go1.22.3 git-commit/5df983c kernel/6.8.11-amd64 os/linux arch/amd64 UpstreamClient(Docker-Client/20.10.25+dfsg1 \(linux\))
docker 20.10.17-rd
  docker/20.10.17-rd go/go1.17.11 git-commit/a89b842 kernel/5.10.124-linuxkit os/linux arch/arm64 UpstreamClient(Docker-Client/20.10.17-rd \(darwin\))
docker 20.10.4
  docker/20.10.4 go/go1.16.3 git-commit/363e9a88a11be517d9e8c65c998ff56f774eb4dc kernel/5.10.35 os/linux arch/amd64 UpstreamClient(Go-http-client/1.1)
# bufbuild/buf, pull request 1678; moby/moby, pull request 45669
docker 20.10.21
  docker/20.10.21 go/go1.18.7 git-commit/3056208 kernel/5.15.49-linuxkit os/linux arch/arm64 UpstreamClient(buf-cli-1.11.0-dev)
docker dev
  docker/dev go/go1.20.4 git-commit/8d67d0c1a8 kernel/5.15.49-linuxkit-pr os/linux arch/arm64 UpstreamClient(Docker-Client/24.0.2 \\(linux\\))
# the command line itself: docker/build-push-action, issue 228
docker 19.03.13-ce
  Docker-Client/19.03.13-ce (linux)
# moby/moby, pull request 45669; containerd/containerd, issue 5532; registries' logs
containerd 1.6.21+unknown
  containerd/1.6.21+unknown
containerd 1.5.2
  containerd/v1.5.2
containerd 1.3.2+unknown
  containerd/1.3.2+unknown
containerd 1.4.0-beta.1-34-g49b0743c
  containerd/v1.4.0-beta.1-34-g49b0743c
containerd 1.6.24
  containerd/v1.6.24
containerd 2.2.4+unknown
  containerd/2.2.4+unknown
containerd 2.2.2-bd1.34
  containerd/v2.2.2-bd1.34
# K3s: its containerd.log and a registry's log
containerd 1.6.19-k3s1
  containerd/v1.6.19-k3s1
containerd 1.4.4-k3s1
  containerd/v1.4.4-k3s1
# a registry's log; OpenShift in kubernetes/registry.k8s.io, issue 286
cri-o 1.34.0
  cri-o/1.34.0 go/go1.25.0 os/linux arch/amd64
cri-o 1.27.8-2.rhaos4.14.gitbfac241.el9
  cri-o/1.27.8-2.rhaos4.14.gitbfac241.el9 go/go1.20.12 os/linux arch/amd64
# by containers/podman, pull request 3793
podman 4.3.1
  libpod/4.3.1
# Caddy's log; a registry's log
containers-image 5.16.0
  containers/5.16.0 (github.com/containers/image)
containers-image 5.39.2
  containers/5.39.2 (github.com/containers/image)
# Azure Container Registry's events; Distribution's log
buildah 1.42.1
  Buildah/1.42.1
buildah 1.40.1
  Buildah/1.40.1
# zot's log; by bootc-dev/bootc, pull request 1943
skopeo 1.13.3
  skopeo/1.13.3
bootc 1.12.0
  bootc/1.12.0 skopeo/1.20.0
# their own traces: oras-project/oras, issue 911; google/go-containerregistry, issue 1720
crane 0.16.1
  crane/v0.16.1 go-containerregistry/v0.16.1
crane 0.15.2
  crane/0.15.2 go-containerregistry/0.15.2
cosign 2.2.4
  cosign/v2.2.4 (linux; amd64) go-containerregistry/v0.19.1
cosign 1.13.1
  cosign/v1.13.1 (linux; amd64) go-containerregistry/v0.11.0
# werf/werf, pull request 6264; zot's log; by aquasecurity/trivy, pull request 6868
werf 2.7.3
  werf/v2.7.3 go-containerregistry/v0.19.1
trivy 0.69.3
  trivy/0.69.3
trivy 0.53.0
  trivy/0.53.0 go-containerregistry/v0.19.2
# by fluxcd/pkg, oci, and fluxcd/source-controller, internal/helm; by zarf-dev/zarf, CommonOpts
flux 2
  flux/v2 go-containerregistry/v0.20.3
flux 2
  flux/v2/helm/v4/oras/v2
zarf -
  zarf go-containerregistry/v0.20.3
# google/go-containerregistry, issue 709; registries' logs
go-containerregistry -
  go-containerregistry
go-containerregistry 0.20.3
  go-containerregistry/v0.20.3
go-containerregistry 0.8.1-0.20220507185902-82405e5dfa82
  go-containerregistry/v0.8.1-0.20220507185902-82405e5dfa82
# by regclient/regclient, cmd/regctl/root.go; its version is a comment
regclient -
  regclient/regctl (v0.11.5)
regclient -
  regclient/regsync
regclient -
  regclient/regclient
# its own trace: oras-project/oras, pull request 1559; oras-project/oras-go, auth/client.go
oras 1.2.0+unreleased
  oras/1.2.0+unreleased
oras-go -
  oras-go
# by notaryproject/notation, cmd/notation/registry.go; helm/helm, pull request 12310
notation 1.0.0
  notation/1.0.0
helm 3.13
  Helm/3.13
helm 4.0.0
  Helm/4.0.0
# a test of a registry; by kaniko, pkg/executor/push.go, and skaffold, pkg/skaffold/build/cluster
kaniko 1.24.0
  kaniko/v1.24.0
kaniko 1.9.1
  kaniko/v1.9.1,UpstreamClient(skaffold-v1.39.1)
# registries' logs; moby/buildkit, version/version_test.go
buildkit 0.16
  buildkit/v0.16
buildkit 0.28
  buildkit/v0.28
buildkit 0.11
  buildkit/v0.11 moby/v24.0
buildkit 0.0-dev
  buildkit/v0.0-dev
# GoogleContainerTools/jib, docs/faq.md; a copied request
jib 2.1.1-SNAPSHOT
  jib 2.1.1-SNAPSHOT jib-maven-plugin Google-HTTP-Java-Client/1.34.0 (gzip)
jib 1.5.1
  jib 1.5.1 jib-maven-plugin Google-HTTP-Java-Client/1.30.0 (gzip)
# devcontainers/cli, src/spec-configuration/httpOCIRegistry.ts
devcontainer -
  devcontainer
# containrrr/watchtower: pkg/registry/digest/digest_test.go, pkg/registry/auth/auth.go, internal/meta
watchtower 1.8.0
  Watchtower/v1.8.0
watchtower -
  Watchtower (Docker)
watchtower unknown
  Watchtower/unknown
# Diun's docs; by getwud/wud, pull request 1280; by Renovate's docs, self-hosted option userAgent
diun 4.19.0
  diun/4.19.0 go/1.16 Linux
wud 8.2.2
  wud/8.2.2
renovate 37.440.7
  Renovate/37.440.7 (https://github.com/renovatebot/renovate)
# access logs of package registries
dependabot 0.164.1
  dependabot-core/0.164.1 excon/0.88.0 ruby/2.7.1 (x86_64-linux-gnu)
dependabot 0.325.1
  dependabot-core/0.325.1 excon/1.2.5 ruby/3.4.5 (x86_64-linux) (+https://github.com/dependabot/dependabot-core)
artifactory 7.25.6
  Artifactory/7.25.6 72506900
artifactory 6.18.0
  Artifactory/6.18.0
nexus 3.32.0-03
  Nexus/3.32.0-03 (OSS; Linux; 5.4.0-1055-azure; amd64
# Sonatype's docs on webhooks, and its tests
nexus 3.60.0-01
  Nexus/3.60.0-01 (PRO; Mac OS X; 10.16; x86_64; 1.8.0_292)
# goharbor/harbor: src/pkg/registry/client.go, src/replication/adapter/adapter.go
harbor -
  harbor-registry-client
harbor -
  harbor-replication-service
# by pulp/pulpcore, download/factory.py; Microsoft Defender in Azure Container Registry's events
pulp 3.22.0
  pulpcore/3.22.0 (cpython 3.8.13-final0, Linux x86_64) (aiohttp 3.8.1)
defender-for-containers 1.0
  MDCContainersSecurity/1.0
# apptainer/apptainer, pkg/util/user-agent/agent.go; by ollama/ollama, server/images.go; a registry's log
apptainer 3.0.0
  Apptainer/3.0.0 (linux amd64) Go/1.10.3
ollama 0.5.1
  ollama/0.5.1 (arm64 darwin) Go/go1.22
oci-client 0.15.0
  oci-client/0.15.0
# Homebrew's trace of curl
homebrew 4.2.17-33-g1bbfe76
  Homebrew/4.2.17-33-g1bbfe76 (Macintosh; Intel Mac OS X 14.4.1) curl/8.4.0
# Distribution's logs
go-http-client 1.1
  Go-http-client/1.1
curl 7.35.0
  curl/7.35.0
browser -
  Mozilla/5.0 (Macintosh; Intel Mac OS X 10_13_2) AppleWebKit/604.4.7 (KHTML, like Gecko) Version/11.0.2 Safari/604.4.7
# access logs and echoed requests
browser -
  Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/95.0.4638.69 Safari/537.36
wget 1.20.3
  Wget/1.20.3 (linux-gnu)
python-requests 2.31.0
  python-requests/2.31.0
python-urllib 3.14
  Python-urllib/3.14
aiohttp 3.8.4
  Python/3.11 aiohttp/3.8.4
okhttp 4.9.1
  okhttp/4.9.1
apache-httpclient 4.5.12
  Apache-HttpClient/4.5.12 (Java/1.8.0_262)
apache-httpclient 4.5.1
  Apache-HttpClient/4.5.1(Java/1.8.0_91)
java 1.8.0_112
  Java/1.8.0_112
java 11.0.6
  Java-http-client/11.0.6
google-http-java-client 1.26.0-SNAPSHOT
  Google-HTTP-Java-Client/1.26.0-SNAPSHOT (gzip)
axios 1.6.7
  axios/1.6.7
got 6.7.1
  got/6.7.1 (https://github.com/sindresorhus/got)
needle 2.1.1
  Needle/2.1.1 (Node.js v8.11.3; linux x64)
guzzle 7
  GuzzleHttp/7
libwww-perl 6.36
  libwww-perl/6.36
postman 7.29.2
  PostmanRuntime/7.29.2
# real, and no business of a registry of images
other -
  npm/8.1.0 node/v17.0.1 darwin x64 workspaces/false
other -
  Prometheus/2.54.1
other -
  grpc-go/1.59.0
";

/// What [`REAL`] holds: user agents with what is expected of them.
fn real() -> Vec<(&'static str, Client<'static>)> {
    let mut expected = None;
    let mut found = Vec::new();
    for line in REAL.lines().filter(|line| !line.is_empty()) {
        if let Some(agent) = line.strip_prefix("  ") {
            found.push((agent, expected.take().expect("a tool above each agent")));
        } else if !line.starts_with('#') {
            let (tool, version) = line.split_once(' ').expect("a tool and a version");
            let version = if version == "-" { "" } else { version };
            expected = Some(Client { tool, version });
        }
    }
    found
}

#[track_caller]
fn is(agent: &str, tool: &'static str, version: &str) {
    assert_eq!(client(agent), Client { tool, version }, "{agent:?}");
}

#[test]
fn real_agents_are_known() {
    assert!(real().len() >= 60);
    for (agent, expected) in real() {
        assert_eq!(client(agent), expected, "{agent}");
    }
}

#[test]
fn every_tool_has_been_seen() {
    for &(tool, products) in TOOLS {
        assert!(
            real().iter().any(|(_, client)| client.tool == tool),
            "{tool}"
        );
        for product in products {
            assert_eq!(*product, product.to_lowercase());
            assert!(!product.contains(['/', ' ', ',', ';', '(', ')']));
            is(product, tool, "");
        }
    }
}

#[test]
fn no_name_stands_twice() {
    let tools: Vec<_> = TOOLS.iter().map(|(tool, _)| *tool).collect();
    let products: Vec<_> = TOOLS
        .iter()
        .flat_map(|(_, products)| products.iter().copied())
        .collect();
    for mut names in [tools, products] {
        names.push(OTHER);
        names.push("");
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}

#[test]
fn the_tool_is_what_stands_first_in_the_table() {
    // Wherever it stands in the agent.
    is(
        "curl/8.4.0 go-containerregistry/v0.1 crane/v2",
        "crane",
        "2",
    );
    is("skopeo/1.20.0 bootc/1.12.0", "bootc", "1.12.0");
    is("Mozilla/5.0 docker/24.0.5", "docker", "24.0.5");
    // Of one tool's products, the first one counts, even without a version.
    is("docker/24.0.5 docker/1.0", "docker", "24.0.5");
    is("docker docker/1.0", "docker", "");
    // What no table knows does not come into it.
    is("made-up/9 docker/24.0.5 made-up/9", "docker", "24.0.5");
}

#[test]
fn letters_may_be_large() {
    is("DOCKER/24.0.5 GO/GO1.20.6 OS/LINUX", "docker", "24.0.5");
    is("CRI-O/V1.34.0", "cri-o", "1.34.0");
    is("MOZILLA/5.0", "browser", "");
}

#[test]
fn comments_are_passed_over() {
    is("(docker/24.0.5)", OTHER, "");
    is("made-up/1 (skopeo/1.2 (crane/3) docker/4)", OTHER, "");
    is("(skopeo/1.2 \\) crane/3) docker/4", "docker", "4");
    is("(never closed docker/4", OTHER, "");
    is("(closed twice)) docker/4", "docker", "4");
    is("docker (linux) 24.0.5", "docker", "");
    is("docker/(24.0.5)", "docker", "");
}

#[test]
fn versions_look_like_versions() {
    is("docker/dev", "docker", "dev");
    is("docker/unknown", "docker", "unknown");
    is("docker/vdev", "docker", "");
    is("docker/v", "docker", "");
    is("docker/development", "docker", "");
    is("docker/latest", "docker", "");
    is("docker/+1", "docker", "");
    is("docker/=1+1", "docker", "");
    is("docker/24.0.5\"><script>", "docker", "24.0.5");
    is("docker/24.0.5/../../etc", "docker", "24.0.5");
    is(
        "docker/1.7.0-0ubuntu0~22.04.1",
        "docker",
        "1.7.0-0ubuntu0~22.04.1",
    );
    // A space before it, as Jib has.
    is("docker 24.0.5", "docker", "24.0.5");
    is("docker linux", "docker", "");
    is("docker dev", "docker", "");
}

#[test]
fn nothing_is_nobody() {
    for agent in ["", " ", "\t\r\n", "\u{a0}\u{3000}", &" ".repeat(65_536)] {
        is(agent, "", "");
    }
}

#[test]
fn hostile_agents_do_no_harm() {
    for agent in [
        "docker-24.0.5",
        "dockerd/24.0.5",
        "/",
        "//docker",
        "/24.0.5",
        "()",
        ")",
        "\\",
        "\0\u{1}\u{7f}",
        "ḋocker/24.0.5",
        "docker\u{200b}/24.0.5",
        "docker／24.0.5",
        "🐳/24.0.5",
    ] {
        is(agent, OTHER, "");
    }
    is("docker", "docker", "");
    is("docker/", "docker", "");
    is("docker/ 24.0.5", "docker", "");
    is("docker//24.0.5", "docker", "");
    is("docker/../../etc", "docker", "");
    is("docker/٢٤.0.5", "docker", "");
    is("docker/24.0.5é", "docker", "24.0.5");
    is("docker/24\u{a0}5", "docker", "24");
    is("docker/24.0\u{0}.5", "docker", "24.0");
    is("\r\ndocker/24.0.5\r\nX-Other: 1", "docker", "24.0.5");
}

#[test]
fn long_agents_are_cut() {
    let digits = "1234567890".repeat(1_000);
    is(&format!("docker/{digits}"), "docker", &digits[..40]);
    is(&format!("docker/v{digits}"), "docker", &digits[..40]);
    is(&format!("docker/1.{}", "é".repeat(10_000)), "docker", "1.");
    // What stands far behind is not looked for.
    is(&"a".repeat(65_536), OTHER, "");
    is(&format!("{}docker/24.0.5", "a ".repeat(32_768)), OTHER, "");
    is(&"(".repeat(65_536), OTHER, "");
    is(&"é".repeat(32_768), OTHER, "");
    is(&"docker/24.0.5 ".repeat(5_000), "docker", "24.0.5");
}

/// Texts that come close to user agents, besides any text at all.
fn texts() -> impl Strategy<Value = String> {
    let names: Vec<_> = TOOLS
        .iter()
        .flat_map(|(_, products)| products.iter().copied())
        .chain([
            "", "v", "dev", "/", " ", "(", ")", "\\", ",", "1.2", "\u{a0}", "é", "\0",
        ])
        .collect();
    prop_oneof![
        any::<String>(),
        "\\PC*",
        prop::collection::vec(prop::sample::select(names), 0..40).prop_map(|parts| parts.concat()),
    ]
}

proptest! {
    #[test]
    fn any_text_gives_a_known_tool_and_a_short_version(agent in texts()) {
        let Client { tool, version } = client(&agent);
        let is_known = TOOLS.iter().any(|&(name, _)| name == tool);
        prop_assert!(is_known || tool == OTHER || tool.is_empty());
        prop_assert_eq!(tool.is_empty(), agent.trim().is_empty());
        prop_assert!(version.is_empty() || is_known);
        prop_assert!(version.len() <= MOST_VERSION_BYTES);
        prop_assert!(agent.contains(version));
        let is_blank = |character: char| character.is_whitespace() || character.is_control();
        prop_assert!(!version.contains(is_blank));
    }

    #[test]
    fn letters_of_any_size_give_the_same_tool(agent in texts()) {
        prop_assert_eq!(client(&agent).tool, client(&agent.to_ascii_uppercase()).tool);
    }
}
