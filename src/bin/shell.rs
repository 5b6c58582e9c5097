//! Writes the static shells: for each page what the app renders for it, natively,
//! so that text paints before the wasm is there and is there without JavaScript.
//!
//! `dsos-shell OUTDIR` writes `NAME.head.html` and `NAME.body.html` for each page
//! and `routes.txt` with a line `path<TAB>name<TAB>part` for each: which wasm part it loads beside
//! the app, none if empty; `*` is any other path.

use dsos::{App, routes::Route};
use leptos::prelude::*;
use leptos_router::location::RequestUrl;
use std::{env, fs, io, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let Some(out) = env::args_os().nth(1) else {
        eprintln!("usage: dsos-shell OUTDIR");
        return ExitCode::from(2);
    };
    match write_all(Path::new(&out)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dsos-shell: {}: {error}", Path::new(&out).display());
            ExitCode::FAILURE
        }
    }
}

fn write_all(out: &Path) -> io::Result<()> {
    fs::create_dir_all(out)?;
    let mut table = String::new();
    for route in Route::ALL {
        let name = route.shell_name();
        fs::write(out.join(format!("{name}.head.html")), head(route))?;
        fs::write(out.join(format!("{name}.body.html")), body(route))?;
        table.push_str(&format!(
            "{}\t{name}\t{}\n",
            route.shell_path(),
            route.part()
        ));
    }
    fs::write(out.join("routes.txt"), table)
}

/// Title, description, what a link preview shows, and what a crawler is told
/// about the page's subject.
fn head(route: Route) -> String {
    let (title, description) = (escaped(&route.title()), escaped(route.description()));
    let mut head = format!(
        "<title>{title}</title>\n\
         <meta name=\"description\" content=\"{description}\">\n\
         <meta property=\"og:type\" content=\"website\">\n\
         <meta property=\"og:site_name\" content=\"{site}\">\n\
         <meta property=\"og:title\" content=\"{title}\">\n\
         <meta property=\"og:description\" content=\"{description}\">\n",
        site = escaped(program::NAME),
    );
    match route {
        Route::Program => head.push_str(&format!(
            "<script type=\"application/ld+json\">{}</script>\n",
            structured(route)
        )),
        Route::Explore
        | Route::Namespace
        | Route::Verify
        | Route::Insights
        | Route::Apply
        | Route::SignIn
        | Route::Privacy => {}
        // An application is its applicant's, and so is what somebody has here.
        Route::Application
        | Route::Review
        | Route::Registries
        | Route::Account
        | Route::Pulls
        | Route::Membership
        | Route::NotFound => head.push_str("<meta name=\"robots\" content=\"noindex\">\n"),
    }
    head
}

/// The page's subject as JSON-LD. Names are ours and hold nothing to escape but
/// what JSON asks for.
fn structured(route: Route) -> String {
    format!(
        "{{\"@context\":\"https://schema.org\",\"@type\":\"WebSite\",\"name\":\"{}\",\"description\":\"{}\"}}",
        json_escaped(program::NAME),
        json_escaped(route.description()),
    )
}

/// What the app renders for the page. Markers that only matter to hydration,
/// which this app does not do, are left out.
fn body(route: Route) -> String {
    let path = match route {
        Route::NotFound => "/not-found",
        Route::Application => "/applications/any",
        other => other.shell_path(),
    };
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(RequestUrl::new(path));
        App().to_html()
    });
    without_markers(&html)
}

/// `html` without `<!>` and comments; the app's own text has neither.
fn without_markers(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<!") {
        kept.push_str(&rest[..at]);
        let end = if rest[at..].starts_with("<!--") {
            "-->"
        } else {
            ">"
        };
        rest = rest[at..].split_once(end).map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

fn json_escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_has_its_heading_and_no_markers() {
        for route in Route::ALL {
            let body = body(route);
            assert_eq!(body.matches("<h1").count(), 1, "{route:?}");
            assert!(!body.contains("<!"), "{route:?}");
            assert!(!body.contains(" style="), "{route:?}");
            assert!(body.contains("id=\"main\""), "{route:?}");
        }
    }

    #[test]
    fn markers_go_and_text_stays() {
        assert_eq!(
            without_markers("<p>a<!>b<!--<() />-->c<!---->d</p>"),
            "<p>abcd</p>"
        );
        assert_eq!(without_markers("<p>plain</p>"), "<p>plain</p>");
    }

    #[test]
    fn each_head_names_its_page() {
        for route in Route::ALL {
            assert!(head(route).contains(&escaped(&route.title())));
        }
    }
}
