//! Numbers, days and names in the reader's locale, through the browser's `Intl`.
//! Days are days in UTC and are given as days since 1970.

use js_sys::{Array, Function, Intl, Object, Reflect};
use std::cell::OnceCell;
use wasm_bindgen::{JsCast, JsValue};

/// Milliseconds in a day.
const DAY_MS: f64 = 86_400_000.0;

/// Formatters are dear to make and cheap to use: each is made once.
struct Formatters {
    number: OnceCell<Function>,
    compact: OnceCell<Function>,
    percent: OnceCell<Function>,
    signed_percent: OnceCell<Function>,
    one_digit: OnceCell<Function>,
    day: OnceCell<Intl::DateTimeFormat>,
    short_day: OnceCell<Intl::DateTimeFormat>,
    month: OnceCell<Intl::DateTimeFormat>,
    short_month: OnceCell<Intl::DateTimeFormat>,
    year: OnceCell<Intl::DateTimeFormat>,
    country: OnceCell<Option<Intl::DisplayNames>>,
    time_of_day: OnceCell<Intl::DateTimeFormat>,
    ago: OnceCell<Intl::RelativeTimeFormat>,
}

thread_local! {
    static FORMATTERS: Formatters = const {
        Formatters {
            number: OnceCell::new(),
            compact: OnceCell::new(),
            percent: OnceCell::new(),
            signed_percent: OnceCell::new(),
            one_digit: OnceCell::new(),
            day: OnceCell::new(),
            short_day: OnceCell::new(),
            month: OnceCell::new(),
            short_month: OnceCell::new(),
            year: OnceCell::new(),
            country: OnceCell::new(),
            time_of_day: OnceCell::new(),
            ago: OnceCell::new(),
        }
    };
}

/// A whole number with the locale's grouping: `3,349,370`.
pub fn number(value: u64) -> String {
    FORMATTERS.with(|all| written(&all.number, &[], value as f64))
}

/// A number short enough for an axis: `150K`.
pub fn compact(value: f64) -> String {
    FORMATTERS.with(|all| {
        let options = [("notation", "compact"), ("maximumFractionDigits", "1")];
        written(&all.compact, &options, value)
    })
}

/// A share of one, with one digit: `18.5%`.
pub fn percent(share: f64) -> String {
    FORMATTERS.with(|all| written(&all.percent, &PERCENT, share))
}

/// A change as a share of one, always with its sign: `+19.9%`.
pub fn signed_percent(change: f64) -> String {
    FORMATTERS.with(|all| {
        let [style, least, most] = PERCENT;
        let options = [style, least, most, ("signDisplay", "exceptZero")];
        written(&all.signed_percent, &options, change)
    })
}

const PERCENT: [(&str, &str); 3] = [
    ("style", "percent"),
    ("minimumFractionDigits", "1"),
    ("maximumFractionDigits", "1"),
];

/// Bytes in the unit that fits, decimal: `388 MB`, `1.1 GB`.
pub fn bytes(count: f64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"];
    let mut value = count;
    let mut at = 0;
    while value >= 999.5 && at + 1 < units.len() {
        value /= 1000.0;
        at += 1;
    }
    let mut text = if value < 9.95 && at > 0 {
        one_digit(value)
    } else {
        number(value.round() as u64)
    };
    // A narrow no-break space: the unit never stands alone on a line.
    text.push('\u{202f}');
    text.push_str(units[at]);
    text
}

/// A number with at most one digit after the point: `2.4`.
pub fn one_digit(value: f64) -> String {
    FORMATTERS.with(|all| written(&all.one_digit, &[("maximumFractionDigits", "1")], value))
}

/// A day in full: `16 Aug 2026`.
pub fn day(days: i32) -> String {
    FORMATTERS.with(|all| dated(&all.day, &DAY, days))
}

/// A day where the year is clear: `16 Aug`.
pub fn short_day(days: i32) -> String {
    FORMATTERS.with(|all| dated(&all.short_day, &DAY[..2], days))
}

