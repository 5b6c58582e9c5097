//! The order of repositories, by the address.

use crate::state::query::{History, Param, Query};
use ::api::profile::RepositoryRow;
use pulls::order;
use std::cmp::Ordering;

/// What repositories are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// By name.
    Name,
    /// By the last push.
    Pushed,
    /// By the number of tags.
    Tags,
}

/// The order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting {
    /// By what.
    pub column: Column,
    /// The largest, or latest, first.
    pub is_falling: bool,
}

impl Column {
    const ALL: [Self; 3] = [Self::Name, Self::Pushed, Self::Tags];

    /// The name in the address.
    const fn id(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Pushed => "pushed",
            Self::Tags => "tags",
        }
    }

    /// As it is sorted by at first: names from A on, the rest from the latest or most.
    const fn first(self) -> Sorting {
        Sorting {
            column: self,
            is_falling: !matches!(self, Self::Name),
        }
    }
}

/// What an address has before the name of what is sorted by the other way round.
const REVERSED: char = '-';

impl Sorting {
    /// What the address says; by name, if it says nothing.
    pub fn of(query: Query) -> Self {
        query
            .get(Param::Sort)
            .and_then(|id| Self::of_id(&id))
            .unwrap_or(Column::Name.first())
    }

    fn of_id(id: &str) -> Option<Self> {
        let plain = id.trim_start_matches(REVERSED);
        let column = Column::ALL
            .into_iter()
            .find(|column| column.id() == plain)?;
        let first = column.first();
        Some(Self {
            column,
            is_falling: first.is_falling != id.starts_with(REVERSED),
        })
    }

    fn id(self) -> String {
        let is_first = self == self.column.first();
        let mut id = if is_first {
            String::new()
        } else {
            REVERSED.to_string()
        };
        id.push_str(self.column.id());
        id
    }

    /// Sorts by a column: the one that is sorted by already, the other way round.
    pub fn pick(self, column: Column, query: Query) {
        let next = if column == self.column {
            Self {
                is_falling: !self.is_falling,
                ..self
            }
        } else {
            column.first()
        };
        let id = Some(next.id()).filter(|_| next != Column::Name.first());
        query.set_one(Param::Sort, id, History::Push);
    }

    /// What a heading says of it.
    pub fn of_heading(self, column: Column) -> Option<&'static str> {
        (self.column == column).then_some(if self.is_falling {
            "descending"
        } else {
            "ascending"
        })
    }

    /// Repositories, which come by name, in order. Those that did not say when they were pushed
    /// stand last either way.
    pub fn sorted(self, rows: Vec<RepositoryRow>) -> Vec<RepositoryRow> {
        order::sorted(rows, |a, b| self.compare(a, b))
    }

    fn compare(self, a: &RepositoryRow, b: &RepositoryRow) -> Ordering {
        let rising = match self.column {
            Column::Name => a.name.cmp(&b.name),
            Column::Tags => a.tags.cmp(&b.tags),
            Column::Pushed => match (a.pushed_at, b.pushed_at) {
                (Some(a), Some(b)) => a.cmp(&b),
                (a, b) => return a.is_none().cmp(&b.is_none()),
            },
        };
        if self.is_falling {
            rising.reverse()
        } else {
            rising
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, tags: u64, pushed_at: Option<&str>) -> RepositoryRow {
        RepositoryRow {
            name: name.to_owned(),
            description: String::new(),
            tags,
            pushed_at: pushed_at.map(|at| at.parse().unwrap()),
            pull_tag: None,
            missing: Vec::new(),
        }
    }

    #[test]
    fn each_order_is_what_its_address_says() {
        let rows = [
            row("a", 2, None),
            row("b", 9, Some("2026-08-01T00:00:00Z")),
            row("c", 5, Some("2026-08-11T00:00:00Z")),
        ];
        for (id, expected) in [
            ("name", "abc"),
            ("-name", "cba"),
            ("pushed", "cba"),
            ("-pushed", "bca"),
            ("tags", "bca"),
            ("-tags", "acb"),
        ] {
            let sorting = Sorting::of_id(id).unwrap();
            assert_eq!(sorting.id(), id);
            let sorted = sorting.sorted(rows.to_vec());
            let names: String = sorted.into_iter().map(|row| row.name).collect();
            assert_eq!(names, expected, "{id}");
        }
        assert_eq!(Sorting::of_id("stars"), None);
    }
}
