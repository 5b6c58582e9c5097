//! Who is in, over HTTP. Open to everybody.

use crate::{
    directory::order,
    http::{
        open,
        refusal::{Asked, Refusal},
    },
    service::Service,
};
use api::{
    Problem, ProblemKind,
    directory::{Directory, MOST, Order, USUAL},
};
use axum::{extract::State, http::HeaderMap, response::Response};
use directory::Question;
use program::category::Category;
use serde::Deserialize;
use utoipa::IntoParams;

/// Most namespaces that are left out before the first one that is listed.
const MOST_SKIPPED: u32 = 1_000_000;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DirectoryQuery {
    /// Words that all have to stand in the name, the description or a repository; of more than
    /// 200 characters or eight words, the first ones.
    #[serde(default)]
    words: String,
    /// Those that are not sponsored, too.
    #[serde(default)]
    all: bool,
    /// Only those of a category.
    category: Option<Category>,
    /// In which order.
    #[serde(default)]
    order: Order,
    /// How many to leave out.
    #[serde(default)]
    #[param(maximum = 1_000_000)]
    skip: u32,
    /// How many to list.
    #[param(maximum = 500)]
    most: Option<u32>,
}

/// Who is in
#[utoipa::path(get, path = "/api/v1/directory", params(DirectoryQuery), responses(
    (status = 200, body = Directory),
    (status = 400, body = Problem),
    (status = 422, body = Problem, description = "More than is listed at once")
))]
pub async fn directory(
    State(service): State<Service>,
    headers: HeaderMap,
    Asked(query): Asked<DirectoryQuery>,
) -> Result<Response, Refusal> {
    let most = query.most.map_or(USUAL, |most| most as usize);
    within("skip", query.skip as usize, MOST_SKIPPED as usize)?;
    within("most", most, MOST)?;
    let answer = service
        .search(Question {
            words: query.words,
            sponsored_only: !query.all,
            category: query.category.map(|category| category.id().to_owned()),
            order: order(query.order),
            skip: query.skip as usize,
            most,
        })
        .await?;
    Ok(open::json(&answer, &headers))
}

fn within(name: &str, given: usize, most: usize) -> Result<(), Refusal> {
    if given <= most {
        return Ok(());
    }
    Err(Refusal(Problem::new(
        ProblemKind::Fields,
        format!("{name} goes up to {most}, and {given} was asked for."),
    )))
}
