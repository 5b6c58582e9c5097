//! Programs of Debian's packages, unpacked into the cache rather than installed: a server that is
//! installed runs on this machine for good, and some of them for all of its network.

use crate::{
    failure::{About, Failure, Outcome},
    files, paths, prerequisites,
    run::{answer, command, run},
    step::step,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Of what ZooKeeper depends on, what a server of it uses here. All that the package asks for, web
/// servers among it, would be several times as much.
const ZOOKEEPER: &str = "libzookeeper-java libslf4j-java libcommons-cli-java libcommons-io-java \
    libdropwizard-metrics-java libnetty-java libsnappy-java libsnappy-jni";

/// The Java of Debian 12, and where such are within what was unpacked.
const JAVA: &str = "openjdk-17-jre-headless";
const JAVA_HOMES: &str = "usr/lib/jvm";

/// The program of docker-registry.
pub fn docker_registry() -> Outcome<PathBuf> {
    let place = place("docker-registry")?;
    let program = place.join("usr").join("bin").join("docker-registry");
    let answers = || answer(Command::new(&program).arg("--version")).is_some();
    let missing = || {
        Failure::new(
            "docker-registry is missing: install it (Debian's package docker-registry), or name it in DOCKER_REGISTRY.",
        )
    };
    if !answers() {
        unpack("docker-registry", &place, missing, |_| {
            Some(vec!["docker-registry".to_owned()])
        })?;
    }
    answers().then_some(program).ok_or_else(missing)
}

/// The program of clickhouse-server, beside the libraries that this machine has not. It finds them by
/// `LD_LIBRARY_PATH`, as `tests/server/clickhouse.mjs` sets it.
pub fn clickhouse() -> Outcome<PathBuf> {
    let place = place("clickhouse")?;
    let program = place.join("usr").join("sbin").join("clickhouse-server");
    let missing =
        || Failure::new("clickhouse-server is missing: use Debian, which has it as a package.");
    // It has no option that ends at once; of a folder that is whole it is enough to be there.
    if !program.is_file() {
        unpack("clickhouse-server", &place, missing, |planned| {
            planned("clickhouse-server")
        })?;
    }
    program.is_file().then_some(program).ok_or_else(missing)
}

/// The folder in which ZooKeeper is unpacked, and Java, if this machine has none.
pub fn zookeeper() -> Outcome<PathBuf> {
    let place = place("zookeeper")?;
    let has_java = || answer(Command::new("java").arg("-version")).is_some();
    let is_there = || {
        let jar = place.join("usr/share/java/zookeeper.jar");
        jar.exists() && (java_home(&place).is_some() || has_java())
    };
    let missing = || {
        Failure::new(
            "ZooKeeper is missing: use Debian, which has it as the package libzookeeper-java.",
        )
    };
    if !is_there() {
        unpack("ZooKeeper", &place, missing, |planned| {
            let mut packages: Vec<String> = ZOOKEEPER.split_whitespace().map(Into::into).collect();
            if !has_java() {
                packages.extend(planned(JAVA)?);
            }
            Some(packages)
        })?;
    }
    is_there().then(|| place.clone()).ok_or_else(missing)
}

/// Where the packages of a program are unpacked.
fn place(name: &str) -> Outcome<PathBuf> {
    Ok(paths::tools()?.join(format!("{name}-debian")))
}

/// Packages that `apt-get install` would install.
type Planned<'a> = &'a dyn Fn(&str) -> Option<Vec<String>>;

/// Downloads packages and unpacks them into a place, which is there when all of them are.
/// `packages` names them; it may ask what would be installed for another.
fn unpack(
    name: &str,
    place: &Path,
    missing: impl Fn() -> Failure,
    packages: impl Fn(Planned<'_>) -> Option<Vec<String>>,
) -> Outcome<()> {
    if !prerequisites::is_debian() {
        return Err(missing());
    }
    step(
        &format!("unpacking {name} into {}", place.display()),
        || {
            let partial = place.with_extension("partial");
            files::remove(&partial)?;
            files::remove(place)?;
            fs::create_dir_all(&partial).about(&partial)?;
            // Whoever may not do that has lists from before, or is told what to do.
            if prerequisites::is_root() {
                run(&mut command("apt-get update -qq"))?;
            }
            let planned = |package: &str| {
                let simulate = "apt-get install --simulate --no-install-recommends";
                let plan = answer(command(simulate).arg(package))?;
                Some(to_be_installed(&plan).map(str::to_owned).collect())
            };
            let packages = packages(&planned).ok_or_else(&missing)?;
            let download = "apt-get download -qq -o APT::Sandbox::User=root";
            run(command(download).args(packages).current_dir(&partial)).map_err(|_| missing())?;
            for entry in fs::read_dir(&partial).about(&partial)?.flatten() {
                run(command("dpkg-deb --extract").args([&entry.path(), &partial]))?;
            }
            settings_within(&partial, place)?;
            fs::rename(&partial, place).about(place)
        },
    )
}

/// Where Java is within what was unpacked: its name ends in that of the processor.
fn java_home(place: &Path) -> Option<PathBuf> {
    let homes = fs::read_dir(place.join(JAVA_HOMES)).ok()?.flatten();
    let mut homes = homes.map(|entry| entry.path());
    homes.find(|home| home.join("bin/java").exists())
}

/// Java's settings are links to where they would be installed; here they lead to where they will be.
fn settings_within(partial: &Path, place: &Path) -> Outcome<()> {
    let Some(home) = java_home(partial) else {
        return Ok(());
    };
    let security = home.join("lib/security");
    let entries = fs::read_dir(&security).about(&security)?;
    let links = entries.flatten().map(|entry| entry.path());
    for link in links.chain([home.join("conf")]) {
        let Ok(target) = fs::read_link(&link) else {
            continue;
        };
        if let Ok(rest) = target.strip_prefix("/") {
            fs::remove_file(&link).about(&link)?;
            std::os::unix::fs::symlink(place.join(rest), &link).about(&link)?;
        }
    }
    Ok(())
}

/// The packages that `apt-get install --simulate` would install: lines such as
/// `Inst libre2-9 (20220601 Debian:12 [amd64])`.
fn to_be_installed(plan: &str) -> impl Iterator<Item = &str> {
    plan.lines()
        .filter_map(|line| line.strip_prefix("Inst ")?.split_whitespace().next())
}

#[cfg(test)]
mod tests {
    use super::to_be_installed;

    #[test]
    fn the_packages_of_a_plan_are_read() {
        let plan = "Reading package lists...\nInst libre2-9 (20220601 Debian:12 [amd64])\nInst clickhouse-server (18.16 Debian:12 [amd64]) []\nConf libre2-9 (20220601 Debian:12 [amd64])\n";
        let packages: Vec<&str> = to_be_installed(plan).collect();
        assert_eq!(packages, ["libre2-9", "clickhouse-server"]);
    }
}
