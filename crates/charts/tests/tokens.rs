//! The constants are those of the style sheet.
#![allow(clippy::unwrap_used)]

use charts::{Rgb, Role, Theme, dash};

const TOKENS: &str = include_str!("../../../style/tokens.css");

/// The text of a custom property where it is first declared.
fn token(name: &str) -> &'static str {
    let mark = format!("--{name}:");
    let at = TOKENS.find(&mark).unwrap_or_else(|| panic!("no --{name}"));
    TOKENS[at + mark.len()..].split(';').next().unwrap().trim()
}

/// Both colors of a property, through one reference to another if need be.
fn pair(name: &str) -> (Rgb, Rgb) {
    let text = token(name);
    if let Some(other) = text.strip_prefix("var(--") {
        return pair(other.strip_suffix(')').unwrap());
    }
    let inner = text
        .strip_prefix("light-dark(")
        .unwrap()
        .strip_suffix(')')
        .unwrap();
    let (light, dark) = inner.split_once(',').unwrap();
    (Rgb::parse(light).unwrap(), Rgb::parse(dark).unwrap())
}

#[test]
fn colors_are_those_of_the_style_sheet() {
    type Field = fn(&Theme) -> Rgb;
    let fields: [(&str, Field); 12] = [
        ("paper", |t| t.paper),
        ("ink", |t| t.ink),
        ("c-compare", |t| t.compare),
        ("chart-label", |t| t.label),
        ("chart-grid", |t| t.grid),
        ("chart-axis", |t| t.axis),
        ("accent", |t| t.accent),
        ("c-other", |t| t.other),
        ("c-other-fill", |t| t.other_fill),
        ("c-digest", |t| t.digest),
        ("c-digest-fill", |t| t.digest_fill),
        ("c-check", |t| t.check),
    ];
    for (name, field) in fields {
        let of_theme = (field(&Theme::light()), field(&Theme::dark()));
        assert_eq!(of_theme, pair(name), "--{name}");
    }
    for slot in 0..8 {
        let of_theme = (Theme::light().tags[slot], Theme::dark().tags[slot]);
        assert_eq!(of_theme, pair(&format!("c-{}", slot + 1)), "slot {slot}");
    }
}

#[test]
fn dashes_are_those_of_the_style_sheet() {
    let mut named: Vec<(String, &[f64])> = (0..8)
        .map(|slot| (format!("dash-{}", slot + 1), dash::of(Role::Tag(slot))))
        .collect();
    named.extend([
        ("dash-other".to_owned(), dash::of(Role::Other)),
        ("dash-digest".to_owned(), dash::of(Role::Digest)),
        ("dash-check".to_owned(), dash::of(Role::VersionCheck)),
        ("dash-compare".to_owned(), dash::COMPARE),
        ("dash-running".to_owned(), dash::RUNNING),
    ]);
    for (name, pattern) in named {
        let text = token(&name);
        let lengths: Vec<f64> = match text {
            "none" => Vec::new(),
            _ => text.split(' ').map(|n| n.parse().unwrap()).collect(),
        };
        assert_eq!(pattern, lengths, "--{name}");
    }
}

#[test]
fn slots_past_the_palette_take_its_colors_with_other_dashes() {
    for slot in 0..8 {
        let theme = Theme::light();
        assert_eq!(theme.line(Role::Tag(slot)), theme.line(Role::Tag(slot + 8)));
        assert_ne!(dash::of(Role::Tag(slot)), dash::of(Role::Tag(slot + 8)));
    }
}

#[test]
fn computed_colors_are_understood() {
    assert_eq!(Rgb::parse(" #FBFAF8 "), Some(Rgb(251, 250, 248)));
    assert_eq!(Rgb::parse("#fff"), Some(Rgb(255, 255, 255)));
    assert_eq!(Rgb::parse("rgb(1, 2, 3)"), Some(Rgb(1, 2, 3)));
    assert_eq!(Rgb::parse("rgba(1, 2, 3, 0.5)"), Some(Rgb(1, 2, 3)));
    assert_eq!(Rgb::parse("rgb(1 2 3 / 50%)"), Some(Rgb(1, 2, 3)));
    for wrong in ["", "#", "#ff", "#é12", "blue", "rgb(1, 2)", "rgb()"] {
        assert_eq!(Rgb::parse(wrong), None, "{wrong}");
    }
}
