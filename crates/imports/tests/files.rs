//! Files: what is taken, what is refused and in which words, and which rows are skipped.

mod folder;

use fixtures::RawExport;
use folder::{Folder, gzip, rows};
use imports::{ImportError, SkippedRow, Why};
use pulls::batch::{Number, TEXTS};
use pulls::header::Column;
use pulls::partition::Skip;
use std::path::PathBuf;

fn refused(files: &[PathBuf]) -> String {
    imports::read(files).err().unwrap().to_string()
}

#[test]
fn gzip_of_several_members_is_read_whole() {
    let folder = Folder::new();
    let text = RawExport::new(900).to_bytes();
    let (first, second) = text.split_at(70_000);
    let packed = [gzip(first), gzip(second)].concat();
    let plain = imports::read(&[folder.file("export", &text)]).unwrap();
    let import = imports::read(&[folder.file("export.bin", &packed)]).unwrap();
    assert_eq!((import.rows(), plain.rows()), (900, 900));
    let (one, other) = (Folder::new(), Folder::new());
    let stores = (one.store(), other.store());
    plain.apply(&stores.0).unwrap();
    import.apply(&stores.1).unwrap();
    let all = rows(&stores.0, "kelpworks");
    assert!(all == rows(&stores.1, "kelpworks"));
    assert_eq!(all.len(), 900);
    // The last member broken off, or damaged.
    for broken in [
        &packed[..packed.len() - 5],
        &[&packed[..], b"rest"].concat(),
    ] {
        let path = folder.file("broken.gz", broken);
        let words = refused(std::slice::from_ref(&path));
        assert!(words.contains("broken.gz cannot be read: "), "{words}");
    }
}

#[test]
fn other_files_are_refused_by_name() {
    let folder = Folder::new();
    let export = RawExport::new(20);
    let mut summary = Vec::new();
    fixtures::write_summary(&export, fixtures::SummaryLevel::Tag, &mut summary).unwrap();
    let mut by_repository = Vec::new();
    let level = fixtures::SummaryLevel::Repository;
    fixtures::write_summary(&export, level, &mut by_repository).unwrap();
    let mut trends = Vec::new();
    fixtures::write_trends(&export, &mut trends).unwrap();
    let mut json = Vec::new();
    fixtures::write_publisher_json(&export, &mut json).unwrap();
    let owner = b"action,action_day,reference\npull_by_tag,2026-08-24,v1\n".to_vec();
    let export = folder.file("export.csv", export.to_bytes());
    for (text, expected) in [
        (
            summary,
            "it is a summary by tag, which has counts and no single actions",
        ),
        (by_repository, "it is a summary by repository"),
        (trends, "it is a trends export"),
        (json, "it is JSON"),
        (Vec::new(), "it is empty"),
        (b"a,b\x1b[2J\n1,2\n".to_vec(), "it has the columns a, b[2J…"),
        (owner, "it has no column namespace"),
        (b"\x89PNG\r\n".to_vec(), "it is a picture"),
    ] {
        for (name, bytes) in [("other", gzip(&text)), ("other", text)] {
            let other = folder.file(name, bytes);
            let words = refused(&[export.clone(), other.clone()]);
            let start = format!("{} cannot be imported: ", other.display());
            assert!(words.starts_with(&start), "{words}");
            assert!(words.contains(expected), "{words}");
            assert!(words.contains("A raw export is expected: CSV"), "{words}");
            assert!(!words.contains('\x1b'), "{words:?}");
        }
    }
    for path in [folder.0.join("none.csv"), folder.0.clone()] {
        let words = refused(std::slice::from_ref(&path));
        assert!(words.starts_with(&format!("{} cannot be read: ", path.display())));
    }
}

#[test]
fn a_file_that_is_given_twice_is_refused() {
    let folder = Folder::new();
    let text = RawExport::new(50).to_bytes();
    let other = RawExport {
        seed: 2,
        ..RawExport::new(50)
    }
    .to_bytes();
    let (one, other) = (
        folder.file("one.csv", &text),
        folder.file("other.csv", &other),
    );
    let copy = folder.file("copy.csv", &text);
    let packed = folder.file("packed.csv", gzip(&text));
    assert!(imports::read(&[one.clone(), other.clone()]).is_ok());
    for same in [one.clone(), copy, packed] {
        match imports::read(&[one.clone(), other.clone(), same.clone()]) {
            Err(ImportError::Twice { file, same_as }) => {
                assert_eq!((file, same_as), (same, one.clone()));
            }
            _ => panic!("{} was taken", same.display()),
        }
    }
}

