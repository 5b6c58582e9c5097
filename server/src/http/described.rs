//! Pages about something that the server knows: they come with their own title, description,
//! link preview and structured data, with what they are about as text for whoever runs no
//! scripts, and with the answer that the app would ask for first.

use super::{
    answer,
    api::unknown_namespace,
    open,
    site::{Asset, Site},
};
use crate::{service::Service, store::StoreError};
use api::{
    directory::{Directory, USUAL},
    paths,
    profile::NamespacePage,
};
use axum::{
    http::{HeaderMap, StatusCode, Uri, header},
    response::Response,
};
use directory::Question;
use program::{
    NAME,
    addresses::{self, NAMESPACES, VERIFY, below},
    namespace::Namespace,
    sponsorship::Sponsorship,
    wording::{Plain, Wording},
};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The shells, by the folder that they stand in.
const NAMESPACE: &str = "/n/_";
pub(super) const EXPLORE: &str = "/explore";

/// What is said of a page in its head and below it.
#[derive(Debug, Default)]
struct Described {
    /// Its title, without the name of the program.
    title: String,
    description: String,
    /// Its one address, without the site.
    path: String,
    /// A picture for link previews, without the site.
    picture: Option<String>,
    /// What it is about, for machines (schema.org).
    data: Value,
    /// The same as text, in HTML that was escaped.
    text: String,
    /// Whether there is nothing to be found under it.
    is_empty: bool,
    /// What the app asks first, answered: the path of the API, with `answer` or `problem`.
    first: Option<Value>,
}

/// The page under a path, if it is one about something that the server knows.
pub async fn page(
    service: &Service,
    site: &Site,
    uri: &Uri,
    headers: &HeaderMap,
) -> Option<Response> {
    let path = uri.path();
    let (shell, found) = if path == EXPLORE {
        (EXPLORE, explore(service, uri.query().is_none()).await)
    } else if let Some(name) = below(NAMESPACES, path) {
        // Only the page itself; what is below it is the app’s.
        if name.contains('/') || name == "_" {
            return None;
        }
        (NAMESPACE, namespace(service, name).await)
    } else if let Some(name) = below(VERIFY, path) {
        // A slash at the end, of this path or of the page’s own, is taken away elsewhere.
        if name.is_empty() || name.contains('/') {
            return None;
        }
        (VERIFY, verify(service, name).await)
    } else {
        return None;
    };
    let asset = site.asset(shell)?;
    match found {
        Ok(Some((status, described))) => {
            let html = String::from_utf8_lossy(&asset.plain);
            let html = filled(&html, &described, &service.base_url);
            Some(sent(asset, html, status, headers))
        }
        // What is no namespace has no page.
        Ok(None) => site
            .missing()
            .map(|missing| answer::sent(missing, StatusCode::NOT_FOUND, headers)),
        // The app asks again, and says what it is told.
        Err(error) => {
            tracing::error!(%error, "a page could not be described");
            Some(answer::sent(asset, StatusCode::OK, headers))
        }
    }
}

type Found = Result<Option<(StatusCode, Described)>, StoreError>;

async fn namespace(service: &Service, name: &str) -> Found {
    let Ok(namespace) = Namespace::parse(name) else {
        return Ok(None);
    };
    // One address a namespace: blanks around a name are forgiven elsewhere.
    if namespace.as_str() != name {
        return Ok(None);
    }
    Ok(Some(match service.page(&namespace).await? {
        Some(page) => (StatusCode::OK, of_namespace(&page, &service.base_url)),
        None => (
            StatusCode::NOT_FOUND,
            Described {
                title: format!("{namespace} is not known"),
                description: format!(
                    "{namespace} is not in the program, and the registry lists nothing in it."
                ),
                path: addresses::page(name),
                first: Some(json!({
                    "path": paths::page(name),
                    "problem": unknown_namespace().0,
                })),
                ..Described::default()
            },
        ),
    }))
}

