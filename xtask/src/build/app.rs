//! The app and its workers: Trunk compiles and binds them; here they get names
//! that change with their content, so that they can be cached for good.

use super::{
    Splitting, bindgen, imports,
    parts::{Parts, Patience},
    scripts,
};
use crate::{
    failure::{About, Failure, Outcome},
    files, paths,
    run::{command, run},
    tools::Tools,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The app's binary.
const APP: &str = "dsos";

/// The workers' binaries; the page finds each by the `<meta>` of that name.
pub const WORKERS: [&str; 2] = ["pulls-worker", "gunzip-worker"];

/// Builds into `out`: the template `page.html`, `parts.txt`, and `files/` to be served.
pub fn build(splitting: Splitting, tools: &Tools, out: &Path) -> Outcome<()> {
    let bound = paths::target().join("wasm-bindgen").join("release");
    // Trunk copies whatever lies there, an earlier build's snippets too.
    files::remove(&bound)?;
    let made = paths::target().join("trunk");
    let mut trunk = command("trunk build --release --offline --skip-version-check --dist");
    trunk.arg(&made);
    if splitting == Splitting::On {
        trunk.args(["--features", "split"]);
    }
    let stand_in = paths::state().join("bin");
    bindgen::prepare(&stand_in, &tools.bindgen, &tools.split, &mut trunk)?;
    let before = env::var_os("PATH").unwrap_or_default();
    let first = [stand_in, tools.trunk.clone(), tools.opt.clone()];
    let path = env::join_paths(first.into_iter().chain(env::split_paths(&before)))
        .map_err(|error| Failure::new(format!("PATH: {error}")))?;
    // Its own call stacks say nothing about an error in our sources.
    run(trunk
        .env("PATH", &path)
        .env("RUST_BACKTRACE", "0")
        .env("CARGO_ENCODED_RUSTFLAGS", without_places()))?;
    // From here on quickly: what is half done does not count, the stamp is set last.
    files::remove(out)?;
    fs::create_dir_all(out).about(out)?;
    gather(&made, &bound, tools, out)
}

/// Compiler flags that keep the folders of this machine out of panic messages:
/// they say nothing to anybody else, and each would be shipped.
pub fn without_places() -> String {
    let mut places = vec![paths::root()];
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let sources = home.map(|home| home.join("registry").join("src"));
    // One folder a registry; none where everything is vendored.
    for entry in sources
        .iter()
        .filter_map(|path| fs::read_dir(path).ok())
        .flatten()
        .flatten()
    {
        places.push(entry.path());
    }
    let flags: Vec<String> = places
        .iter()
        .map(|place| format!("--remap-path-prefix={}/=", place.display()))
        .collect();
    flags.join("\u{1f}")
}

/// Collects what Trunk made.
fn gather(trunk: &Path, bound: &Path, tools: &Tools, out: &Path) -> Outcome<()> {
    let served = out.join("files");
    let mut page = files::read(&trunk.join("index.html"))?;
    for worker in WORKERS {
        let split = bindgen::parts_folder(bound, worker);
        let address = place_worker(trunk, &split, worker, tools, &served)?;
        page = set_meta(&page, worker, &address)?;
    }
    let script = files::only(trunk, &format!("{APP}-"), ".js")?;
    let wasm = files::only(trunk, &format!("{APP}-"), "_bg.wasm")?;
    let (bytes, mut text) = imports::shorten(
        &files::read_bytes(&wasm)?,
        &scripts::shortened(&files::read(&script)?),
        &format!("./{APP}_bg.js"),
    )?;
    let split = bindgen::parts_folder(bound, APP);
    if split.is_dir() {
        let parts = Parts::gather(&split, tools, Patience::Waits, &served)?;
        // Script and loader import each other: both are named by both.
        let name = files::short_digest(format!("{text}{}", parts.loader).as_bytes());
        let loader = parts
            .loader
            .replace(&format!("./{APP}.js"), &format!("./{APP}-{name}.js"));
        files::write(&served.join(format!("parts-{name}.js")), loader)?;
        text = imports_from(&text, "./__wasm_split.js", &format!("./parts-{name}.js"))?;
        page = rename(&page, &script, &format!("{APP}-{name}.js"))?;
        page = page.replacen(
            "<link rel=\"modulepreload\"",
            &format!("<link rel=\"modulepreload\" href=\"/parts-{name}.js\">\n<link rel=\"modulepreload\""),
            1,
        );
        files::write(&served.join(format!("{APP}-{name}.js")), text)?;
        files::write(&out.join("parts.txt"), parts.table)?;
    } else {
        let name = files::short_digest(text.as_bytes());
        page = rename(&page, &script, &format!("{APP}-{name}.js"))?;
        files::write(&served.join(format!("{APP}-{name}.js")), text)?;
        files::write(&out.join("parts.txt"), "")?;
    }
    let name = format!("{APP}-{}.wasm", files::short_digest(&bytes));
    page = rename(&page, &wasm, &name)?;
    files::write(&served.join(name), bytes)?;
    for snippet in files::below(&trunk.join("snippets")) {
        let path = snippet.strip_prefix(trunk).unwrap_or(&snippet);
        files::copy(&snippet, &served.join(path))?;
    }
    files::write(&out.join("page.html"), page)
}

/// Puts a worker into a folder named by its content (script and wasm find each other there) and
/// answers its address. The script starts itself: no loader in between.
fn place_worker(
    trunk: &Path,
    split: &Path,
    name: &str,
    tools: &Tools,
    served: &Path,
) -> Outcome<String> {
    let (wasm, mut script) = imports::shorten(
        &files::read_bytes(&trunk.join(format!("{name}_bg.wasm")))?,
        &scripts::shortened(&files::read(&trunk.join(format!("{name}.js")))?),
        &format!("./{name}_bg.js"),
    )?;
    let place = served.join(format!("{name}-unnamed"));
    let mut loader = String::new();
    if split.is_dir() {
        // What is loaded later; it finds the script under the name that it has.
        loader = Parts::gather(split, tools, Patience::Rejects, &place)?.loader;
        script = imports_from(&script, "./__wasm_split.js", "./parts.js")?;
        files::write(&place.join("parts.js"), &loader)?;
    }
    script.push_str("\nawait __wbg_init();\n");
    let content = [script.as_bytes(), loader.as_bytes(), &wasm].concat();
    let folder = PathBuf::from(format!("{name}-{}", files::short_digest(&content)));
    files::write(&place.join(format!("{name}.js")), script)?;
    files::write(&place.join(format!("{name}_bg.wasm")), wasm)?;
    fs::rename(&place, served.join(&folder)).about(&place)?;
    Ok(format!("/{}/{name}.js", folder.display()))
}

/// The script with its import from one module turned to another. The module's name stays where it
/// is the wasm file's own word for what it imports.
fn imports_from(script: &str, old: &str, new: &str) -> Outcome<String> {
    let import = format!("from \"{old}\"");
    let import = [import.replace('"', "'"), import]
        .into_iter()
        .find(|import| script.contains(import.as_str()));
    let import =
        import.ok_or_else(|| Failure::new(format!("The app's script does not import {old}.")))?;
    Ok(script.replace(&import, &import.replace(old, new)))
}

/// The page with another name for a file that Trunk wrote.
fn rename(page: &str, file: &Path, name: &str) -> Outcome<String> {
    let old = files::name(file);
    if !page.contains(&old) {
        return Err(Failure::new(format!(
            "Trunk's index.html does not mention {old}."
        )));
    }
    Ok(page.replace(&old, name))
}

/// The page with the content of a `<meta>` filled in.
pub fn set_meta(page: &str, name: &str, content: &str) -> Outcome<String> {
    let empty = format!("<meta name=\"{name}\" content=\"\">");
    if !page.contains(&empty) {
        return Err(Failure::new(format!("index.html has no {empty}")));
    }
    Ok(page.replace(
        &empty,
        &format!("<meta name=\"{name}\" content=\"{content}\">"),
    ))
}

#[cfg(test)]
mod tests {
    use super::{imports_from, rename, set_meta};
    use std::path::Path;

    #[test]
    fn a_meta_is_filled_in_or_missed() {
        let page = "<meta name=\"build\" content=\"\">";
        assert_eq!(
            set_meta(page, "build", "1f").unwrap(),
            "<meta name=\"build\" content=\"1f\">"
        );
        assert!(set_meta(page, "other", "1f").is_err());
    }

    #[test]
    fn only_the_import_is_turned() {
        let script = "import * as a from \"./x.js\"\nreturn { \"./x.js\": a };";
        let turned = imports_from(script, "./x.js", "./y.js").unwrap();
        assert_eq!(
            turned,
            "import * as a from \"./y.js\"\nreturn { \"./x.js\": a };"
        );
        assert!(imports_from("", "./x.js", "./y.js").is_err());
    }

    #[test]
    fn a_file_that_the_page_does_not_name_is_an_error() {
        assert_eq!(
            rename("src='/a-1.js'", Path::new("x/a-1.js"), "a-2.js").unwrap(),
            "src='/a-2.js'"
        );
        assert!(rename("", Path::new("a-1.js"), "a-2.js").is_err());
    }
}
