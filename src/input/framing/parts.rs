//! The rows and cells of CSV, as one pass over its text parts them.

use crate::input::kernels::Parts;

/// Tells row by row where it ends, in a text that starts with one.
#[derive(Debug)]
pub struct Ends<'p> {
    parts: &'p Parts,
    /// What was not passed yet: the first line feed, delimiter, misplaced quote.
    feed: usize,
    delimiter: usize,
    misplaced: usize,
    /// Whether what was passed has an odd number of quotes: some row before was broken.
    open: usize,
}

/// The row that starts where the last one ended.
#[derive(Debug)]
pub struct End {
    /// The line feed that ends it, if one does.
    pub feed: Option<usize>,
    /// All its quotes are closed.
    pub whole: bool,
    /// Line feeds stand in it.
    pub lines: bool,
}

/// Moves on to the first of some indices that is not before another.
fn pass(indices: &[usize], next: &mut usize, to: usize) {
    *next += indices[*next..].iter().take_while(|at| **at < to).count();
}

impl<'p> Ends<'p> {
    pub fn of(parts: &'p Parts) -> Ends<'p> {
        Ends { parts, feed: 0, delimiter: 0, misplaced: 0, open: 0 }
    }

    pub fn row(&self) -> End {
        let rest = &self.parts.feeds[self.feed..];
        let within = rest.iter().take_while(|mark| **mark & 1 != self.open).count();
        let feed = rest.get(within).map(|mark| mark >> 1);
        End { feed, whole: feed.is_some() || usize::from(self.parts.is_open()) == self.open, lines: within > 0 }
    }

    /// The delimiters up to `to`, if they are known and all quotes up to there stand where they belong. It never goes back.
    pub fn delimiters(&mut self, to: usize) -> Option<&'p [usize]> {
        let from = self.delimiter;
        pass(&self.parts.delimiters, &mut self.delimiter, to);
        let misplaced = self.misplaced;
        pass(&self.parts.misplaced, &mut self.misplaced, to);
        (self.open == 0 && self.parts.delimiter.is_some() && misplaced == self.misplaced)
            .then(|| &self.parts.delimiters[from..self.delimiter])
    }

    /// The next row starts behind the line feed at `to`.
    pub fn pass(&mut self, to: usize) {
        self.feed += self.parts.feeds[self.feed..].iter().take_while(|mark| **mark >> 1 < to).count();
        if let Some(mark) = self.parts.feeds.get(self.feed) {
            self.open = mark & 1;
            self.feed += 1;
        }
    }
}

impl Parts {
    /// Of a text of rows.
    pub fn of(bytes: &[u8], delimiter: Option<u8>) -> Parts {
        let mut parts = Parts::new(false, delimiter);
        parts.add(bytes);
        parts
    }

    /// The first line feed that ends a row.
    pub fn first(&self) -> Option<usize> {
        self.feeds.iter().find(|mark| **mark & 1 == 0).map(|mark| mark >> 1)
    }

    /// Leaves away what stands before an index.
    pub fn cut(&mut self, start: usize) {
        self.feeds.retain(|mark| mark >> 1 >= start);
        self.feeds.iter_mut().for_each(|mark| *mark -= start << 1);
        for indices in [&mut self.delimiters, &mut self.misplaced] {
            let before = indices.iter().take_while(|at| **at < start).count();
            indices.drain(..before);
            indices.iter_mut().for_each(|at| *at -= start);
        }
        self.length -= start.min(self.length);
    }
}