fn of_namespace(page: &NamespacePage, base_url: &str) -> Described {
    let name = if page.profile.name.is_empty() {
        &page.namespace
    } else {
        &page.profile.name
    };
    let mut standing = standing(&page.namespace, page.sponsorship);
    if let Some(new) = &page.renamed_to {
        standing = format!("{} is now called {new}. {standing}", page.namespace);
    }
    let said = page.profile.description.trim_end_matches('.');
    let description = if said.is_empty() {
        standing.clone()
    } else {
        format!("{said}. {standing}")
    };
    let url = format!("{base_url}{}", addresses::page(&page.namespace));
    let picture = page
        .logo
        .as_ref()
        .map(|version| paths::logo_picture(&page.namespace, version));
    let links: Vec<&String> = [&page.profile.website, &page.profile.source]
        .into_iter()
        .filter(|link| !link.is_empty())
        .collect();
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": name,
        "url": url,
        "description": description,
    });
    if !links.is_empty() {
        data["sameAs"] = json!(links);
    }
    if let Some(picture) = &picture {
        data["logo"] = json!(format!("{base_url}{picture}"));
    }
    if page.sponsorship.is_sponsored() {
        data["memberOf"] = json!({
            "@type": "ProgramMembership",
            "programName": NAME,
            "url": format!("{base_url}{}", addresses::verify(&page.namespace)),
        });
    }
    let mut text = format!(
        "<p><strong>{}</strong></p><p>{}</p>",
        escaped(name),
        escaped(&description)
    );
    if page.repository_count > 0 {
        let _ = write!(text, "<p>Repositories: {}</p><ul>", page.repository_count);
        for row in page.repositories.iter().take(200) {
            let image = format!("{}/{}", page.namespace, row.name);
            let _ = write!(text, "<li>{}", escaped(&image));
            if !row.description.is_empty() {
                let _ = write!(text, ": {}", escaped(&row.description));
            }
            text.push_str("</li>");
        }
        text.push_str("</ul>");
    }
    Described {
        title: name.clone(),
        description,
        path: addresses::page(&page.namespace),
        picture,
        data,
        text,
        is_empty: false,
        first: Some(json!({ "path": paths::page(&page.namespace), "answer": page })),
    }
}

/// Where a namespace is, in a sentence.
fn standing(namespace: &str, sponsorship: Sponsorship) -> String {
    match sponsorship {
        Sponsorship::Sponsored {
            since,
            until,
            grace: None,
        } => format!(
            "{namespace} is in the {NAME} until {}, and has been since {}.",
            Plain.day(until),
            Plain.day(since)
        ),
        Sponsorship::Sponsored {
            since,
            grace: Some(grace),
            ..
        } => format!(
            "{namespace} has been in the {NAME} since {}; the year is over, and everything holds until {}.",
            Plain.day(since),
            Plain.day(grace)
        ),
        Sponsorship::Lapsed { since } | Sponsorship::Ended { since } => {
            format!(
                "{namespace} has not been sponsored since {}.",
                Plain.day(since)
            )
        }
        Sponsorship::Never => format!("{namespace} is not sponsored."),
    }
}

async fn verify(service: &Service, name: &str) -> Found {
    let Ok(namespace) = Namespace::parse(name) else {
        return Ok(None);
    };
    if namespace.as_str() != name {
        return Ok(None);
    }
    let sponsorship = service.sponsorship(&namespace).await?;
    let standing = standing(name, sponsorship);
    let description =
        format!("{standing} Checked in your browser, against the program’s public keys.");
    Ok(Some((
        StatusCode::OK,
        Described {
            title: format!("Is the badge of {namespace} genuine?"),
            data: json!({
                "@context": "https://schema.org",
                "@type": "WebPage",
                "name": format!("Is the badge of {namespace} genuine?"),
                "url": format!("{}{}", service.base_url, addresses::verify(name)),
                "description": description,
            }),
            text: format!(
                "<p>{} Its credential, for any library that checks JSON Web Tokens: <a href=\"{credential}\">{credential}</a>, with the keys at <a href=\"{keys}\">{keys}</a>.</p>",
                escaped(&standing),
                credential = addresses::credential(name),
                keys = addresses::KEY_SET,
            ),
            description,
            is_empty: sponsorship == Sponsorship::Never,
            path: addresses::verify(name),
            ..Described::default()
        },
    )))
}

async fn explore(service: &Service, is_plain: bool) -> Found {
    let found = service
        .search(Question {
            sponsored_only: true,
            most: USUAL,
            ..Question::default()
        })
        .await?;
    Ok(Some((
        StatusCode::OK,
        of_directory(&found, is_plain, &service.base_url),
    )))
}

