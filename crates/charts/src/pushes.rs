//! Marks on the time axis: the days on which tags were pushed.

use crate::labels::shorten;
use crate::layout::Rect;
use crate::model::{ChartModel, Push};
use crate::ticks::{AXIS_TEXT_PX, DayScale, LABEL_GAP_PX, XTick};
use crate::words::Words;

/// Room for their names, below those of days and months.
pub(crate) const LANE_PX: f64 = 16.0;
/// A name is no wider: tags may have 128 letters.
const MOST_WIDE_PX: f64 = 96.0;

/// A mark for each day, the newest first, so that it is the first to get a name: the tag, or how
/// many there are.
pub(crate) fn marks(
    model: &ChartModel,
    scale: DayScale,
    plot: Rect,
    right_edge: f64,
    words: &Words,
) -> Vec<XTick> {
    let shown: Vec<&Push> = model
        .pushes
        .iter()
        .filter(|push| model.buckets.iter().any(|b| b.has(push.day)))
        .collect();
    let mut free_to = right_edge;
    shown
        .chunk_by(|push, next| push.day == next.day)
        .rev()
        .map(|of_day| {
            let text = match of_day {
                [push] => shorten(&push.tag, MOST_WIDE_PX, words),
                all => [&(words.number)(all.len() as u64), " ", words.tags].concat(),
            };
            // Periods stand at their last day: the first one begins left of the plot.
            let x = scale.x(of_day[0].day).max(plot.left).min(plot.right);
            let width = words.width(&text, AXIS_TEXT_PX);
            let left = (x - width / 2.0).min(right_edge - width).max(0.0);
            let fits = left + width <= free_to;
            if fits {
                free_to = left - LABEL_GAP_PX;
            }
            XTick {
                x,
                major: false,
                label: fits.then_some((text, left)),
            }
        })
        .collect()
}
