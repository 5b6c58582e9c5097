//! The pages' own wasm files: optimized, named by content, fetched by a loader
//! that tries again rather than reject.

use super::scripts;
use crate::{
    failure::{Failure, Outcome},
    files, paths,
    run::run,
    tools::Tools,
};
use std::{collections::BTreeMap, path::Path, process::Command, thread};

/// What wasm-opt may assume of a browser; the same as in index.html. Not
/// `--all-features`: that makes files which Chromium refuses.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// What a loader does when a part cannot be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Waits until the reader of the page asks for another try.
    Waits,
    /// Rejects.
    Rejects,
}

/// The gathered parts.
#[derive(Debug)]
pub struct Parts {
    /// The loader's script.
    pub loader: String,
    /// Lines `split point<TAB>file<TAB>file...`: what each page loads.
    pub table: String,
}

impl Parts {
    /// Optimizes the parts in `split` into `served`. The app's loader tries again and then asks
    /// the reader; a worker's rejects, and the worker itself tries again.
    pub fn gather(split: &Path, tools: &Tools, patience: Patience, served: &Path) -> Outcome<Self> {
        let mut loader = scripts::shortened(&files::read(&split.join("__wasm_split.js"))?);
        let inputs: Vec<_> = files::below(split)
            .into_iter()
            .filter(|path| path.extension().is_some_and(|end| end == "wasm"))
            .filter(|path| loader.contains(&format!("\"./{}\"", files::name(path))))
            .collect();
        let optimized: Vec<Outcome<Vec<u8>>> = thread::scope(|scope| {
            let running: Vec<_> = inputs
                .iter()
                .map(|input| scope.spawn(|| optimize(input, &tools.opt)))
                .collect();
            running
                .into_iter()
                .map(|thread| {
                    thread
                        .join()
                        .unwrap_or_else(|_| Err(Failure::new("wasm-opt: interrupted")))
                })
                .collect()
        });
        for (input, bytes) in inputs.iter().zip(optimized) {
            let bytes = bytes?;
            let old = files::name(input);
            let name = format!("{}-{}.wasm", plain_name(&old), files::short_digest(&bytes));
            files::write(&served.join(&name), bytes)?;
            loader = loader.replace(&format!("\"./{old}\""), &format!("\"./{name}\""));
        }
        let table = table(&loader);
        if patience == Patience::Rejects {
            return Ok(Self { loader, table });
        }
        let patient = loader.replace("const src = fetch(", "const src = loadPart(");
        if patient == loader {
            return Err(Failure::new(
                "The splitter's loader has changed: it no longer fetches as known.",
            ));
        }
        let again = files::read(&paths::root().join("build").join("load-part.js"))?;
        Ok(Self {
            loader: format!("{patient}\n{}", scripts::shortened(&again)),
            table,
        })
    }
}

/// A part's name without what the splitter and the compiler put around it:
/// `split___program_part_view_395.wasm` is `program-part`, `chunk_3.wasm` is `chunk-3`.
fn plain_name(file: &str) -> String {
    let name = file
        .trim_end_matches(".wasm")
        .trim_start_matches("split___");
    let name = name
        .rsplit_once("_view_")
        .map_or(name, |(before, _)| before);
    name.replace('_', "-")
}

/// Runs wasm-opt for size.
pub fn optimize(input: &Path, tool: &Path) -> Outcome<Vec<u8>> {
    let output = input.with_extension("opt");
    run(Command::new(tool.join("wasm-opt"))
        .arg("-Oz")
        .args(FEATURES)
        // Sections that no browser reads, in every part.
        .args(["--strip-producers", "--strip-target-features"])
        .arg(input)
        .arg("-o")
        .arg(&output))?;
    files::read_bytes(&output)
}

/// Which files each split point loads, read from the loader's script: shared files are
/// constants `__chunk_N`, and a split point names those it needs after its own.
fn table(loader: &str) -> String {
    let mut shared = BTreeMap::new();
    let mut table = String::new();
    for statement in loader.split("\nconst __chunk_").skip(1) {
        let (number, rest) = statement.split_once(' ').unwrap_or_default();
        if let Some(file) = wasm_file(rest) {
            shared.insert(format!("__chunk_{number}"), file);
        }
    }
    for statement in loader.split("\nexport const ").skip(1) {
        let (name, rest) = statement.split_once(' ').unwrap_or_default();
        let rest = rest.split("\nexport const ").next().unwrap_or_default();
        let own = wasm_file(rest).into_iter();
        let needs = rest.rfind(", [").map_or("", |at| {
            rest[at + 3..].split(']').next().unwrap_or_default()
        });
        let needed = needs
            .split(',')
            .filter_map(|name| shared.get(name.trim()).cloned());
        let all: Vec<String> = own.chain(needed).collect();
        table.push_str(&format!("{name}\t{}\n", all.join("\t")));
    }
    table
}

/// The wasm file that a statement fetches.
fn wasm_file(statement: &str) -> Option<String> {
    let (before, _) = statement.split_once(".wasm\"")?;
    let name = before.rsplit_once("\"./")?.1;
    Some(format!("{name}.wasm"))
}

#[cfg(test)]
mod tests {
    use super::{plain_name, table};

    #[test]
    fn parts_have_plain_names() {
        assert_eq!(
            plain_name("split___program_part_view_395.wasm"),
            "program-part"
        );
        assert_eq!(plain_name("chunk_3.wasm"), "chunk-3");
    }

    #[test]
    fn each_split_point_lists_its_own_file_and_the_shared_ones() {
        let loader = "x\nconst __chunk_2 = makeLoad(() => { const src = fetch(new URL(\"./chunk_2-9.wasm\", import.meta.url)); }, []);\nexport const __load_a = wrapAsyncCb(makeLoad(() => { fetch(new URL(\"./a-1.wasm\", import.meta.url)); }, [__chunk_2]));\nexport const __load_b = wrapAsyncCb(makeLoad(() => async (_imp) => ({}), []));\n";
        assert_eq!(
            table(loader),
            "__load_a\ta-1.wasm\tchunk_2-9.wasm\n__load_b\t\n"
        );
    }
}
