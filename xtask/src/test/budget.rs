//! Bytes before a page is interactive, compressed as they travel, against what
//! is allowed. The files are read from the built pages themselves.

use super::Count;
use crate::{
    build::{self, Splitting},
    failure::{Failure, Outcome},
    files,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// A page and how many bytes it may load, brotli 11: HTML, style, scripts and wasm together.
const BUDGETS: [Budget; 2] = [
    Budget {
        page: "index.html",
        path: "/",
        bytes: 130_000,
        with_workers: false,
    },
    // The workers start when the page stands, before any file; it is nothing without them.
    Budget {
        page: "insights/index.html",
        path: "/insights",
        bytes: 220_000,
        with_workers: true,
    },
];

struct Budget {
    page: &'static str,
    path: &'static str,
    bytes: u64,
    with_workers: bool,
}

/// What the workbench loads by itself once it is interactive: what draws, and what the workers
/// need after the first picture. Marks of what was pushed took it past 310 KB; a view that stands
/// before its rows are here, and files of whole weeks and months, past 320.
const AFTERWARDS: u64 = 325_000;

/// Prints what each page loads; one check a page, and one for what follows.
pub fn run() -> Outcome<Count> {
    let dist = build::build(Splitting::On)?;
    let mut count = Count::default();
    for budget in &BUDGETS {
        let html = files::read(&dist.join(budget.page))?;
        let mut loaded = referenced(&html);
        if budget.with_workers {
            loaded.extend(workers(&html));
        }
        let mut all = BTreeSet::from([budget.page.to_owned()]);
        while let Some(file) = loaded.pop() {
            if all.insert(file.clone()) {
                loaded.extend(next_to(&dist, &file)?);
            }
        }
        println!("{}", budget.path);
        let mut total = 0;
        for file in &all {
            let size = travels(&dist, file)?;
            total += size;
            println!("  {:>7.1} KB  {file}", size as f64 / 1000.0);
        }
        let is_within = total <= budget.bytes;
        println!(
            "  {:>7.1} KB  together; at most {} KB: {}",
            total as f64 / 1000.0,
            budget.bytes / 1000,
            if is_within { "within" } else { "TOO MUCH" }
        );
        count += Count::one(is_within);
    }
    let mut later = 0;
    println!("/insights, by itself after that");
    for path in files::below(&dist) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_drawn_with = name.starts_with("split-") && name.ends_with(".wasm");
        let is_style = name.starts_with("style-") && name.ends_with(".css");
        if is_drawn_with || is_style {
            let size = travels(&dist, &path.to_string_lossy())?;
            later += size;
            println!("  {:>7.1} KB  {name}", size as f64 / 1000.0);
        }
    }
    let is_within = later <= AFTERWARDS;
    println!(
        "  {:>7.1} KB  together; at most {} KB: {}",
        later as f64 / 1000.0,
        AFTERWARDS / 1000,
        if is_within { "within" } else { "TOO MUCH" }
    );
    count += Count::one(is_within);
    Ok(count)
}

/// What a page's tags load: styles, scripts, preloads. Icon and manifest do not hold it up.
fn referenced(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in html
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
    {
        let is_loaded = [
            "rel=\"stylesheet\"",
            "rel=\"modulepreload\"",
            "rel=\"preload\"",
        ]
        .iter()
        .any(|relation| tag.contains(relation));
        let key = if tag.starts_with("script") {
            "src=\""
        } else {
            "href=\""
        };
        if (is_loaded || tag.starts_with("script"))
            && let Some(address) = value(tag, key)
        {
            found.push(address.trim_start_matches('/').to_owned());
        }
    }
    found
}

/// The workers that a page may start.
fn workers(html: &str) -> Vec<String> {
    html.split("<meta name=\"")
        .skip(1)
        .filter(|rest| rest.split('"').next() == Some("pulls-worker"))
        .filter_map(|rest| value(rest, "content=\""))
        .map(|address| address.trim_start_matches('/').to_owned())
        .collect()
}

/// What comes with a file: a worker's wasm, scripts that a script imports.
fn next_to(dist: &Path, file: &str) -> Outcome<Vec<String>> {
    if !file.ends_with(".js") {
        return Ok(Vec::new());
    }
    let script = files::read(&dist.join(file))?;
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let place = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let mut found: Vec<String> = script
        .split("from \"./")
        .chain(script.split("from './"))
        .skip(1)
        .filter_map(|rest| rest.split(['"', '\'']).next())
        .map(place)
        .filter(|path| dist.join(path).is_file())
        .collect();
    let own = format!("{}_bg.wasm", file.trim_end_matches(".js"));
    if dist.join(&own).is_file() {
        found.push(own);
    }
    Ok(found)
}

fn value<'a>(tag: &'a str, key: &str) -> Option<&'a str> {
    tag.split_once(key)?.1.split('"').next()
}

/// The bytes of the brotli copy, or of the file where there is none.
fn travels(dist: &Path, file: &str) -> Outcome<u64> {
    let copy: PathBuf = dist.join(format!("{file}.br"));
    let path = if copy.is_file() {
        copy
    } else {
        dist.join(file)
    };
    std::fs::metadata(&path)
        .map(|about| about.len())
        .map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::{referenced, workers};

    #[test]
    fn what_a_page_loads_is_found() {
        let html = "<link rel=\"icon\" href=\"/i.svg\"><link rel=\"stylesheet\" href=\"/s.css\"><link rel=\"preload\" href=\"/a.wasm\" as=\"fetch\"><script src=\"/t.js\"></script><script>let x;</script><a href=\"/insights\">x</a><meta name=\"pulls-worker\" content=\"/w/w.js\"><meta name=\"gunzip-worker\" content=\"/g/g.js\">";
        assert_eq!(referenced(html), ["s.css", "a.wasm", "t.js"]);
        assert_eq!(workers(html), ["w/w.js"]);
    }
}
