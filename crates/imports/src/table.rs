//! The difference as a text for a terminal.

use crate::{DayDifference, Difference, NamespaceDifference, TOLD_SKIPS};
use program::wording::grouped;
use pulls::calendar::{Day, Granularity, Span};
use std::fmt::{Display, Formatter, Result};

impl Display for Difference {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for file in &self.files {
            writeln!(f, "{}: {}", file.path.display(), rows(file.rows))?;
        }
        for namespace in &self.namespaces {
            writeln!(f)?;
            table(f, namespace)?;
            ends(f, namespace)?;
            fewer(f, namespace)?;
            self.overlaps(f, namespace)?;
        }
        if self.namespaces.is_empty() {
            writeln!(f, "\nThere is nothing to import.")?;
        }
        self.skips(f)
    }
}

impl Difference {
    /// Days of several files.
    fn overlaps(&self, f: &mut Formatter<'_>, of: &NamespaceDifference) -> Result {
        let several = of.days.iter().filter(|day| day.files.len() > 1);
        let runs = runs(several, |one, other| one.files == other.files);
        if runs.is_empty() {
            return Ok(());
        }
        let days: u32 = runs.iter().map(|(span, _)| span.days()).sum();
        let days = counted(days.into(), "day is", "days are");
        writeln!(
            f,
            "  Warning: {days} in more than one file, and the rows are added up.\n  \
             That is right only if the files are parts of one export."
        )?;
        for (span, first) in runs {
            let names: Vec<String> = first
                .files
                .iter()
                .filter_map(|file| self.files.get(*file))
                .map(|file| file.path.display().to_string())
                .collect();
            writeln!(f, "    {} in {}", between(span), names.join(", "))?;
        }
        Ok(())
    }

    fn skips(&self, f: &mut Formatter<'_>) -> Result {
        let skipped = self.skipped();
        if skipped == 0 {
            return Ok(());
        }
        let count = counted(skipped, "row is", "rows are");
        write!(f, "\n{count} skipped")?;
        f.write_str(if skipped > TOLD_SKIPS as u64 {
            ", the first of them:\n"
        } else {
            ":\n"
        })?;
        let all = self
            .files
            .iter()
            .flat_map(|file| file.told.iter().map(move |row| (file, row)));
        for (file, row) in all.take(TOLD_SKIPS) {
            let why = row.why.words(file.columns);
            let line = grouped(row.line);
            writeln!(f, "  {}, line {line}: {why}", file.path.display())?;
        }
        Ok(())
    }
}

/// Months and all of them together.
fn table(f: &mut Formatter<'_>, of: &NamespaceDifference) -> Result {
    let mut lines = vec![
        [
            "month",
            "days",
            "rows now",
            "in the files",
            "change",
            "other days",
            "their rows",
        ]
        .map(str::to_owned),
    ];
    let months = of.days.chunk_by(|one, other| {
        Granularity::Month.start(one.day) == Granularity::Month.start(other.day)
    });
    for days in months {
        lines.push(line(&days[0].day.to_string()[..7], days));
    }
    lines.push(line("all", &of.days));
    let widths: [usize; 7] =
        std::array::from_fn(|at| lines.iter().map(|line| line[at].len()).max().unwrap_or(0));
    writeln!(f, "{}", of.namespace)?;
    for line in lines {
        write!(f, "  {:<width$}", line[0], width = widths[0])?;
        for (cell, width) in line.iter().zip(widths).skip(1) {
            write!(f, "  {cell:>width$}")?;
        }
        writeln!(f)?;
    }
    if of.days.iter().any(|day| day.found.is_none()) {
        writeln!(
            f,
            "  The other days are not in the files and stay as they are."
        )?;
    }
    Ok(())
}

/// A line of the table.
fn line(name: &str, days: &[DayDifference]) -> [String; 7] {
    let (mut count, mut now, mut then) = (0, 0, 0);
    let (mut others, mut their) = (0, 0);
    for day in days {
        match day.found {
            Some(found) => {
                count += 1;
                now += day.kept;
                then += found;
            }
            None => {
                others += 1;
                their += day.kept;
            }
        }
    }
    let sign = match then.cmp(&now) {
        std::cmp::Ordering::Less => "-",
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Greater => "+",
    };
    [
        name.to_owned(),
        grouped(count),
        grouped(now),
        grouped(then),
        format!("{sign}{}", grouped(then.abs_diff(now))),
        grouped(others),
        grouped(their),
    ]
}

/// The first and the last day, of which the files may have a part only.
fn ends(f: &mut Formatter<'_>, of: &NamespaceDifference) -> Result {
    let in_files = |day: &&DayDifference| day.found.is_some();
    let first = of.days.iter().find(in_files);
    let last = of.days.iter().rfind(in_files);
    let last = last.filter(|last| Some(last.day) != first.map(|day| day.day));
    for (name, day) in [("First", first), ("Last", last)] {
        if let Some(day) = day {
            writeln!(
                f,
                "  {name} day in the files, possibly incomplete there: {}, {} ({} now)",
                day.day,
                rows(day.found.unwrap_or(0)),
                grouped(day.kept)
            )?;
        }
    }
    Ok(())
}

/// Days that would have fewer rows than now.
fn fewer(f: &mut Formatter<'_>, of: &NamespaceDifference) -> Result {
    let is_fewer = |day: &&DayDifference| day.found.is_some_and(|found| found < day.kept);
    let runs = runs(of.days.iter().filter(is_fewer), |_, _| true);
    if runs.is_empty() {
        return Ok(());
    }
    let days: u32 = runs.iter().map(|(span, _)| span.days()).sum();
    let days = counted(days.into(), "day", "days");
    let spans: Vec<String> = runs.iter().map(|(span, _)| between(*span)).collect();
    writeln!(
        f,
        "  Warning: {days} would have fewer rows than now: {}",
        spans.join(", ")
    )
}

/// Days that follow each other and are alike, each run with its first.
fn runs<'a>(
    days: impl Iterator<Item = &'a DayDifference>,
    are_alike: impl Fn(&DayDifference, &DayDifference) -> bool,
) -> Vec<(Span, &'a DayDifference)> {
    let mut runs: Vec<(Span, &DayDifference)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((span, first)) if span.last.plus(1) == day.day && are_alike(first, day) => {
                span.last = day.day;
            }
            _ => runs.push((Span::new(day.day, day.day), day)),
        }
    }
    runs
}

fn between(span: Span) -> String {
    let Span { first, last } = span;
    let one = |day: Day| day.to_string();
    if first == last {
        one(first)
    } else {
        format!("{first} to {last}")
    }
}

fn rows(count: u64) -> String {
    counted(count, "row", "rows")
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}