/// A month in full: `Aug 2026`.
pub fn month(days: i32) -> String {
    FORMATTERS.with(|all| dated(&all.month, &DAY[1..], days))
}

/// A month where the year is clear: `Aug`.
pub fn short_month(days: i32) -> String {
    FORMATTERS.with(|all| dated(&all.short_month, &DAY[1..2], days))
}

/// A year: `2026`.
pub fn year(days: i32) -> String {
    FORMATTERS.with(|all| dated(&all.year, &DAY[2..], days))
}

/// A time of day, in UTC, which it says: `14:20 UTC`.
pub fn time_of_day(ms: f64) -> String {
    FORMATTERS.with(|all| {
        let pairs = [
            ("hour", "2-digit"),
            ("minute", "2-digit"),
            ("hourCycle", "h23"),
            ("timeZoneName", "short"),
        ];
        let format = all.time_of_day.get_or_init(|| date_format(&pairs));
        called(&format.format(), &JsValue::from_f64(ms))
    })
}

/// So many units ago: `3 days ago`. Units as `Intl.RelativeTimeFormat` names them.
pub fn ago(count: i64, unit: &str) -> String {
    FORMATTERS.with(|all| {
        let format = all.ago.get_or_init(|| {
            let options = options(&[("style", "short")]);
            Intl::RelativeTimeFormat::new(&Array::new(), &options)
        });
        String::from(format.format(-(count as f64), unit))
    })
}

/// From one day to another, said as briefly as the locale can: `16 Feb – 16 Aug 2026`.
pub fn day_range(first: i32, last: i32) -> String {
    FORMATTERS.with(|all| {
        let format = all.day.get_or_init(|| date_format(&DAY));
        format
            .format_range(&date(first), &date(last))
            .map_or_else(|_| day(first), String::from)
    })
}

/// The name of a country by its two letters, or the letters where there is none.
pub fn country(code: &str) -> String {
    FORMATTERS.with(|all| {
        let names = all.country.get_or_init(|| {
            let options = options(&[("type", "region")]);
            // Not every browser knows names; letters then do.
            let known = Reflect::has(&Intl_object(), &JsValue::from_str("DisplayNames"));
            (known == Ok(true)).then(|| Intl::DisplayNames::new(&Array::new(), &options))
        });
        let two_letters = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        match names {
            Some(names) if two_letters => names
                .of(code)
                .map(String::from)
                .unwrap_or_else(|| code.to_owned()),
            _ => code.to_owned(),
        }
    })
}

const DAY: [(&str, &str); 3] = [("day", "numeric"), ("month", "short"), ("year", "numeric")];

#[allow(non_snake_case, reason = "named as the object is in JavaScript")]
fn Intl_object() -> JsValue {
    Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).unwrap_or_default()
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        // Digits arrive as text, which Intl reads as the number it says.
        let _ = Reflect::set(
            &options,
            &JsValue::from_str(name),
            &JsValue::from_str(value),
        );
    }
    options
}

fn date_format(pairs: &[(&str, &str)]) -> Intl::DateTimeFormat {
    let options = options(pairs);
    let _ = Reflect::set(&options, &"timeZone".into(), &"UTC".into());
    Intl::DateTimeFormat::new(&Array::new(), &options)
}

fn date(days: i32) -> js_sys::Date {
    js_sys::Date::new(&JsValue::from_f64(f64::from(days) * DAY_MS))
}

fn written(cell: &OnceCell<Function>, pairs: &[(&str, &str)], value: f64) -> String {
    let format =
        cell.get_or_init(|| Intl::NumberFormat::new(&Array::new(), &options(pairs)).format());
    called(format, &JsValue::from_f64(value))
}

fn dated(cell: &OnceCell<Intl::DateTimeFormat>, pairs: &[(&str, &str)], days: i32) -> String {
    let format = cell.get_or_init(|| date_format(pairs));
    called(&format.format(), &date(days).unchecked_into())
}

fn called(format: &Function, value: &JsValue) -> String {
    format
        .call1(&JsValue::UNDEFINED, value)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}
