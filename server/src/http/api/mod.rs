//! The API. Each route stands beside its part of the OpenAPI document, and the
//! document is made from the routes.

mod applications;
mod program;
mod review;
mod session;

use super::{origin, refusal::Refusal};
use crate::service::Service;
use api::{ProblemKind, paths};
use axum::{Json, Router, middleware, response::IntoResponse, routing::get};
use std::sync::Arc;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes below [`paths::BASE`].
pub fn router(service: Service) -> Router {
    let (router, document) = described().split_for_parts();
    let document = Arc::new(document);
    router
        .route(
            paths::OPENAPI,
            get(move || {
                let document = Arc::clone(&document);
                async move { Json(OpenApi::clone(&document)) }
            }),
        )
        .route(
            &format!("{}/{{*rest}}", paths::BASE),
            axum::routing::any(nothing),
        )
        .layer(middleware::from_fn_with_state(
            service.clone(),
            origin::guard,
        ))
        .with_state(service)
}

/// The document that [`router`] serves.
pub fn document() -> OpenApi {
    described().split_for_parts().1
}

fn described() -> OpenApiRouter<Service> {
    let info = InfoBuilder::new()
        .title("Docker-Sponsored Open Source Program")
        .description(Some(
            "Applications to the program. Times are in UTC. Refusals are problem details (RFC 9457).",
        ))
        .version("1")
        .build();
    OpenApiRouter::with_openapi(OpenApiBuilder::new().info(info).build())
        .routes(routes!(program::program))
        .routes(routes!(program::namespace))
        .routes(routes!(program::source))
        .routes(routes!(session::ask))
        .routes(routes!(session::give))
        .routes(routes!(session::leave))
        .routes(routes!(session::me))
        .routes(routes!(review::queue))
        .routes(routes!(review::case))
        .routes(routes!(review::begin))
        .routes(routes!(review::check))
        .routes(routes!(review::marks))
        .routes(routes!(review::preview))
        .routes(routes!(review::decide))
        .routes(routes!(review::proof))
        .routes(routes!(review::note))
        .routes(routes!(applications::send))
        .routes(routes!(applications::read, applications::amend))
        .routes(routes!(applications::withdraw))
        .routes(routes!(applications::control))
}

async fn nothing() -> impl IntoResponse {
    Refusal::new(
        ProblemKind::NotFound,
        "The API has no such path. See /api/v1/openapi.json.",
    )
}
