//! Colors and dashes: the chart tokens of `style/tokens.css` as values.
//!
//! The page reads them from the style sheet at run time; the constants here are
//! for pictures made without a page, and a test compares them with that file.

use crate::model::Role;
use plotters::style::RGBAColor;

/// An opaque sRGB color.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// Reads `#rgb`, `#rrggbb`, `rgb(1, 2, 3)` or `rgb(1 2 3)`, as style sheets
    /// and `getComputedStyle` write them; an alpha part is ignored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(hex) = text.strip_prefix('#') {
            let digit = |at: usize| {
                hex.get(at..=at)
                    .and_then(|d| u8::from_str_radix(d, 16).ok())
            };
            return match hex.len() {
                3 => Some(Self(digit(0)? * 17, digit(1)? * 17, digit(2)? * 17)),
                6 | 8 => Some(Self(
                    digit(0)? * 16 + digit(1)?,
                    digit(2)? * 16 + digit(3)?,
                    digit(4)? * 16 + digit(5)?,
                )),
                _ => None,
            };
        }
        let inner = text
            .strip_prefix("rgba(")
            .or_else(|| text.strip_prefix("rgb("))?
            .strip_suffix(')')?;
        let mut parts = inner
            .split([',', ' ', '/'])
            .filter(|part| !part.is_empty())
            .map(|part| part.parse::<f64>().ok());
        let mut channel = || {
            parts
                .next()
                .flatten()
                .map(|c| c.round().clamp(0.0, 255.0) as u8)
        };
        Some(Self(channel()?, channel()?, channel()?))
    }

    /// The color as seen through `opacity` (0 to 1) over an opaque ground.
    #[must_use]
    pub fn over(self, ground: Self, opacity: f64) -> Self {
        let mix = |a: u8, b: u8| {
            (f64::from(a) * opacity + f64::from(b) * (1.0 - opacity))
                .round()
                .clamp(0.0, 255.0) as u8
        };
        Self(
            mix(self.0, ground.0),
            mix(self.1, ground.1),
            mix(self.2, ground.2),
        )
    }

    pub(crate) fn alpha(self, alpha: f64) -> RGBAColor {
        RGBAColor(self.0, self.1, self.2, alpha)
    }
}

/// The colors of a chart. The field names follow the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// `--paper`: the ground, and the gaps between areas.
    pub paper: Rgb,
    /// `--ink`: the total, the cursor, names.
    pub ink: Rgb,
    /// `--ink-2`: the comparison (`--c-compare`).
    pub compare: Rgb,
    /// `--ink-3`: axis labels (`--chart-label`).
    pub label: Rgb,
    /// `--rule`: grid lines (`--chart-grid`).
    pub grid: Rgb,
    /// `--rule-2`: axis, ticks and leaders (`--chart-axis`).
    pub axis: Rgb,
    /// `--accent`: the frontier of a file being read.
    pub accent: Rgb,
    /// `--c-1` to `--c-8`.
    pub tags: [Rgb; 8],
    /// `--c-other`: the line of other tags.
    pub other: Rgb,
    /// `--c-other-fill`: the area of other tags.
    pub other_fill: Rgb,
    /// `--c-digest`: the line of pulls by digest.
    pub digest: Rgb,
    /// `--c-digest-fill`: the area of pulls by digest, under the hatch.
    pub digest_fill: Rgb,
    /// `--c-check`: version checks.
    pub check: Rgb,
    /// The reader has asked for a palette of few colors: areas are outlines
    /// on paper, and what color told is left to names and dashes.
    pub forced: bool,
}

