//! Rows of a chunk that passed the same filters, and the values of terms on them. Values are computed when they are asked for, and once:
//! on a wider selection where that has them already, and once for each distinct text where a column repeats itself.

use std::cell::RefCell;
use std::rc::Rc;

use arrow::array::{Array, BooleanArray, UInt32Array};
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use crate::value::{Batch, Column, Type};

use super::terms::{Term, Terms, What, compute};

/// A chunk of the shared scan.
pub struct Whole<'t> {
    terms: &'t Terms,
    batch: Batch,
    distinct: RefCell<HashMap<usize, Option<Rc<Distinct>>>>,
}

/// A column that repeats itself: its distinct values, and what they give.
struct Distinct {
    values: Column,
    computed: RefCell<HashMap<Term, Column>>,
    /// Each row's value.
    keys: UInt32Array,
}

/// Fewer rows than this are computed one by one.
const FEW: usize = 32;
/// A column is said to repeat itself where each value stands in this many rows, on average.
const REPEATS: usize = 4;

impl<'t> Whole<'t> {
    pub fn new(terms: &'t Terms, batch: Batch) -> Whole<'t> {
        Whole { terms, batch, distinct: RefCell::default() }
    }

    fn distinct(&self, slot: usize) -> Option<Rc<Distinct>> {
        if let Some(known) = self.distinct.borrow().get(&slot) {
            return known.clone();
        }
        let found = self.batch.columns.get(slot).and_then(Distinct::of).map(Rc::new);
        self.distinct.borrow_mut().insert(slot, found.clone());
        found
    }
}

impl Distinct {
    fn of(column: &Column) -> Option<Distinct> {
        if !matches!(column.ty(), Type::String | Type::Dynamic) || column.len() < FEW {
            return None;
        }
        let texts = column.strings();
        let mut known: HashMap<Option<&str>, u32> = HashMap::new();
        let mut first: Vec<u32> = Vec::new();
        let mut keys = Vec::with_capacity(texts.len());
        for row in 0..texts.len() {
            let text = (!texts.is_null(row)).then(|| texts.value(row));
            let key = match known.entry(text) {
                Entry::Occupied(entry) => *entry.get(),
                Entry::Vacant(entry) => {
                    if first.len() * REPEATS > texts.len() {
                        return None;
                    }
                    first.push(row as u32);
                    *entry.insert(first.len() as u32 - 1)
                }
            };
            keys.push(key);
        }
        Some(Distinct { values: column.take(&first.into()), computed: RefCell::default(), keys: keys.into() })
    }

    /// A term that depends on this column only, for each of its values.
    fn compute(&self, terms: &Terms, term: Term) -> Column {
        if let Some(known) = self.computed.borrow().get(&term) {
            return known.clone();
        }
        let column = match terms.what(term) {
            What::Column(_) => self.values.clone(),
            What::Computed { compiled, arguments } => {
                let arguments = arguments.iter().map(|argument| self.compute(terms, *argument)).collect();
                compute(compiled, arguments, self.values.len())
            }
        };
        self.computed.borrow_mut().insert(term, column.clone());
        column
    }
}

/// Which rows of a wider selection.
enum Rows {
    Where(BooleanArray),
    At(UInt32Array),
}

impl Rows {
    fn of(&self, column: &Column) -> Column {
        match self {
            Rows::Where(mask) => column.filter(mask),
            Rows::At(rows) => column.take(rows),
        }
    }
}

/// Some rows of a chunk.
pub struct Selection<'s> {
    whole: &'s Whole<'s>,
    /// The wider selection that these rows are of, and which of it they are.
    of: Option<(&'s Selection<'s>, Rows)>,
    rows: usize,
    known: RefCell<HashMap<Term, Column>>,
    keys: RefCell<HashMap<usize, UInt32Array>>,
}

