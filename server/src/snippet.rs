//! What goes into the configuration of a registry so that it reports here.

use crate::store::reporters::ReporterKind;
use program::addresses::{DISTRIBUTION_EVENTS, HARBOR_EVENTS};

/// The token, and where it goes. `base_url` is where the registry reaches this server.
pub fn of(kind: ReporterKind, token: &str, base_url: &str) -> String {
    match kind {
        ReporterKind::Distribution => format!(
            "# Into the configuration of the registry (CNCF Distribution), at its outermost level.
# The token is shown here once.
notifications:
  endpoints:
    - name: dsos
      url: {base_url}{DISTRIBUTION_EVENTS}
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
  Endpoint URL  {base_url}{HARBOR_EVENTS}
  Auth header   Bearer {token}
The token is shown here once."
        ),
    }
}
