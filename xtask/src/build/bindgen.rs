//! Standing in for wasm-bindgen. Trunk runs the first program of that name on
//! PATH; during a build that is this one, which takes the app apart into pages
//! where it has split points, and then runs the real wasm-bindgen on what remains.

use crate::{
    failure::{About, Failure, Outcome},
    files,
    run::run,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// The name that Trunk looks for.
const NAME: &str = "wasm-bindgen";

/// Names the real wasm-bindgen.
const REAL: &str = "DSOS_WASM_BINDGEN";

/// Names the program that splits.
const SPLIT: &str = "DSOS_WASM_SPLIT";

/// What every split point's loader is called, in the wasm file.
const SPLIT_POINT: &[u8] = b"__wasm_split_load_";

/// Whether this program was started under wasm-bindgen's name.
pub fn is_called_as_bindgen() -> bool {
    env::args_os().next().is_some_and(|name| {
        Path::new(&name)
            .file_stem()
            .is_some_and(|stem| stem == NAME)
    })
}

/// Puts this program under wasm-bindgen's name into `folder`, and tells `trunk` where the real
/// ones are.
pub fn prepare(folder: &Path, real: &Path, split: &Path, trunk: &mut Command) -> Outcome<()> {
    // Under Linux this one stays readable when another terminal has rebuilt the program meanwhile.
    let running = PathBuf::from("/proc/self/exe");
    let this = if running.exists() {
        running
    } else {
        env::current_exe().about(Path::new("xtask"))?
    };
    files::remove(folder)?;
    fs::create_dir_all(folder).about(folder)?;
    let name = format!("{NAME}{}", env::consts::EXE_SUFFIX);
    fs::copy(&this, folder.join(&name)).about(&this)?;
    trunk.env(REAL, real.join(&name));
    trunk.env(
        SPLIT,
        split.join(format!("wasm-split-cli{}", env::consts::EXE_SUFFIX)),
    );
    Ok(())
}

/// The folder of a binary's split parts, beside wasm-bindgen's output.
pub fn parts_folder(out: &Path, name: &str) -> PathBuf {
    out.join(format!("{name}-split"))
}

/// Does wasm-bindgen's work.
pub fn stand_in() -> ExitCode {
    match bind(env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn bind(mut arguments: Vec<String>) -> Outcome<()> {
    let program = |name: &str| {
        env::var_os(name)
            .ok_or_else(|| Failure::new(format!("{name} is not set: run cargo xtask build.")))
    };
    let mut real = Command::new(program(REAL)?);
    let value = |key: &str| {
        arguments
            .iter()
            .find_map(|argument| argument.strip_prefix(key))
    };
    let (out, name) = (
        value("--out-dir=").map(PathBuf::from),
        value("--out-name=").map(str::to_owned),
    );
    let input = arguments
        .iter()
        .position(|argument| argument.ends_with(".wasm"));
    if let (Some(out), Some(name), Some(input)) = (out, name, input) {
        let parts = parts_folder(&out, &name);
        files::remove(&parts)?;
        let wasm = files::read_bytes(Path::new(&arguments[input]))?;
        if wasm
            .windows(SPLIT_POINT.len())
            .any(|window| window == SPLIT_POINT)
        {
            run(Command::new(program(SPLIT)?)
                .arg(&arguments[input])
                .arg(&parts)
                .args(["--target", "web", "--out-name", &name]))?;
            // The parts refer to the main file's symbols by their linker names.
            arguments[input] = parts
                .join(format!("{name}.wasm"))
                .to_string_lossy()
                .into_owned();
            real.args(["--keep-lld-exports", "--no-demangle"]);
        }
    }
    run(real.args(&arguments))
}
