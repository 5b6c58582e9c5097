//! The picture of the badge, for readmes: flat, as wide as its words, for light and dark
//! pages. A namespace that is not in the program gets grey words, never an error.

use core::fmt::Write as _;

/// What the picture says of a namespace that is not in the program.
pub const NOT_SPONSORED: &str = "not sponsored";

/// Pixels of the height, as other badges in a row have it.
const HEIGHT: u32 = 20;

/// Pixels of the type.
const SIZE: u32 = 11;

/// Pixels left and right of the words.
const PADDING: u32 = 7;

/// Pixels that the mark takes with the gap behind it.
const MARK: u32 = 17;

/// On which ground the picture stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// As the reader has set it (`prefers-color-scheme`).
    #[default]
    Reader,
    /// On light pages.
    Light,
    /// On dark pages.
    Dark,
}

impl Ground {
    /// By its name in an address.
    pub fn of_id(id: &str) -> Option<Self> {
        match id {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }
}

/// Ground, edge and ink of the two badges on light and on dark pages. Each pair of ground and
/// ink has a contrast of 4.5 or more.
const LOOKS: [[[&str; 3]; 2]; 2] = [
    [
        ["#1b4d9b", "#1b4d9b", "#ffffff"],
        ["#a9c6f5", "#a9c6f5", "#10233f"],
    ],
    [
        ["#f1f0ec", "#c9c6bd", "#57534a"],
        ["#2a2823", "#56524a", "#b9b4a9"],
    ],
];

/// The picture as SVG. `name` is the namespace if it is one; it stands in the accessible name
/// alone and consists of letters, digits, dots, dashes and underscores.
pub fn svg(name: Option<&str>, is_sponsored: bool, ground: Ground) -> String {
    let words = if is_sponsored {
        crate::BADGE_LABEL
    } else {
        NOT_SPONSORED
    };
    let looks = &LOOKS[usize::from(!is_sponsored)];
    let text = text_width(words);
    let left = PADDING + if is_sponsored { MARK } else { 0 };
    let width = left + text + PADDING;
    let accessible = match (name, is_sponsored) {
        (Some(name), true) => format!("{name}: {}, verified", crate::SHORT_NAME),
        (Some(name), false) => format!("{name}: {NOT_SPONSORED}"),
        (None, _) => NOT_SPONSORED.to_owned(),
    };
    let rules = |[ground, edge, ink]: [&str; 3]| {
        format!(".g{{fill:{ground};stroke:{edge}}}.i{{fill:{ink}}}")
    };
    let [light, dark] = *looks;
    let style = match ground {
        Ground::Light => rules(light),
        Ground::Dark => rules(dark),
        Ground::Reader => format!(
            "{}@media (prefers-color-scheme:dark){{{}}}",
            rules(light),
            rules(dark)
        ),
    };
    let mark = if is_sponsored {
        // Three bars, cut at a slant: the mark of the program.
        "<path class=\"i\" d=\"M7 5.5h11l-1.6 2.2H7zm0 3.4h7.4l1.4 1.1-1.4 1.1H7zm0 3.4h9.4l1.6 2.2H7z\"/>"
    } else {
        ""
    };
    let mut svg = String::with_capacity(900);
    // Writing to a string cannot fail.
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{HEIGHT}\" \
         viewBox=\"0 0 {width} {HEIGHT}\" role=\"img\" aria-label=\"{accessible}\">\
         <title>{accessible}</title><style>{style}</style>\
         <rect class=\"g\" x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"2.5\"/>{mark}\
         <text class=\"i\" x=\"{left}\" y=\"14\" textLength=\"{text}\" lengthAdjust=\"spacingAndGlyphs\" \
         font-family=\"Verdana,DejaVu Sans,Geneva,sans-serif\" font-size=\"{SIZE}\">{words}</text></svg>",
        width - 1,
        HEIGHT - 1,
    );
    svg
}

/// Pixels that words take in Verdana, for which `textLength` then holds in any other face.
fn text_width(words: &str) -> u32 {
    let thousandths: u32 = words.chars().map(advance).sum();
    (thousandths * SIZE).div_ceil(1000)
}

/// The advance of a character in Verdana, in thousandths of the type size, for the letters
/// that the badge has.
const fn advance(character: char) -> u32 {
    match character {
        ' ' => 352,
        'O' => 787,
        'S' => 684,
        'd' | 'p' => 623,
        'e' => 596,
        'n' => 633,
        'o' => 607,
        'r' => 427,
        's' => 521,
        't' => 394,
        // About the mean; none of the words has another.
        _ => 600,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The relative luminance of a color (WCAG 2.2).
    fn luminance(color: &str) -> f64 {
        let channel = |at: usize| {
            let value = u8::from_str_radix(&color[at..at + 2], 16).unwrap();
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    #[test]
    fn words_can_be_read_on_both_grounds() {
        for [ground, _, ink] in LOOKS.iter().flatten() {
            let (a, b) = (luminance(ground), luminance(ink));
            let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(contrast >= 4.5, "{ground} {ink} {contrast}");
        }
    }

    #[test]
    fn every_letter_of_the_badge_has_its_width() {
        for letter in crate::BADGE_LABEL.chars().chain(NOT_SPONSORED.chars()) {
            assert_ne!(advance(letter), 600, "{letter}");
        }
        assert_eq!(
            (text_width("Sponsored OSS"), text_width(NOT_SPONSORED)),
            (87, 79)
        );
    }

    #[test]
    fn the_picture_names_itself_and_loads_nothing() {
        let svg = svg(Some("kelp.works"), true, Ground::Reader);
        assert!(svg.contains("aria-label=\"kelp.works: Docker-Sponsored Open Source, verified\""));
        assert!(svg.contains("prefers-color-scheme:dark"));
        assert_eq!(
            svg.matches("http").count(),
            1,
            "the namespace of SVG alone: {svg}"
        );
        let grey = super::svg(None, false, Ground::Dark);
        assert!(grey.contains(">not sponsored</text>") && !grey.contains("prefers"));
    }
}
