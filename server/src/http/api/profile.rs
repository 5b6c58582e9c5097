//! Pages of namespaces over HTTP: for everybody to read, for their maintainers to write.

use super::{
    applications::private,
    membership::named,
    session::{Reads, Writes},
};
use crate::{
    http::{
        open,
        refusal::{Body, Refusal, Segment},
    },
    service::Service,
};
use api::{
    Problem, ProblemKind,
    profile::{
        EndingRequest, NamespacePage, PageChange, ProfileChange, ProfileState, RepositoryDetails,
    },
};
use axum::{
    body::{Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use program::terms::LOGO_BYTES;
use std::time::Duration;
use tokio::time::timeout;

/// How long a picture may take to come in.
const PATIENCE: Duration = Duration::from_secs(60);

/// What stands where nothing is known of a namespace.
pub fn unknown() -> Refusal {
    Refusal::new(
        ProblemKind::NotFound,
        "Nothing is known of this namespace: it is not in the program, and the registry lists nothing in it.",
    )
}

/// What everybody sees of a namespace
#[utoipa::path(get, path = "/api/v1/namespaces/{name}/page", params(("name" = String, Path)),
    responses((status = 200, body = NamespacePage), (status = 404, body = Problem))
)]
pub async fn page(
    State(service): State<Service>,
    Segment(name): Segment<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let namespace = named(&name).map_err(|_| unknown())?;
    let page = service.page(&namespace).await?.ok_or_else(unknown)?;
    Ok(open::json(&page, &headers))
}

/// A repository with its tags
#[utoipa::path(get, path = "/api/v1/namespaces/{name}/repositories/{repository}",
    params(
        ("name" = String, Path),
        ("repository" = String, Path, description = "Without the namespace; a slash in it as %2F")
    ),
    responses((status = 200, body = RepositoryDetails), (status = 404, body = Problem))
)]
pub async fn repository(
    State(service): State<Service>,
    Segment((name, repository)): Segment<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let namespace = named(&name).map_err(|_| unknown())?;
    let details = service.repository(&namespace, repository).await?;
    let details = details.ok_or_else(Refusal::nothing)?;
    Ok(open::json(&details, &headers))
}

/// What is written of a namespace
#[utoipa::path(get, path = "/api/v1/namespaces/{name}/profile", params(("name" = String, Path)),
    security(("session" = []), ("token" = ["read"])),
    responses(
        (status = 200, body = ProfileState), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)
    )
)]
pub async fn profile(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment(name): Segment<String>,
) -> Result<impl IntoResponse, Refusal> {
    Ok(private(service.profile(&named(&name)?, &person).await?))
}

/// Write the profile of a namespace
#[utoipa::path(put, path = "/api/v1/namespaces/{name}/profile", params(("name" = String, Path)),
    request_body = ProfileChange,
    security(("session" = []), ("token" = ["write"])),
    responses(
        (status = 200, body = ProfileState), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "Somebody else was quicker"),
        (status = 413, body = Problem), (status = 422, body = Problem)
    )
)]
pub async fn write_profile(
    State(service): State<Service>,
    Writes(person): Writes,
    Segment(name): Segment<String>,
    body: Body<ProfileChange>,
) -> Result<impl IntoResponse, Refusal> {
    let namespace = named(&name)?;
    Ok(private(
        service
            .write_profile(&namespace, &person, body.value)
            .await?,
    ))
}

/// Write the page of a repository
#[utoipa::path(put, path = "/api/v1/namespaces/{name}/repositories/{repository}/page",
    params(
        ("name" = String, Path),
        ("repository" = String, Path, description = "Without the namespace; a slash in it as %2F")
    ),
    request_body = PageChange,
    security(("session" = []), ("token" = ["write"])),
    responses(
        (status = 200, body = ProfileState), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "Somebody else was quicker"),
        (status = 413, body = Problem), (status = 422, body = Problem)
    )
)]
pub async fn write_page(
    State(service): State<Service>,
    Writes(person): Writes,
    Segment((name, repository)): Segment<(String, String)>,
    body: Body<PageChange>,
) -> Result<impl IntoResponse, Refusal> {
    let namespace = named(&name)?;
    Ok(private(
        service
            .write_page(&namespace, &person, repository, body.value)
            .await?,
    ))
}

/// Give a namespace a logo
///
/// A JPEG or PNG of 120 to 1,000 pixels a side and up to 5 MB. It is cut to a square and
/// written anew. The answer is its version.
#[utoipa::path(put, path = "/api/v1/namespaces/{name}/logo", params(("name" = String, Path)),
    request_body(content(("image/png"), ("image/jpeg"))),
    security(("session" = []), ("token" = ["write"])),
    responses(
        (status = 200, body = String), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem),
        (status = 422, body = Problem, description = "Not such a picture")
    )
)]
pub async fn put_logo(
    State(service): State<Service>,
    Writes(person): Writes,
    Segment(name): Segment<String>,
    request: Request,
) -> Result<impl IntoResponse, Refusal> {
    let namespace = named(&name)?;
    let file = picture(request).await?;
    Ok(private(service.put_logo(&namespace, &person, file).await?))
}

async fn picture(request: Request) -> Result<Bytes, Refusal> {
    // One byte more than fits, so that what is too long is told from what just fits.
    let read = timeout(
        PATIENCE,
        to_bytes(request.into_body(), LOGO_BYTES as usize + 1),
    );
    match read.await {
        Ok(Ok(file)) => Ok(file),
        Ok(Err(_)) => Err(Refusal(Problem::new(
            ProblemKind::TooLong,
            format!(
                "The file is too long. Up to {} MB fit.",
                LOGO_BYTES / 1_000_000
            ),
        ))),
        Err(_) => Err(Refusal::new(
            ProblemKind::Malformed,
            "The rest of the file did not come in time. Send it again.",
        )),
    }
}

/// Take the logo of a namespace away
#[utoipa::path(delete, path = "/api/v1/namespaces/{name}/logo", params(("name" = String, Path)),
    security(("session" = []), ("token" = ["write"])),
    responses(
        (status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)
    )
)]
pub async fn remove_logo(
    State(service): State<Service>,
    Writes(person): Writes,
    Segment(name): Segment<String>,
) -> Result<StatusCode, Refusal> {
    service.remove_logo(&named(&name)?, &person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End a membership before its time
///
/// Badge and perks end at once, and its credential is taken back. For its owners, who leave, and
/// for the people who run the program, who give a reason.
#[utoipa::path(post, path = "/api/v1/namespaces/{name}/ending", params(("name" = String, Path)),
    request_body = EndingRequest,
    security(("session" = [])),
    responses(
        (status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem),
        (status = 422, body = Problem, description = "The name is another one, or the reason is missing or too long")
    )
)]
pub async fn end(
    State(service): State<Service>,
    signed_in: super::session::SignedIn,
    Segment(name): Segment<String>,
    body: Body<EndingRequest>,
) -> Result<StatusCode, Refusal> {
    let namespace = named(&name)?;
    if body.value.namespace.trim() != namespace.as_str() {
        return Err(Refusal(Problem::new(
            ProblemKind::Fields,
            format!("Write the name of the namespace to be sure: {namespace}."),
        )));
    }
    let (person, reason) = (signed_in.person, body.value.reason);
    service.end_membership(&namespace, &person, &reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
