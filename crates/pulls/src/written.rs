//! A query as text: in the address of a page, and of a file to take away.

use crate::query::{Dimension, Filter, Measure};

/// The word for what is counted.
pub const fn measure_word(measure: Measure) -> &'static str {
    match measure {
        Measure::Pulls => "pulls",
        Measure::Checks => "checks",
        Measure::Both => "both",
    }
}

/// What is counted, by its word.
pub fn measure(word: &str) -> Option<Measure> {
    [Measure::Pulls, Measure::Checks, Measure::Both]
        .into_iter()
        .find(|measure| measure_word(*measure) == word)
}

/// The filters of a list of texts. Ones that cannot be read are passed over: a link from another
/// version shows what it can.
pub fn filters<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Filter> {
    let mut filters: Vec<Filter> = Vec::new();
    for (dimension, value, exclude) in texts.filter_map(read) {
        match filters
            .iter_mut()
            .find(|f| f.dimension == dimension && f.exclude == exclude)
        {
            Some(filter) => filter.values.push(value),
            None => filters.push(Filter {
                dimension,
                values: vec![value],
                exclude,
            }),
        }
    }
    filters
}

const DIMENSIONS: [(&str, Dimension); 9] = [
    ("tag", Dimension::Tag),
    ("repository", Dimension::Repository),
    ("namespace", Dimension::Namespace),
    ("country", Dimension::Country),
    ("client", Dimension::Client),
    ("version", Dimension::Version),
    ("network", Dimension::Network),
    ("cloud", Dimension::Cloud),
    ("domain", Dimension::Domain),
];

/// A filter on one value: dimension, value, and whether it is left out. `country:DE` keeps, `!country:DE` leaves out, `tag:` is no tag.
pub fn read(text: &str) -> Option<(Dimension, String, bool)> {
    let (exclude, text) = match text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (name, value) = text.split_once(':')?;
    let (_, dimension) = DIMENSIONS.iter().find(|(n, _)| *n == name)?;
    Some((*dimension, value.to_owned(), exclude))
}

/// The text of a filter on one value.
pub fn write(dimension: Dimension, value: &str, exclude: bool) -> String {
    let name = DIMENSIONS
        .iter()
        .find(|(_, d)| *d == dimension)
        .map_or("", |(n, _)| n);
    let mut text = String::from(if exclude { "!" } else { "" });
    text.push_str(name);
    text.push(':');
    text.push_str(value);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_survive_the_url() {
        for (_, dimension) in DIMENSIONS {
            for value in ["", "DE", "a:b", "!x", "1.2 \"q\""] {
                for exclude in [false, true] {
                    assert_eq!(
                        read(&write(dimension, value, exclude)),
                        Some((dimension, value.to_owned(), exclude))
                    );
                }
            }
        }
        assert_eq!(read("nonsense"), None);
        assert_eq!(read("colour:red"), None);
    }
}
