//! What the page’s worker does with what it is sent.

use super::NAME;
use flate2::read::GzDecoder;
use pulls::batch::Batch;
use pulls::calendar::Day;
use pulls::desk::Desk;
use pulls::partition::Partition;
use pulls::query::Query;
use pulls::segment::SliceId;
use pulls::served::Month;
use pulls::told::Told;
use pulls::view::View;
use std::io::Read;

/// Readers, and the desk that brings them together.
pub struct Page {
    parts: Vec<Partition>,
    desk: Desk,
    /// The months that are held, and their versions.
    pub months: Vec<(Day, u64)>,
}

fn slice(first: Day) -> SliceId {
    SliceId {
        file: u32::MAX,
        slice: first.0.unsigned_abs(),
    }
}

impl Page {
    pub fn new(readers: usize) -> Self {
        Self {
            parts: (0..readers).map(|_| Partition::new()).collect(),
            desk: Desk::new(readers),
            months: Vec::new(),
        }
    }

    fn forget(&mut self, id: SliceId) {
        self.parts.iter_mut().for_each(|part| part.forget_slice(id));
    }

    /// Holds months in place of those before; gives how many came with rows.
    pub fn take(&mut self, told: Told, months: &[Month]) -> usize {
        for (first, _) in std::mem::take(&mut self.months) {
            if !months.iter().any(|month| month.first == first) {
                self.forget(slice(first));
            }
        }
        let mut came = 0;
        for (at, month) in months.iter().enumerate() {
            if let Some(packed) = &month.rows {
                came += 1;
                let mut bytes = Vec::new();
                GzDecoder::new(&packed[..]).read_to_end(&mut bytes).unwrap();
                let batch = Batch::decode(&bytes, |_| true).unwrap();
                let id = slice(month.first);
                self.forget(id);
                let readers = self.parts.len();
                let part = &mut self.parts[at % readers];
                part.hold_batch(id, &batch, NAME).unwrap();
            }
            self.months.push((month.first, month.version));
        }
        self.desk.told = Some(told);
        came
    }

    pub fn view(&mut self, query: &Query) -> View {
        for (at, part) in self.parts.iter().enumerate() {
            let (epoch, known) = self.desk.known(at);
            self.desk.learn(at, part.news(epoch, &known));
        }
        let selection = self.desk.selection(query);
        let tallies: Vec<_> = self
            .parts
            .iter_mut()
            .map(|part| part.tally(&selection))
            .collect();
        let palette = self.desk.palette(query, &tallies);
        let days: Vec<_> = self
            .parts
            .iter()
            .enumerate()
            .map(|(at, part)| part.days(&selection, &self.desk.slots(at, &palette)))
            .collect();
        self.desk.view(query, &palette, &tallies, &days)
    }
}
