//! Imports files into a store: `import FOLDER FILE...`, and says how long it took and how much
//! memory.

use pull_store::Embedded;
use std::path::PathBuf;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let folder = PathBuf::from(words.next().ok_or("usage: import FOLDER FILE...")?);
    let files: Vec<PathBuf> = words.map(PathBuf::from).collect();
    let store = Embedded::open(&folder)?;
    let start = Instant::now();
    let import = imports::read(&files)?;
    let rows = import.rows();
    let read = start.elapsed();
    println!(
        "{rows} rows read in {read:.1?}, {:.0} a second; {}",
        rows as f64 / read.as_secs_f64(),
        memory()
    );
    println!("\n{}", import.difference(&store)?);
    let start = Instant::now();
    import.apply(&store)?;
    println!("replaced in {:.1?}; {}", start.elapsed(), memory());
    Ok(())
}

/// What the system says of the memory in use and of the most that was (Linux only).
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines = status
        .lines()
        .filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"));
    lines.collect::<Vec<_>>().join(", ").replace('\t', " ")
}
