//! The finished site: one HTML file a page, the style sheet, the public files,
//! what the app is made of, and a compressed copy beside each.

use super::{app::set_meta, pack, scripts, styles};
use crate::{
    failure::{About, Failure, Outcome},
    files, paths,
};
use std::{fs, path::Path};

/// Where a page's own head goes.
const HEAD: &str = "<!--head-->";
/// Where its static text goes.
const SHELL: &str = "<!--shell-->";
/// The script that sets the theme before the first paint; written into the page.
const THEME: &str = "<script src=\"/theme.js\"></script>";
/// Where a page's own style goes.
const OWN_STYLE: &str = "<!--style-->";
/// What the pages in a part of the app have beside the sheets that every page has: folders of
/// `style/`. They are written into those pages.
const OWN_SHEETS: [(&str, &[&str]); 5] = [
    ("program", &["chart", "program", "story", "table", "print"]),
    ("insights", &["insights"]),
    ("bench", &["insights"]),
    (
        "directory",
        &["directory", "verify", "story", "switch", "table", "print"],
    ),
    (
        "service",
        &["choice", "service", "story", "switch", "print"],
    ),
];
/// What the app fetches when it starts, for the page that the reader goes to next and for what
/// appears once a file is open. Pages of the service are always loaded anew.
const LATER_SHEETS: [&str; 11] = [
    "chart",
    "choice",
    "directory",
    "insights",
    "opened",
    "program",
    "story",
    "switch",
    "table",
    "verify",
    "print",
];
/// The style sheet as index.html names it. It is written into each page: the first
/// paint waits for one answer, not for two.
const STYLE: &str = "<link rel=\"stylesheet\" href=\"/style.css\">";

/// A page, as the shell writer lists it.
#[derive(Debug, PartialEq, Eq)]
pub struct Shell {
    /// Its path, `*` for any other.
    pub path: String,
    /// The name of its text.
    pub name: String,
    /// The wasm part that it is in; empty where the app itself shows it.
    pub part: String,
}

impl Shell {
    /// The file that answers for it.
    pub fn file(&self) -> String {
        match self.path.trim_matches('/') {
            "" => "index.html".to_owned(),
            "*" => "404.html".to_owned(),
            path => format!("{path}/index.html"),
        }
    }
}

/// The pages that are listed in `routes.txt`.
pub fn shells(routes: &str) -> Vec<Shell> {
    routes
        .lines()
        .filter_map(|line| {
            let mut parts = line.split('\t').map(str::to_owned);
            Some(Shell {
                path: parts.next()?,
                name: parts.next()?,
                part: parts.next()?,
            })
        })
        .collect()
}

/// Puts everything into `dist`.
pub fn compose(app: &Path, shells_folder: &Path, dist: &Path) -> Outcome<()> {
    let partial = dist.with_extension("partial");
    files::remove(&partial)?;
    let root = paths::root();
    for (from, skip) in [(app.join("files"), ""), (root.join("public"), "theme.js")] {
        for path in files::below(&from) {
            let name = path.strip_prefix(&from).unwrap_or(&path);
            if name != Path::new(skip) {
                files::copy(&path, &partial.join(name))?;
            }
        }
    }
    let style = root.join("style");
    let sheet = style_element(&styles::bundle(&style)?)?;
    let later = sheets(&style, &LATER_SHEETS)?;
    let later_name = format!("style-{}.css", files::short_digest(later.as_bytes()));
    files::write(&partial.join(&later_name), later)?;

    let theme = files::read(&root.join("public").join("theme.js"))?;
    let mut page = files::read(&app.join("page.html"))?;
    for needed in [HEAD, SHELL, THEME, STYLE] {
        if !page.contains(needed) {
            return Err(Failure::new(format!("index.html has no {needed}")));
        }
    }
    page = page.replace(THEME, &format!("<script>\n{theme}</script>"));
    page = page.replace(STYLE, &format!("{sheet}{OWN_STYLE}"));
    page = set_meta(&page, "style-later", &format!("/{later_name}"))?;
    page = without_remarks(&fetches_first(&page)?);

    let table = files::read(&app.join("parts.txt"))?;
    let mut pages = Vec::new();
    for shell in shells(&files::read(&shells_folder.join("routes.txt"))?) {
        let text =
            |kind: &str| files::read(&shells_folder.join(format!("{}.{kind}.html", shell.name)));
        let head = format!(
            "{}{}",
            text("head")?.trim_end(),
            preloads(&table, &shell.part)
        );
        let own_sheets = OWN_SHEETS
            .iter()
            .filter(|(part, _)| *part == shell.part)
            .flat_map(|(_, folders)| *folders);
        let own_sheet = style_element(&sheets(&style, own_sheets)?)?;
        let html = page
            .replace(OWN_STYLE, &own_sheet)
            .replace(HEAD, &head)
            .replace(SHELL, text("body")?.trim_end());
        pages.push((shell.file(), html));
    }
    if pages.is_empty() {
        return Err(Failure::new(
            "There is no page: dsos-shell wrote an empty routes.txt.",
        ));
    }
    // The build is named by what it serves.
    let mut everything = String::new();
    for (file, html) in &pages {
        everything.push_str(file);
        everything.push_str(html);
    }
    let build = files::short_digest(everything.as_bytes());
    for (file, html) in pages {
        files::write(&partial.join(file), set_meta(&html, "build", &build)?)?;
    }
    files::write(
        &partial.join("build.json"),
        format!("{{\"build\":\"{build}\"}}\n"),
    )?;
    pack::compress(&partial)?;
    files::remove(dist)?;
    fs::rename(&partial, dist).about(dist)
}