const fn rgb(hex: u32) -> Rgb {
    Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

impl Theme {
    /// The light theme of the tokens.
    #[must_use]
    pub const fn light() -> Self {
        Self {
            paper: rgb(0xfbfaf8),
            ink: rgb(0x1d1a16),
            compare: rgb(0x57524a),
            label: rgb(0x6b655c),
            grid: rgb(0xe3dfd7),
            axis: rgb(0xcbc5ba),
            accent: rgb(0x1d4f9f),
            tags: [
                rgb(0x2563b8),
                rgb(0xb85c0c),
                rgb(0x0a6a64),
                rgb(0xc668ab),
                rgb(0x7b9621),
                rgb(0x3d8fc0),
                rgb(0x7d2b18),
                rgb(0x4e3a7d),
            ],
            other: rgb(0x8a847a),
            other_fill: rgb(0xd6d1c8),
            digest: rgb(0x57524a),
            digest_fill: rgb(0xb3ada2),
            check: rgb(0x7a7368),
            forced: false,
        }
    }

    /// The dark theme of the tokens.
    #[must_use]
    pub const fn dark() -> Self {
        Self {
            paper: rgb(0x151412),
            ink: rgb(0xeeebe6),
            compare: rgb(0xb8b2a8),
            label: rgb(0x9d968b),
            grid: rgb(0x312e2a),
            axis: rgb(0x474239),
            accent: rgb(0x8bb6f3),
            tags: [
                rgb(0x5b8fe8),
                rgb(0xe28b33),
                rgb(0x2a9a80),
                rgb(0xe6a3d3),
                rgb(0xc6e06e),
                rgb(0x8fd3ee),
                rgb(0xc2573a),
                rgb(0xf3e3a0),
            ],
            other: rgb(0x7d766c),
            other_fill: rgb(0x47423b),
            digest: rgb(0xb3ada3),
            digest_fill: rgb(0x6e675d),
            check: rgb(0x8f887d),
            forced: false,
        }
    }

    /// A theme for `forced-colors`: the system's `Canvas`, `CanvasText` and
    /// `Highlight`.
    #[must_use]
    pub const fn forced_colors(canvas: Rgb, text: Rgb, highlight: Rgb) -> Self {
        Self {
            paper: canvas,
            ink: text,
            compare: text,
            label: text,
            grid: text,
            axis: text,
            accent: highlight,
            tags: [text; 8],
            other: text,
            other_fill: canvas,
            digest: text,
            digest_fill: canvas,
            check: text,
            forced: true,
        }
    }

    /// The color of a series as a line.
    #[must_use]
    pub fn line(&self, role: Role) -> Rgb {
        match role {
            Role::Tag(slot) => self.tags[usize::from(slot) % 8],
            Role::Other => self.other,
            Role::Digest => self.digest,
            Role::VersionCheck => self.check,
        }
    }

    /// The color of a series as an area or a swatch, as it looks on paper.
    #[must_use]
    pub fn fill(&self, role: Role) -> Rgb {
        match role {
            _ if self.forced => self.paper,
            Role::Tag(_) | Role::VersionCheck => self.line(role).over(self.paper, 0.82),
            Role::Other => self.other_fill,
            Role::Digest => self.digest_fill,
        }
    }

    /// The color of the running period of an area, as it looks on paper.
    #[must_use]
    pub fn running_fill(&self, role: Role) -> Rgb {
        match role {
            _ if self.forced => self.paper,
            Role::Tag(_) | Role::VersionCheck => self.line(role).over(self.paper, 0.28),
            Role::Other => self.other_fill.over(self.paper, 0.4),
            Role::Digest => self.digest_fill.over(self.paper, 0.4),
        }
    }
}

/// Dash patterns of the tokens, in CSS pixels: drawn, left out, and so on.
pub mod dash {
    use crate::model::Role;

    /// `--dash-1` to `--dash-8`.
    pub const TAGS: [&[f64]; 8] = [
        &[],
        &[8.0, 3.0],
        &[2.0, 3.0],
        &[10.0, 3.0, 2.0, 3.0],
        &[5.0, 3.0],
        &[12.0, 4.0],
        &[6.0, 3.0, 2.0, 3.0, 2.0, 3.0],
        &[1.0, 3.0],
    ];
    /// `--dash-other`.
    pub const OTHER: &[f64] = &[4.0, 4.0];
    /// `--dash-digest`.
    pub const DIGEST: &[f64] = &[3.0, 2.0, 1.0, 2.0];
    /// `--dash-check`.
    pub const CHECK: &[f64] = &[1.0, 4.0];
    /// `--dash-compare`.
    pub const COMPARE: &[f64] = &[5.0, 4.0];
    /// `--dash-running`; also the bridge over a gap.
    pub const RUNNING: &[f64] = &[1.0, 3.0];

    /// The pattern of a series. Slots past the palette take its colors again,
    /// each with another dash.
    #[must_use]
    pub fn of(role: Role) -> &'static [f64] {
        match role {
            Role::Tag(slot) => TAGS[(usize::from(slot) + 3 * (usize::from(slot) / 8)) % 8],
            Role::Other => OTHER,
            Role::Digest => DIGEST,
            Role::VersionCheck => CHECK,
        }
    }
}