#[test]
fn broken_rows_are_told_by_line() {
    let folder = Folder::new();
    let header = "\n\naction,action_day,namespace,repository,tag\n";
    let good = "pull_by_tag,2026-08-24,kelpworks,kelp,v1\n";
    let mut text = Vec::new();
    let mut expected = Vec::new();
    text.extend_from_slice(format!("{header}{good}").as_bytes());
    let mut line = 5;
    let long = format!(
        "pull_by_tag,2026-08-24,kelpworks,kelp,{}\n",
        "x".repeat(1 << 20)
    );
    for (row, lines, why) in [
        (
            &b"pull_by_tag,2026-08-24\n"[..],
            1,
            Some(Why::Broken(Skip::FieldCount { found: 2 })),
        ),
        (
            b"pull_by_tag,2026-08-24,kelpworks,kelp,v1,more\n",
            1,
            Some(Why::Broken(Skip::FieldCount { found: 6 })),
        ),
        (
            b"pushed,2026-08-24,kelpworks,kelp,v1\n",
            1,
            Some(Why::Broken(Skip::Action)),
        ),
        (
            b"pull_by_tag,2026-08-24,kelpworks,kelp,\"of\ntwo lines\"\n",
            2,
            None,
        ),
        (
            b"pull_by_tag,2026-02-30,kelpworks,kelp,v1\n",
            1,
            Some(Why::Broken(Skip::Date)),
        ),
        (
            b"pull_by_tag,2026-08-24,kelpworks,kelp,\xFF\n",
            1,
            Some(Why::Broken(Skip::Encoding)),
        ),
        (b"\n", 1, None),
        (long.as_bytes(), 1, Some(Why::Broken(Skip::Long))),
        (
            b"pull_by_tag,2026-08-24,Kelpworks,kelp,v1\n",
            1,
            Some(Why::Namespace),
        ),
        (
            b"pull_by_tag,2026-08-24, kelpworks,kelp,v1\n",
            1,
            Some(Why::Namespace),
        ),
        (
            b"pull_by_tag,2026-08-24,\\N,kelp,v1\n",
            1,
            Some(Why::Namespace),
        ),
        (
            b"pull_by_tag,2026-08-24,kelpworks,kelp,\"v1\n",
            1,
            Some(Why::Broken(Skip::Quote)),
        ),
    ] {
        text.extend_from_slice(row);
        expected.extend(why.map(|why| SkippedRow { line, why }));
        line += lines;
    }
    text.extend_from_slice(good.trim_end().as_bytes());
    let path = folder.file("export.csv", &text);
    let import = imports::read(std::slice::from_ref(&path)).unwrap();
    let file = &import.files()[0];
    assert_eq!((file.rows, file.skipped), (3, 10));
    assert_eq!(file.told, expected);

    let store = folder.store();
    let words = import.difference(&store).unwrap().to_string();
    for part in [
        "10 rows are skipped:",
        "line 5: 2 fields, where the header has 5",
        "line 7: no known action",
        "line 10: no such date",
        "line 11: not UTF-8",
        "line 13: longer than a megabyte",
        "line 14: no name that a namespace can have",
        "line 17: a quote that does not end",
    ] {
        assert!(words.contains(part), "{words}");
    }
    import.apply(&store).unwrap();
    let tag = TEXTS.iter().position(|one| *one == Column::Tag).unwrap();
    let tags: Vec<_> = rows(&store, "kelpworks")
        .into_iter()
        .map(|(mut texts, _)| String::from_utf8(texts.swap_remove(tag)).unwrap())
        .collect();
    assert_eq!(tags, ["v1", "of\ntwo lines", "v1"]);
}

#[test]
fn a_file_without_methods_has_the_usual_ones() {
    let folder = Folder::new();
    let path = folder.file(
        "export.csv",
        "action,action_day,namespace,tag\n\
         version_check,2026-08-24,kelpworks,v1\n\
         pull_by_tag,2026-08-24,kelpworks,v1\n\
         pull_by_digest,2026-08-24,kelpworks,\n",
    );
    let store = folder.store();
    imports::read(&[path]).unwrap().apply(&store).unwrap();
    let rows = rows(&store, "kelpworks").into_iter();
    let methods: Vec<u64> = rows.map(|row| row.1[Number::Method as usize]).collect();
    assert_eq!(methods, [0, 1, 1]);
}
