//! The API. Each route stands beside its part of the OpenAPI document, and the
//! document is made from the routes.

mod account;
mod applications;
mod directory;
mod membership;
mod profile;
mod program;
mod pull_settings;
mod pulls;
mod registries;
mod review;
mod session;
mod staff;
mod verify;

use super::{limits::Cost, origin, refusal::Refusal};
use crate::service::Service;
use api::{
    ProblemKind,
    paths::{self, KEY_HEADER},
};
use axum::{Json, Router, middleware, response::IntoResponse, routing::get};
pub(super) use profile::unknown as unknown_namespace;
use serde_json::{Value, json};
use session::{Cookie, is_secure};
pub(super) use session::{Reads, bearer};
use std::sync::Arc;
use utoipa::openapi::{
    Components, ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder,
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes below [`paths::BASE`].
pub fn router(service: Service) -> Router {
    let (router, document) = described(Some(&service)).split_for_parts();
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
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(
            service.clone(),
            origin::guard,
        ))
        .with_state(service)
}

/// The document that [`router`] serves over HTTPS.
pub fn document() -> Value {
    with_problems(&described(None).split_for_parts().1)
}

/// The document with the media type that refusals have.
pub(super) fn with_problems(document: &OpenApi) -> Value {
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
        // Whatever else is refused, such as more than the limits allow, reads the same.
        responses.insert(
            "default".to_owned(),
            json!({
                "description": "Any other refusal",
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
            }),
        );
        for (status, response) in responses {
            if !status.starts_with(['4', '5']) {
                continue;
            }
            if let Some(content) = response.get_mut("content").and_then(Value::as_object_mut)
                && content
                    .get("application/json")
                    .and_then(|json| json.pointer("/schema/$ref"))
                    .is_some_and(|shape| shape == "#/components/schemas/Problem")
                && let Some(schema) = content.remove("application/json")
            {
                content.insert("application/problem+json".to_owned(), schema);
            }
        }
    }
    value
}

/// What opens what is not open to everybody; each operation names those that open it.
fn schemes(is_secure: bool) -> Components {
    let session = Cookie::Session.name(is_secure);
    let session = ApiKeyValue::with_description(session, "Set by signing in on the page");
    let key = "From the link to an application that was mailed to whoever applied";
    let key = ApiKeyValue::with_description(KEY_HEADER, key);
    let token = "For scripts: made on the page of an account, for reading or for writing too";
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(token));
    ComponentsBuilder::new()
        .security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)))
        .security_scheme("token", SecurityScheme::Http(token.build()))
        .security_scheme(
            "applicationKey",
            SecurityScheme::ApiKey(ApiKey::Header(key)),
        )
        .build()
}

/// Every route with its part of the document, each under the limit for what it costs.
fn described(service: Option<&Service>) -> OpenApiRouter<Service> {
    let info = InfoBuilder::new()
        .title("Docker-Sponsored Open Source Program")
        .description(Some(
            "Applications to the program. Times are in UTC. Refusals are problem details (RFC 9457).",
        ))
        .version("1")
        .build();
    let ordinary = OpenApiRouter::new()
        .routes(routes!(program::program))
        .routes(routes!(session::leave))
        .routes(routes!(session::me))
        .routes(routes!(account::account))
        .routes(routes!(account::make_token))
        .routes(routes!(account::revoke_token))
        .routes(routes!(account::end_other_sessions))
        .routes(routes!(account::export))
        .routes(routes!(account::erase))
        .routes(routes!(account::join, account::decline))
        .routes(routes!(membership::membership))
        .routes(routes!(membership::calendar))
        .routes(routes!(membership::withdraw_invitation))
        .routes(routes!(membership::set_role, membership::remove_maintainer))
        .routes(routes!(review::queue))
        .routes(routes!(review::case))
        .routes(routes!(review::begin))
        .routes(routes!(review::marks))
        .routes(routes!(review::preview))
        .routes(routes!(review::decide))
        .routes(routes!(review::proof))
        .routes(routes!(review::note))
        .routes(routes!(staff::stuck_mails))
        .routes(routes!(staff::export_person))
        .routes(routes!(staff::erase_person))
        .routes(routes!(applications::read, applications::amend))
        .routes(routes!(applications::withdraw))
        .routes(routes!(directory::directory))
        .routes(routes!(profile::page))
        .routes(routes!(profile::repository))
        .routes(routes!(profile::profile, profile::write_profile))
        .routes(routes!(profile::write_page))
        .routes(routes!(profile::end))
        .routes(routes!(pulls::question))
        .routes(routes!(pull_settings::totals))
        .routes(routes!(
            pull_settings::settings,
            pull_settings::write_settings
        ))
        .routes(routes!(pulls::news))
        .routes(routes!(pulls::file))
        .routes(routes!(pulls::visitors))
        .routes(routes!(pulls::pushes))
        .routes(routes!(registries::registries, registries::add))
        .routes(routes!(registries::remove))
        .routes(routes!(registries::set_aside))
        .routes(routes!(registries::set_namespaces))
        .routes(routes!(registries::renew_token))
        .routes(routes!(verify::verifiable));
    let asking = OpenApiRouter::new()
        .routes(routes!(program::namespace))
        .routes(routes!(program::source))
        .routes(routes!(membership::renewable, membership::renew))
        .routes(routes!(review::check))
        .routes(routes!(applications::control));
    let sending = OpenApiRouter::new()
        .routes(routes!(applications::send))
        .routes(routes!(profile::put_logo, profile::remove_logo))
        .routes(routes!(membership::invite));
    let signing_in = OpenApiRouter::new()
        .routes(routes!(session::ask))
        .routes(routes!(session::give));
    let document = OpenApiBuilder::new()
        .info(info)
        .components(Some(schemes(service.is_none_or(is_secure))));
    let all = OpenApiRouter::with_openapi(document.build());
    [
        (Cost::Ordinary, ordinary),
        (Cost::Asking, asking),
        (Cost::Sending, sending),
        (Cost::SigningIn, signing_in),
    ]
    .into_iter()
    .fold(all, |all, (cost, part)| {
        match service.and_then(|service| service.client_limits.layer(cost)) {
            Some(layer) => all.merge(part.layer(layer)),
            None => all.merge(part),
        }
    })
}

async fn wrong_method() -> impl IntoResponse {
    Refusal::new(
        ProblemKind::WrongMethod,
        "What is under this address is asked for in another way. See /api/v1/openapi.json.",
    )
}

async fn nothing() -> impl IntoResponse {
    Refusal::new(
        ProblemKind::NotFound,
        "The API has no such path. See /api/v1/openapi.json.",
    )
}
