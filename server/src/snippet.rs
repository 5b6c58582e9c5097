//! What goes into the configuration of a registry so that it reports here.

use crate::store::reporters::ReporterKind;

/// The address of this server where nobody said under which others reach it.
const HERE: &str = "http://127.0.0.1:8080";

/// The token, and where it goes.
pub fn of(kind: ReporterKind, token: &str, public_url: Option<&str>) -> String {
    let base = public_url.unwrap_or(HERE);
    match kind {
        ReporterKind::Distribution => format!(
            "# Into the configuration of the registry (CNCF Distribution), at its outermost level.
# The token is shown here once.
notifications:
  endpoints:
    - name: dsos
      url: {base}/events/distribution
      headers:
        Authorization: [Bearer {token}]
      timeout: 2s
      threshold: 10
      backoff: 5s
      ignoredmediatypes:
        - application/octet-stream"
        ),
        ReporterKind::Harbor => format!(
            "In Harbor, in each project, under Webhooks, a new one:
  Notify type   HTTP
  Event type    Artifact pulled, Artifact pushed
  Payload       CloudEvents (only these have names, by which a repeated one is known)
  Endpoint URL  {base}/events/harbor
  Auth header   Bearer {token}
The token is shown here once."
        ),
    }
}