/// The sheets of some folders of `style`, one after the other; their layers decide what wins.
fn sheets<'a>(style: &Path, folders: impl IntoIterator<Item = &'a &'a str>) -> Outcome<String> {
    let mut together = String::new();
    for folder in folders {
        together.push_str(&styles::bundle(&style.join(folder))?);
    }
    Ok(together)
}

/// A sheet as an element; nothing for nothing.
fn style_element(sheet: &str) -> Outcome<String> {
    if sheet.contains("</") {
        return Err(Failure::new(
            "A sheet in style/ holds `</`, which would end the style element.",
        ));
    }
    Ok(if sheet.is_empty() {
        String::new()
    } else {
        format!("<style>{sheet}</style>")
    })
}

/// The page, whose scripts stand in it, without what only people read. What is filled in later is
/// named in comments without blanks.
fn without_remarks(page: &str) -> String {
    scripts::shortened(page)
        .lines()
        .filter(|line| !(line.starts_with("<!-- ") && line.find("-->") == Some(line.len() - 3)))
        .flat_map(|line| [line, "\n"])
        .collect()
}

/// The page with the lines that fetch the app before all others: they are found sooner by as long
/// as the style takes to arrive. The wasm file is the first, since it takes the longest.
fn fetches_first(page: &str) -> Outcome<String> {
    let is_fetch = |line: &&str| {
        line.starts_with("<link rel=\"preload\"") || line.starts_with("<link rel=\"modulepreload\"")
    };
    let mut fetches: Vec<&str> = page.lines().filter(is_fetch).collect();
    fetches.sort_by_key(|line| line.contains("modulepreload"));
    let rest: Vec<&str> = page.lines().filter(|line| !is_fetch(line)).collect();
    let rest = rest.join("\n");
    let before = rest
        .find(HEAD)
        .ok_or_else(|| Failure::new(format!("index.html has no {HEAD}")))?;
    Ok(format!(
        "{}{}\n{}",
        &rest[..before],
        fetches.join("\n"),
        &rest[before..]
    ))
}

/// Lines that fetch the page's own parts at once, rather than when the app asks. A part's split
/// point is called after it: `ProgramPart` for `program`, `bench_part` for `bench`.
fn preloads(table: &str, part: &str) -> String {
    let point = format!("_{part}_part_");
    let mut lines = String::new();
    for line in table.lines().filter(|line| line.contains(&point)) {
        for file in line.split('\t').skip(1).filter(|file| !file.is_empty()) {
            lines.push_str(&format!(
                "\n<link rel=\"preload\" href=\"/{file}\" as=\"fetch\" type=\"application/wasm\" crossorigin>"
            ));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Shell, fetches_first, preloads, shells, without_remarks};

    #[test]
    fn the_app_is_fetched_before_the_style_is_there() {
        let page = "<head>\n<!--head-->\n<style>a</style>\n<link rel=\"modulepreload\" href=\"/a.js\">\n<link rel=\"preload\" href=\"/a.wasm\">\n</head>";
        assert_eq!(
            fetches_first(page).unwrap(),
            "<head>\n<link rel=\"preload\" href=\"/a.wasm\">\n<link rel=\"modulepreload\" href=\"/a.js\">\n<!--head-->\n<style>a</style>\n</head>"
        );
    }

    #[test]
    fn remarks_go_and_places_stay() {
        let page =
            "<head>\n<!--head-->\n<!-- why -->\n<script>\n// how\nboot();\n</script>\n</head>\n";
        assert_eq!(
            without_remarks(page),
            "<head>\n<!--head-->\n<script>\nboot();\n</script>\n</head>\n"
        );
    }

    #[test]
    fn each_page_has_its_file() {
        let listed = shells("/\tprogram\tprogram\n/insights\tinsights\tinsights\n*\tnot-found\t\n");
        let listed_files: Vec<_> = listed.iter().map(Shell::file).collect();
        assert_eq!(
            listed_files,
            ["index.html", "insights/index.html", "404.html"]
        );
    }

    #[test]
    fn a_page_preloads_its_own_parts_only() {
        let table = "__wasm_split_load___program_part_view_1\ta.wasm\tshared.wasm\n__wasm_split_load___insights_part_view_2\tb.wasm\n";
        let lines = preloads(table, "program");
        assert!(
            lines.contains("/a.wasm")
                && lines.contains("/shared.wasm")
                && !lines.contains("/b.wasm")
        );
        assert_eq!(preloads(table, ""), "");
    }
}
