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
use serde_json::Value;
use std::sync::Arc;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes below [`paths::BASE`].
pub fn router(service: Service) -> Router {
    let (router, document) = described().split_for_parts();
    let document = Arc::new(with_problems(&document));
    router
        .route(
            paths::OPENAPI,
            get(move || {
                let document = Arc::clone(&document);
                async move { Json(Value::clone(&document)) }
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
pub fn document() -> Value {
    with_problems(&described().split_for_parts().1)
}

/// The document with the media type that refusals have.
fn with_problems(document: &OpenApi) -> Value {
    // Both cannot fail: the document is made of names and numbers.
    let mut value = serde_json::to_value(document).unwrap_or_default();
    let operations = value
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(|paths| paths.values_mut())
        .filter_map(Value::as_object_mut)
        .flat_map(|path| path.values_mut());
    for operation in operations {
        let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        for (status, response) in responses {
            if !status.starts_with(['4', '5']) {
                continue;
            }
            if let Some(content) = response.get_mut("content").and_then(Value::as_object_mut)
                && let Some(schema) = content.remove("application/json")
            {
                content.insert("application/problem+json".to_owned(), schema);
            }
        }
    }
    value
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