fn of_directory(found: &Directory, is_plain: bool, base_url: &str) -> Described {
    let description = match found.sponsored {
        0 => "Open source projects whose images anyone may pull without limits.".to_owned(),
        1 => "1 open source project whose images anyone may pull without limits.".to_owned(),
        count => {
            format!("{count} open source projects whose images anyone may pull without limits.")
        }
    };
    let mut text = format!("<p>{}</p><ul>", escaped(&description));
    let mut items = Vec::new();
    for (place, one) in found.namespaces.iter().enumerate() {
        let name = if one.name.is_empty() {
            &one.namespace
        } else {
            &one.name
        };
        let _ = write!(
            text,
            "<li><a href=\"{}\">{}</a>{}{}</li>",
            addresses::page(&one.namespace),
            escaped(name),
            if one.description.is_empty() { "" } else { ": " },
            escaped(&one.description)
        );
        items.push(json!({
            "@type": "ListItem",
            "position": place + 1,
            "name": name,
            "url": format!("{base_url}{}", addresses::page(&one.namespace)),
        }));
    }
    text.push_str("</ul>");
    let asked = paths::directory("", false, None, "best", 0, USUAL);
    Described {
        title: "Sponsored namespaces".to_owned(),
        data: json!({
            "@context": "https://schema.org",
            "@type": "ItemList",
            "name": format!("Sponsored namespaces of the {NAME}"),
            "numberOfItems": found.sponsored,
            "itemListElement": items,
        }),
        description,
        path: EXPLORE.to_owned(),
        picture: None,
        text,
        is_empty: false,
        // What is looked for is asked for by the app.
        first: is_plain.then(|| json!({ "path": asked, "answer": found })),
    }
}

/// A shell with what is said of this page. It is our own page, as the build wrote it: each of
/// these elements stands in it once, in one line.
fn filled(html: &str, described: &Described, base_url: &str) -> String {
    let title = escaped(&format!("{} · {NAME}", described.title));
    let description = escaped(&described.description);
    let mut head = String::new();
    let url = escaped(&format!("{base_url}{}", described.path));
    let _ = write!(
        head,
        "<link rel=\"canonical\" href=\"{url}\">\n<meta property=\"og:url\" content=\"{url}\">\n<meta name=\"twitter:card\" content=\"summary\">\n"
    );
    if let Some(picture) = &described.picture {
        let picture = escaped(&format!("{base_url}{picture}"));
        let _ = writeln!(head, "<meta property=\"og:image\" content=\"{picture}\">");
    }
    if described.is_empty {
        head.push_str("<meta name=\"robots\" content=\"noindex\">\n");
    }
    if !described.data.is_null() {
        let data = in_script(&described.data);
        let _ = writeln!(head, "<script type=\"application/ld+json\">{data}</script>");
    }
    if let Some(first) = &described.first {
        let first = in_script(first);
        let _ = writeln!(
            head,
            "<script type=\"application/json\" id=\"first-answer\">{first}</script>"
        );
    }
    head.push_str("</head>");
    let html = replaced(html, "<title>", "</title>", &title);
    let named = |html: String, before: &str, text: &str| replaced(&html, before, "\">", text);
    let html = named(html, "<meta name=\"description\" content=\"", &description);
    let html = named(html, "<meta property=\"og:title\" content=\"", &title);
    let html = named(
        html,
        "<meta property=\"og:description\" content=\"",
        &description,
    );
    let html = html.replacen("</head>", &head, 1);
    if described.text.is_empty() {
        return html;
    }
    let text = format!(
        "</noscript>\n<noscript><div class=\"wrap\">{}</div></noscript>",
        described.text
    );
    html.replacen("</noscript>", &text, 1)
}

/// `html` with other text between the first `before` and the `after` that follows.
fn replaced(html: &str, before: &str, after: &str, text: &str) -> String {
    let Some((start, rest)) = html.split_once(before) else {
        return html.to_owned();
    };
    let Some((_, end)) = rest.split_once(after) else {
        return html.to_owned();
    };
    format!("{start}{before}{text}{after}{end}")
}

/// Text in HTML or XML, between tags or in quotation marks.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// JSON that ends no script and begins none (HTML, “Restrictions for contents of script
/// elements”).
fn in_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

fn sent(asset: &Asset, html: String, status: StatusCode, headers: &HeaderMap) -> Response {
    let mut response = open::answer(html.into_bytes(), asset.media_type, status, headers);
    if let Some(policy) = &asset.policy {
        let fields = response.headers_mut();
        fields.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHELL: &str = "<head>\n<title>Old</title>\n<meta name=\"description\" content=\"Old.\">\n<meta property=\"og:title\" content=\"Old\">\n<meta property=\"og:description\" content=\"Old.\">\n</head><body><noscript>x</noscript></body>";

    #[test]
    fn what_others_wrote_stays_text() {
        let wild = "</title><script>alert(1)</script>\"&";
        let described = Described {
            title: wild.to_owned(),
            description: wild.to_owned(),
            path: "/n/kelp".to_owned(),
            data: json!({ "name": wild }),
            first: Some(json!({ "path": "/api", "answer": wild })),
            ..Described::default()
        };
        let html = filled(SHELL, &described, "https://hub.example");
        assert!(!html.contains("<script>alert"), "{html}");
        assert_eq!(html.matches("</title>").count(), 1);
        assert!(!html.contains("Old"), "{html}");
        assert!(html.contains("href=\"https://hub.example/n/kelp\""));
    }
}
