//! Leaves out what nobody can want: which columns of a record matter, and whether it does, may follow from a few of its columns. Where many
//! queries share a scan, most records matter to few of them, and the wide columns of most records to none.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashMap;

use crate::plan::ScanColumn;
use crate::value::{Column, DateTime};

use super::convert::Writer;
use super::extract::Token;
use super::timestamp::{self, DayOrder};

/// Decides what is wanted of a record.
pub trait Gate: Debug + Send + Sync {
    /// The columns whose values decide, by their numbers in the scan: whole columns, or members of the inner record.
    fn columns(&self) -> &[usize];
    /// A column of datetimes that decides too, and the points in time, in order, that its values are compared with.
    fn times(&self) -> Option<(usize, &[i64])>;
    /// What is wanted of a record with these values of the columns that decide, one row each, that of the time last; `None` where the
    /// record is not wanted.
    fn wanted(&self, values: Vec<Column>) -> Option<Kind>;
}

/// A kind of record.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Of each of the scan's columns whether it is wanted. What is not may be null.
    pub columns: Arc<[bool]>,
    /// What the gate calls it, for who reads the rows: the column `$kind`.
    pub number: Option<u32>,
}

/// What is wanted of a record of which nothing is known.
pub const ALL: &Wanted = &Wanted::All;

/// What is wanted of a record.
#[derive(Clone, Debug)]
pub enum Wanted {
    All,
    Of(Kind),
    Nothing,
}

impl Wanted {
    pub fn holds(&self, slot: usize) -> bool {
        match self {
            Wanted::All => true,
            Wanted::Of(kind) => kind.columns.get(slot).copied().unwrap_or(true),
            Wanted::Nothing => false,
        }
    }

    /// What the gate calls the kind of record.
    pub fn number(&self) -> Option<u32> {
        match self {
            Wanted::Of(kind) => kind.number,
            Wanted::All | Wanted::Nothing => None,
        }
    }
}

/// A gate, and what it said so far, to all chunks.
#[derive(Debug)]
pub struct Asked {
    gate: Arc<dyn Gate>,
    known: Mutex<HashMap<Vec<u8>, Wanted>>,
}

/// So many kinds of records are remembered for all chunks.
const REMEMBERED: usize = 8192;
/// After so many kinds in one chunk its records are no longer told apart.
const MOST: usize = 1024;
/// A longer value tells no kind of record.
const LONGEST: usize = 100;

impl Asked {
    pub fn new(gate: Arc<dyn Gate>) -> Asked {
        Asked { gate, known: Mutex::default() }
    }
}

/// One chunk's way to the gate. What it says depends on the chunk alone, not on what other chunks asked before.
pub struct Turn<'g> {
    asked: &'g Asked,
    columns: &'g [ScanColumn],
    /// Of each kind the place of what was said.
    known: HashMap<Vec<u8>, usize>,
    said: Vec<Wanted>,
    key: Vec<u8>,
    /// The time of the record asked for last.
    time: Option<DateTime>,
}

impl<'g> Turn<'g> {
    pub fn new(asked: &'g Asked, columns: &'g [ScanColumn]) -> Turn<'g> {
        Turn { asked, columns, known: HashMap::new(), said: Vec::new(), key: Vec::new(), time: None }
    }

    /// The value of a slot in the record asked for last, if it is the time that the gate asks for.
    pub fn time(&self, slot: usize) -> Option<Option<DateTime>> {
        self.asked.gate.times().filter(|(at, _)| *at == slot).map(|_| self.time)
    }

    /// What is wanted of the record whose values `token` gives, and the number of its kind in this chunk; 0 where it is of none.
    pub fn wanted<'t>(&mut self, token: impl Fn(usize) -> Token<'t>, order: DayOrder) -> (&Wanted, usize) {
        self.key.clear();
        if let Some((slot, points)) = self.asked.gate.times() {
            self.time = match token(slot) {
                Token::Absent | Token::Number(_) => None,
                Token::Json(raw) | Token::Clean(raw) => timestamp::parse(raw.trim_matches('"'), order),
                Token::Plain(text) => timestamp::parse(text, order),
            };
            // Times between two points, or at one, compare alike with all of them.
            let place = self.time.map(|time| {
                let before = points.partition_point(|point| *point < time.ticks());
                2 * before + usize::from(points.get(before) == Some(&time.ticks()))
            });
            self.key.extend(place.map_or(u32::MAX, |place| place as u32).to_le_bytes());
        }
        for slot in self.asked.gate.columns() {
            let (kind, text) = match token(*slot) {
                Token::Absent => (0, ""),
                // No record is of a kind with others by such a value.
                Token::Number(_) => return (ALL, 0),
                Token::Json(raw) | Token::Clean(raw) => (1, raw),
                Token::Plain(text) => (2, text),
            };
            if text.len() > LONGEST {
                return (ALL, 0);
            }
            self.key.extend([kind, text.len() as u8]);
            self.key.extend_from_slice(text.as_bytes());
        }
        if let Some(place) = self.known.get(&self.key) {
            return (&self.said[*place], *place + 1);
        }
        if self.said.len() >= MOST {
            return (ALL, 0);
        }
        let wanted = self.ask(token, order);
        self.known.insert(self.key.clone(), self.said.len());
        self.said.push(wanted);
        (&self.said[self.said.len() - 1], self.said.len())
    }

    fn ask<'t>(&self, token: impl Fn(usize) -> Token<'t>, order: DayOrder) -> Wanted {
        let known = || self.asked.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wanted) = known().get(&self.key) {
            return wanted.clone();
        }
        let value = |slot: &usize| {
            let mut writer = Writer::new(self.columns.get(*slot)?, 1);
            writer.push(0, token(*slot), order);
            Some(writer.finish(1, &mut Vec::new()))
        };
        let time = self.asked.gate.times().map(|(slot, _)| slot);
        let values = self.asked.gate.columns().iter().chain(&time).map(value).collect::<Option<Vec<Column>>>();
        let wanted = values.map_or(Wanted::All, |values| self.asked.gate.wanted(values).map_or(Wanted::Nothing, Wanted::Of));
        let mut known = known();
        if known.len() < REMEMBERED {
            known.insert(self.key.clone(), wanted.clone());
        }
        wanted
    }
}
