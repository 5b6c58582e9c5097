//! A file of any kind says the same in every spelling: names in any case, with
//! any word separator and in any order, columns that no export has, any of the
//! delimiters, line ends, blank lines and a byte order mark.

mod support;

use proptest::prelude::*;
use pulls::calendar::Granularity;
use pulls::header::{FileKind, Header};
use pulls::query::{Measure, Query};
use pulls::summary::Level;
use pulls::view::View;
use support::{Engine, plain};

/// A file's rows as values, the header's first.
type Table = Vec<Vec<String>>;

/// One file of each kind, with values that must be quoted under some delimiter.
const FILES: [(FileKind, &str); 6] = [
    (
        FileKind::Raw,
        "action,action_day,country,digest,http_method,host,namespace,reference,repository,tag,timestamp,type,user_agent_tool,user_agent_version,domain,owner\n\
         pull_by_tag,2026-02-03,DE,sha256:aa,GET,aws,kelp,latest,app,latest,2026-02-03 00:00:00,isp,docker,27.1,x.test,K\n\
         version_check,2026-02-04,,sha256:aa,HEAD,,kelp,latest,app,latest,2026-02-04 00:00:00,\\N,podman,\"4,5;6\",,K\n\
         pull_by_digest,2026-02-04,US,sha256:bb,GET,gcp,kelp,sha256:bb,agent,null,2026-02-04 00:00:00,null,curl,\"a\nb\",\"\"\"y\"\"\",K\n",
    ),
    (
        FileKind::Raw,
        "action,timestamp,tag\npull_by_tag,2026-02-03 00:00:00,6\npull_by_digest,2026-02-04 00:00:00,\n",
    ),
    (
        FileKind::Trends,
        "date_granularity,date_reference,publisher_name,image_repository,namespace,ip_country,cloud_service_provider,user_agent,tag,data_downloads,version_checks,pulls,unique_authenticated_users\n\
         month,2026-02-01,Kelp,kelp/app,kelp,DE,aws,docker/27.1,latest,900,900,1800,3\n\
         week,2026-02-02,Kelp,kelp/app,kelp,DE,no csp,docker/27.1,latest,10,4,14,3\n\
         week,2026-02-09,Kelp,agent,kelp,,aws,podman,\\N,6,1,7,3\n",
    ),
    (
        FileKind::SummaryByTag,
        "namespace,repository,reference,unique_ip_address,pull_by_tag,pull_by_digest,version_check,owner\n\
         kelp,app,latest,7,70,0,30,K\nkelp,app,sha256:aa,,0,5,,K\nkelp,agent,\"6;7,8\",,0,0,0,K\n",
    ),
    (
        FileKind::SummaryByTag,
        "level,namespace,repository,reference,pull_by_tag,pull_by_digest,version_check\n\
         repository,kelp,app,,9,2,1\ntag,kelp,app,latest,7,0,1\nTag,kelp,app,6,2,2,0\n",
    ),
    (
        FileKind::SummaryByRepository,
        "namespace,repository,unique_ip_address,pull_by_tag,pull_by_digest,version_check\n\
         kelp,app,7,70,5,30\nkelp,agent,,0,0,0\n",
    ),
];

/// How a file may be spelled.
#[derive(Clone, Debug)]
struct Spelling {
    cases: Vec<u8>,
    separators: Vec<&'static str>,
    extra: Vec<(&'static str, usize)>,
    order: Vec<usize>,
    delimiter: char,
    end: &'static str,
    mark: bool,
    blank: [bool; 2],
    last_end: bool,
}

/// More columns than any of the files has, with those that are added.
const MOST: usize = 24;

fn spelling() -> impl Strategy<Value = Spelling> {
    let separator = prop::sample::select(vec!["_", " ", "-", "", " _ ", "."]);
    let name = prop::sample::select(vec![
        "note",
        "#",
        "%",
        "",
        "größe",
        "a,b,c,d,e,f,g",
        "a;b;c;d;e;f;g",
        "two\nlines",
        "\"quoted\"",
    ]);
    let delimiter = prop::sample::select(vec![',', ';', '\t']);
    (
        prop::collection::vec(0u8..4, MOST),
        prop::collection::vec(separator, MOST),
        prop::collection::vec((name, 0usize..MOST), 0..4),
        Just((0..MOST).collect::<Vec<_>>()).prop_shuffle(),
        delimiter,
        prop::sample::select(vec!["\n", "\r\n"]),
        any::<bool>(),
        any::<[bool; 2]>(),
        any::<bool>(),
    )
        .prop_map(
            |(cases, separators, extra, order, delimiter, end, mark, blank, last_end)| Spelling {
                cases,
                separators,
                extra,
                order,
                delimiter,
                end,
                mark,
                blank,
                last_end,
            },
        )
}

impl Spelling {
    fn text(&self, table: &Table) -> String {
        let mut rows = table.clone();
        for (at, name) in rows[0].iter_mut().enumerate() {
            *name = name.replace('_', self.separators[at]);
            *name = match self.cases[at] {
                0 => name.clone(),
                1 => name.to_uppercase(),
                2 => name[..1].to_uppercase() + &name[1..],
                _ => format!(" {name} "),
            };
        }
        for (name, place) in &self.extra {
            let place = place % (rows[0].len() + 1);
            for (number, row) in rows.iter_mut().enumerate() {
                let value = if number == 0 { *name } else { "x,y;\tz" };
                row.insert(place, value.to_owned());
            }
        }
        let columns = rows[0].len();
        let order = self.order.iter().filter(|at| **at < columns);
        let order: Vec<usize> = order.copied().collect();
        let rows: Table = rows
            .iter()
            .map(|row| order.iter().map(|at| row[*at].clone()).collect())
            .collect();
        let mut text = String::new();
        if self.mark {
            text.push('\u{feff}');
        }
        if self.blank[0] {
            text += self.end;
        }
        text += &plain::text(&rows[..1], self.delimiter, self.end);
        if self.blank[1] {
            text += self.end;
        }
        text += &plain::text(&rows[1..], self.delimiter, self.end);
        if !self.last_end {
            text.truncate(text.len() - self.end.len());
        }
        text
    }
}

/// All that a file says.
#[derive(Debug, PartialEq)]
struct Said {
    view: View,
    summaries: [String; 2],
    rows: u64,
    skipped: u64,
}

fn said(text: &str, slice_len: usize, parts: usize) -> (Header, Said) {
    let mut engine = Engine::new(parts);
    engine.open(text.as_bytes(), slice_len);
    let query = Query {
        measure: Measure::Both,
        by: Granularity::Day,
        ..Query::default()
    };
    let said = Said {
        view: engine.view(&query),
        summaries: [Level::Reference, Level::Repository].map(|level| engine.summary(&query, level)),
        rows: engine.files[0].2.rows,
        skipped: engine.files[0].2.skipped,
    };
    (engine.files[0].0.clone(), said)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn any_spelling_says_the_same(file in 0..FILES.len(), spelling in spelling(), slice_len in 10usize..900, parts in 1usize..4) {
        let (kind, text) = FILES[file];
        let (header, expected) = said(text, text.len(), 1);
        prop_assert_eq!(header.kind, kind);
        prop_assert!(expected.rows > 1);
        let spelled = spelling.text(&plain::cells(text, ','));
        let (header, found) = said(&spelled, slice_len, parts);
        prop_assert_eq!((header.kind, header.delimiter), (kind, spelling.delimiter as u8), "{}", spelled);
        prop_assert_eq!(found, expected, "{}", spelled);
    }
}
