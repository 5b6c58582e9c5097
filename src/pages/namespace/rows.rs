//! A repository in the table: a line, and below it what it opens to.

use super::repository::Opened;
use crate::components::{copy_button::CopyButton, words::Local};
use crate::platform::intl;
use ::api::profile::{NamespacePage, RepositoryRow};
use leptos::prelude::*;
use program::wording::Wording;

/// The line, and what it opens to.
#[component]
pub fn Row(row: RepositoryRow, page: StoredValue<NamespacePage>) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let (namespace, host) =
        page.with_value(|page| (page.namespace.clone(), page.registry.host.clone()));
    let full = [&namespace, "/", &row.name].concat();
    let pull = (row.tags > 0).then(|| {
        let image = match &row.pull_tag {
            Some(tag) => [&full, ":", tag].concat(),
            None => full.clone(),
        };
        pull_command(host.as_deref(), &image)
    });
    let id = format!("repository-{}", row.name);
    let description = if row.description.is_empty() {
        "No description yet".to_owned()
    } else {
        row.description
    };
    let name = StoredValue::new(row.name);
    let opened_id = id.clone();
    let opened = move || {
        is_open.get().then(|| {
            view! {
                <tr class="opened-row" id=opened_id.clone()>
                    <td colspan="4">
                        <Opened
                            namespace=namespace.clone()
                            host=host.clone()
                            name=name.get_value()
                        />
                    </td>
                </tr>
            }
        })
    };
    view! {
        <tr>
            <th scope="row" class="repo">
                <button
                    type="button"
                    aria-expanded=move || if is_open.get() { "true" } else { "false" }
                    aria-controls=move || is_open.get().then(|| id.clone())
                    on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
                >
                    {full}
                </button>
                <small>{description}</small>
            </th>
            <td class="n extra">{row.pushed_at.map(|at| Local.day(at.date_naive()))}</td>
            <td class="n extra">{intl::number(row.tags)}</td>
            <td class="n">
                {pull
                    .map(|pull| view! { <CopyButton text=pull.clone() what=pull word="Copy pull" /> })}
            </td>
        </tr>
        {opened}
    }
    .into_any()
}

/// What pulls an image: `name` is that of a repository with its namespace, and with a tag if one
/// is meant.
pub fn pull_command(host: Option<&str>, name: &str) -> String {
    match host {
        Some(host) => ["docker pull ", host, "/", name].concat(),
        None => ["docker pull ", name].concat(),
    }
}
