//! The line feeds of CSV, and which of them stand in quotes: found in one pass, for rows to be told by.

use crate::input::kernels;

/// Of bytes at the start of which a quote is open or not.
#[derive(Clone, Debug, Default)]
pub struct Feeds {
    /// Twice the index of each, and one more where a quote is open.
    marks: Vec<usize>,
    length: usize,
    open: bool,
}

impl Feeds {
    pub fn of(bytes: &[u8]) -> Feeds {
        let mut feeds = Feeds::default();
        feeds.add(bytes);
        feeds
    }

    /// Goes on with what follows.
    pub fn add(&mut self, bytes: &[u8]) {
        self.open = kernels::feeds(bytes, self.length, self.open, &mut self.marks);
        self.length += bytes.len();
    }

    /// What was not known: a quote is open at the start.
    pub fn opened(&mut self) {
        self.marks.iter_mut().for_each(|mark| *mark ^= 1);
        self.open = !self.open;
    }

    /// Whether a quote is open at the end.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// The first that ends a row.
    pub fn first(&self) -> Option<usize> {
        self.marks.iter().find(|mark| **mark & 1 == 0).map(|mark| mark >> 1)
    }

    /// Leaves away what stands before an index.
    pub fn cut(&mut self, start: usize) {
        self.marks.retain(|mark| mark >> 1 >= start);
        self.marks.iter_mut().for_each(|mark| *mark -= start << 1);
        self.length -= start.min(self.length);
    }

    /// The ends of the rows, from the first byte on, at which no quote is open.
    pub fn ends(&self) -> Ends<'_> {
        Ends { feeds: self, next: 0, open: 0 }
    }
}

/// Tells row by row where it ends.
#[derive(Debug)]
pub struct Ends<'f> {
    feeds: &'f Feeds,
    /// The first line feed that was not passed, and whether what was passed has an odd number of quotes.
    next: usize,
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

impl Ends<'_> {
    pub fn row(&self) -> End {
        let rest = &self.feeds.marks[self.next..];
        let within = rest.iter().take_while(|mark| **mark & 1 != self.open).count();
        let feed = rest.get(within).map(|mark| mark >> 1);
        End { feed, whole: feed.is_some() || usize::from(self.feeds.open) == self.open, lines: within > 0 }
    }

    /// The next row starts behind this line feed.
    pub fn pass(&mut self, feed: usize) {
        self.next += self.feeds.marks[self.next..].iter().take_while(|mark| **mark >> 1 < feed).count();
        if let Some(mark) = self.feeds.marks.get(self.next) {
            self.open = mark & 1;
            self.next += 1;
        }
    }
}