impl<'s> Selection<'s> {
    pub fn all(whole: &'s Whole<'s>) -> Selection<'s> {
        Selection { whole, of: None, rows: whole.batch.rows, known: RefCell::default(), keys: RefCell::default() }
    }

    /// The rows where a term is true.
    pub fn narrow(&'s self, term: Term) -> Selection<'s> {
        let column = self.column(term);
        let mask = column.bools();
        let mask = if mask.null_count() > 0 { arrow::compute::prep_null_mask_filter(mask) } else { mask.clone() };
        let rows = mask.true_count();
        Selection { whole: self.whole, of: Some((self, Rows::Where(mask))), rows, known: RefCell::default(), keys: RefCell::default() }
    }

    /// The numbers of the rows where a term is true.
    pub fn passing(&self, term: Term) -> impl Iterator<Item = usize> {
        let column = self.column(term);
        let mask = column.bools().clone();
        (0..self.rows).filter(move |row| mask.is_valid(*row) && mask.value(*row))
    }

    /// These of its rows.
    pub fn only(&'s self, rows: Vec<u32>) -> Selection<'s> {
        let count = rows.len();
        let of = Some((self, Rows::At(rows.into())));
        Selection { whole: self.whole, of, rows: count, known: RefCell::default(), keys: RefCell::default() }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// A term's values.
    pub fn column(&self, term: Term) -> Column {
        if let Some(column) = self.known.borrow().get(&term) {
            return column.clone();
        }
        let column = self.make(term);
        if self.whole.terms.is_shared(term) {
            self.known.borrow_mut().insert(term, column.clone());
        }
        column
    }

    fn make(&self, term: Term) -> Column {
        match (self.whole.terms.what(term), &self.of) {
            (What::Column(slot), None) => self.whole.batch.columns[*slot].clone(),
            (What::Column(_), Some((wider, rows))) => self.narrowed(wider, wider.column(term), rows),
            (What::Computed { compiled, arguments }, _) => self.repeated(term).or_else(|| self.inherited(term)).unwrap_or_else(|| {
                let arguments = arguments.iter().map(|argument| self.column(*argument)).collect();
                compute(compiled, arguments, self.rows)
            }),
        }
    }

    /// From the values of the column's distinct texts.
    fn repeated(&self, term: Term) -> Option<Column> {
        let slot = self.whole.terms.only_column(term)?;
        if self.rows < FEW {
            return None;
        }
        let distinct = self.whole.distinct(slot)?;
        let values = distinct.compute(self.whole.terms, term);
        Some(values.take(&self.keys(slot, &distinct)))
    }

    fn keys(&self, slot: usize, distinct: &Distinct) -> UInt32Array {
        let Some((wider, rows)) = &self.of else { return distinct.keys.clone() };
        if let Some(keys) = self.keys.borrow().get(&slot) {
            return keys.clone();
        }
        let wider = wider.keys(slot, distinct);
        let narrowed = match rows {
            _ if self.rows == wider.len() => None,
            Rows::Where(mask) => arrow::compute::filter(&wider, mask).ok(),
            Rows::At(rows) => arrow::compute::take(&wider, rows, None).ok(),
        };
        let keys = narrowed.and_then(|keys| keys.as_any().downcast_ref::<UInt32Array>().cloned()).unwrap_or(wider);
        self.keys.borrow_mut().insert(slot, keys.clone());
        keys
    }

    /// From a wider selection, where it has the values or is not much wider and others will ask.
    fn inherited(&self, term: Term) -> Option<Column> {
        let (wider, rows) = self.of.as_ref()?;
        let near = self.whole.terms.is_shared(term) && wider.rows <= self.rows * 2;
        let column = if near { wider.column(term) } else { wider.remembered(term)? };
        Some(self.narrowed(wider, column, rows))
    }

    fn remembered(&self, term: Term) -> Option<Column> {
        if let Some(column) = self.known.borrow().get(&term) {
            return Some(column.clone());
        }
        let (wider, rows) = self.of.as_ref()?;
        let column = self.narrowed(wider, wider.remembered(term)?, rows);
        self.known.borrow_mut().insert(term, column.clone());
        Some(column)
    }

    /// A batch of terms.
    pub fn batch(&self, terms: &[Term]) -> Batch {
        Batch { columns: terms.iter().map(|term| self.column(*term)).collect(), rows: self.rows }
    }

    fn narrowed(&self, wider: &Selection<'_>, column: Column, rows: &Rows) -> Column {
        if self.rows == wider.rows { column } else { rows.of(&column) }
    }
}
