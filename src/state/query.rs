//! The view as the URL holds it: the one place where the query is read and
//! written. Writing never scrolls; whether Back undoes it is the caller's choice.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    location::Location,
    params::ParamsMap,
};

/// Every query parameter of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Param {
    /// Named time span, such as the last six months.
    Span,
    /// First day of a custom span.
    From,
    /// Last day of a custom span.
    To,
    /// Day, week or month.
    By,
    /// Pulls, version checks or both.
    Count,
    /// Stacked, lines or table.
    Form,
    /// What the span is compared with.
    Compare,
    /// A filter, repeated.
    Filter,
    /// What the rows are sorted by.
    Sort,
    /// Words that are looked for.
    Words,
    /// The topic that namespaces are narrowed down to.
    Topic,
    /// Namespaces that are not in the program, too.
    All,
    /// The order of namespaces.
    Order,
    /// How many lines of a long list are shown.
    Show,
}

impl Param {
    /// Those of the workbench’s view.
    pub const OF_VIEW: [Self; 9] = [
        Self::Span,
        Self::From,
        Self::To,
        Self::By,
        Self::Count,
        Self::Form,
        Self::Compare,
        Self::Filter,
        Self::Sort,
    ];

    /// The name in the URL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Span => "span",
            Self::From => "from",
            Self::To => "to",
            Self::By => "by",
            Self::Count => "count",
            Self::Form => "form",
            Self::Compare => "compare",
            Self::Filter => "filter",
            Self::Sort => "sort",
            Self::Words => "q",
            Self::Topic => "topic",
            Self::All => "all",
            Self::Order => "order",
            Self::Show => "show",
        }
    }
}

/// What Back does after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// Back returns to the view before.
    Push,
    /// The view before is forgotten: for steps too small to go back to.
    Replace,
}

/// Reads and writes the query. Copy it freely; make one with [`use_query`].
#[derive(Clone, Copy)]
pub struct Query {
    map: Memo<ParamsMap>,
    location: StoredValue<Location>,
    navigate: StoredValue<Navigate>,
}

type Navigate = std::sync::Arc<dyn Fn(&str, NavigateOptions) + Send + Sync>;

/// The query of the page that asks.
///
/// # Panics
/// Outside the router.
pub fn use_query() -> Query {
    let location = use_location();
    let navigate: Navigate = std::sync::Arc::new(use_navigate());
    Query {
        map: location.query,
        location: StoredValue::new(location),
        navigate: StoredValue::new(navigate),
    }
}

impl Query {
    /// The first value of a parameter, decoded; follows the URL.
    pub fn get(self, param: Param) -> Option<String> {
        self.map
            .with(|map| map.get_str(param.name()).map(str::to_owned))
    }

    /// Every value of a parameter, decoded; follows the URL.
    pub fn all(self, param: Param) -> Vec<String> {
        self.map
            .with(|map| map.get_all(param.name()).unwrap_or_default())
    }

    /// Whether the URL says nothing about the workbench’s view; follows the URL. What others
    /// put into a link, such as where it was found, is no view.
    pub fn is_empty(self) -> bool {
        self.map.with(|map| {
            Param::OF_VIEW
                .iter()
                .all(|p| map.get_str(p.name()).is_none())
        })
    }

    /// Sets parameters, each to all of its values; no value removes it. Others
    /// stay. Nothing happens when the URL says so already.
    pub fn set(self, changes: &[(Param, &[String])], history: History) {
        let mut map = self.map.get_untracked();
        let before = map.to_query_string();
        for (param, values) in changes {
            map.remove(param.name());
            for value in *values {
                map.insert(param.name(), value.clone());
            }
        }
        let query = map.to_query_string();
        if query == before {
            return;
        }
        // The fragment is left out: the router would scroll to it.
        let mut url = self.location.with_value(|at| at.pathname.get_untracked());
        url.push_str(&query);
        self.navigate.with_value(|navigate| {
            navigate(
                &url,
                NavigateOptions {
                    resolve: false,
                    replace: history == History::Replace,
                    scroll: false,
                    ..NavigateOptions::default()
                },
            );
        });
    }

    /// Sets one parameter to one value, or removes it.
    pub fn set_one(self, param: Param, value: Option<String>, history: History) {
        let values: Vec<String> = value.into_iter().collect();
        self.set(&[(param, &values)], history);
    }
}
