//! Finds the wanted places of one record: one pass over its text, everything else skipped structurally.

use std::rc::Rc;

use memchr::memchr;

use super::json::{self, members, skip_space, skip_value, unescape};
use super::keys::{KeySearch, Known};
use super::paths::{Node, Paths};

mod cells;
mod members;
mod names;
mod shapes;

use names::Names;
use shapes::{Member, NONE, Plan, Shapes};

/// Where a wanted value stands: a range of one of the record's texts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    /// 0 when nothing was found; the higher of two finds wins, of equals the later.
    rank: u8,
    /// Plain text (a cell) instead of JSON.
    plain: bool,
    text: usize,
    start: usize,
    end: usize,
}

/// A value in which some places are wanted.
struct Closed<'p> {
    node: &'p Node,
    rank: u8,
    text: usize,
    start: usize,
    end: usize,
}

/// How good a match is: an exact name before another spelling of it, and then the wrapper before what it wraps.
mod rank {
    pub const INNER_ANY_CASE: u8 = 1;
    pub const OUTER_ANY_CASE: u8 = 2;
    pub const INNER: u8 = 3;
    pub const OUTER: u8 = 4;
}

/// The value found for a slot.
#[derive(Clone, Copy, Debug)]
pub enum Token<'a> {
    Absent,
    Json(&'a str),
    /// A string of JSON, with its quotes, that is known to hold no escapes.
    Clean(&'a str),
    Plain(&'a str),
    /// A number that is known, not read.
    Number(i64),
}

/// Reads records one after the other, reusing its memory.
pub struct Extractor<'p> {
    paths: &'p Paths,
    found: Vec<Found>,
    /// The slots for which something was found, but for whole members of a record whose shape is known.
    slots: Vec<usize>,
    /// The members of the object read last.
    read: Vec<Member>,
    /// The shape of the record read last, if it is known.
    shape: u32,
    /// What of it is wanted, once it was selected.
    plan: Option<Rc<Plan<'p>>>,
    /// Texts that had to be unescaped; the record's own is number 0 and stays with the caller.
    texts: Vec<String>,
    /// Values whose insides were not looked into yet, where that is left for later.
    closed: Vec<Closed<'p>>,
    later: bool,
    /// The members of the object read last that are wanted if it is the inner record, and whether one is spelt with escapes.
    members: Vec<(&'p Node, usize, usize)>,
    odd_member: bool,
    used: usize,
    key: String,
    names: Names<'p>,
    shapes: Shapes<'p>,
    /// Where the inner record stands, or the record itself.
    content: (usize, usize, usize),
    /// The end of the last of the record's own objects that was read to its end.
    end: Option<usize>,
    /// The inner record, a text, is cut off or broken.
    inner_cut: bool,
    /// The columns to be found by their names, where nothing else of a record is wanted.
    missing: Option<u64>,
    /// How well the search for names went of late; at 0 it is given up.
    luck: u8,
    /// Records are read to their end.
    on: bool,
}

/// A search for names is given up where so many records in a row have not all of them.
const LUCK: u8 = 64;

impl<'p> Extractor<'p> {
    pub fn new(paths: &'p Paths) -> Extractor<'p> {
        Extractor {
            paths,
            found: vec![Found::default(); paths.slots],
            slots: Vec::new(),
            read: Vec::new(),
            shape: NONE,
            plan: None,
            texts: Vec::new(),
            closed: Vec::new(),
            later: false,
            members: Vec::new(),
            odd_member: false,
            used: 0,
            key: String::new(),
            names: Names::default(),
            shapes: Shapes::new(),
            content: (0, 0, usize::MAX),
            end: None,
            inner_cut: false,
            missing: None,
            luck: LUCK,
            on: false,
        }
    }

    /// What searches records for the wanted names, where that goes well.
    pub fn searches(&self) -> Option<&'p KeySearch> {
        self.paths.search.as_ref().filter(|_| self.luck > 0)
    }

    /// Reads records to their end, whatever is wanted of them.
    pub fn reads_on(&mut self, on: bool) {
        self.on = on;
    }

    /// Leaves the insides of values to `open`.
    pub fn later(mut self, later: bool) -> Self {
        self.later = later;
        self
    }

    /// Finds what is still missing of the record read last, which was `record`, for the slots that are wanted of its kind.
    pub fn select(&mut self, record: &str, kind: usize, wanted: impl Fn(usize) -> bool) {
        let later = std::mem::take(&mut self.later);
        self.plan = self.shapes.get_mut(self.shape).map(|shape| shape.plan(kind, &wanted));
        if let Some(plan) = self.plan.clone() {
            for (node, rank, member) in &plan.inside {
                let Member { from, to, .. } = self.read[*member as usize];
                self.look_inside(node, record, 0, from as usize, to as usize, *rank);
            }
        }
        self.open(record, wanted);
        self.later = later;
    }

    /// Looks into the values in which a wanted slot may be.
    fn open(&mut self, record: &str, wanted: impl Fn(usize) -> bool) {
        let mut closed = std::mem::take(&mut self.closed);
        for Closed { node, rank, text: number, start, end } in closed.drain(..).filter(|closed| closed.node.holds(&wanted)) {
            match number {
                0 => self.look_inside(node, record, number, start, end, rank),
                _ => {
                    let text = self.texts.get_mut(number - 1).map(std::mem::take).unwrap_or_default();
                    self.look_inside(node, &text, number, start, end, rank);
                    self.give(number, text);
                }
            }
        }
        self.closed = closed;
    }

    /// The slots that were selected, and perhaps others, that have a value in the record read last; each with its value.
    pub fn tokens<'a>(&'a self, record: &'a str) -> impl Iterator<Item = (usize, Token<'a>)> {
        let whole = self.plan.iter().flat_map(|plan| &plan.whole);
        let whole = whole.map(move |(slot, member)| (*slot as usize, self.member(*member as usize, record)));
        whole.chain(self.slots.iter().map(move |slot| (*slot, self.found(*slot, record))))
    }

    /// The value of a slot of the record read last, which was `record`.
    #[inline]
    pub fn token<'a>(&'a self, slot: usize, record: &'a str) -> Token<'a> {
        match self.shapes.get(self.shape).and_then(|shape| shape.member(slot)) {
            Some(member) => self.member(member, record),
            None => self.found(slot, record),
        }
    }

    #[inline]
    fn member<'a>(&self, member: usize, record: &'a str) -> Token<'a> {
        let Member { from, to, clean, .. } = self.read[member];
        record.get(from as usize..to as usize).map_or(Token::Absent, if clean { Token::Clean } else { Token::Json })
    }

    fn found<'a>(&'a self, slot: usize, record: &'a str) -> Token<'a> {
        let found = &self.found[slot];
        let text = match found.text {
            0 => record,
            n => self.texts.get(n - 1).map_or("", String::as_str),
        };
        match text.get(found.start..found.end) {
            Some(value) if found.rank > 0 && found.plain => Token::Plain(value),
            Some(value) if found.rank > 0 => Token::Json(value),
            _ => Token::Absent,
        }
    }

    /// The inner record of the record read last, or the record itself where nothing wraps one.
    pub fn content<'a>(&'a self, record: &'a str) -> &'a str {
        let (number, start, end) = self.content;
        let text = if number == 0 { record } else { self.texts.get(number - 1).map_or("", String::as_str) };
        text.get(start..end.min(text.len())).unwrap_or("")
    }

    /// Where the record read last ends, if it was read to its end.
    pub fn end(&self) -> Option<usize> {
        self.end
    }

    /// The inner record is a text that is cut off or broken.
    pub fn inner_is_cut(&self) -> bool {
        self.inner_cut
    }

    /// Forgets what was found.
    fn forget(&mut self) {
        for slot in self.slots.drain(..) {
            self.found[slot] = Found::default();
        }
    }

    fn reset(&mut self) {
        self.forget();
        self.closed.clear();
        (self.shape, self.plan) = (NONE, None);
        self.used = 0;
        (self.content, self.end, self.inner_cut) = ((0, 0, usize::MAX), None, false);
        self.missing = self.paths.all().filter(|_| !self.on);
    }

    /// An empty text to write to, out of the pool; `give` puts it back and says its number.
    fn take(&mut self) -> String {
        if self.used == self.texts.len() {
            self.texts.push(String::new());
        }
        let mut text = std::mem::take(&mut self.texts[self.used]);
        text.clear();
        self.used += 1;
        text
    }

    fn next_number(&self) -> usize {
        self.used + 1
    }

    fn give(&mut self, number: usize, text: String) {
        if let Some(place) = self.texts.get_mut(number - 1) {
            *place = text;
        }
    }

    /// Reads a record that is a JSON object. `false` where its structure breaks. `known` says where the names stand that are searched for.
    pub fn object(&mut self, record: &str, known: Option<&Known<'_>>) -> bool {
        self.reset();
        let start = skip_space(record.as_bytes(), 0);
        let Some(inner) = self.layer(record, 0, start, known, (rank::OUTER, rank::OUTER_ANY_CASE)) else { return false };
        let end = self.end;
        match inner {
            Some((from, to)) => self.inner(record, 0, from, to),
            None => self.place_inner(record, 0, start, record.trim_end().len()),
        }
        if self.paths.wants_whole() {
            self.whole(record, start, inner);
        }
        self.end = end;
        true
    }

    /// Opens the inner record that stands at a range of a text: an object, or a string that holds one.
    fn inner(&mut self, text: &str, number: usize, from: usize, to: usize) {
        let node = &self.paths.inner;
        let raw = text.get(from..to).unwrap_or("");
        match raw.as_bytes().first() {
            Some(b'{') => {
                self.content = (number, from, to);
                match self.layer(text, number, from, None, (rank::INNER, rank::INNER_ANY_CASE)) {
                    Some(_) => self.place_inner(text, number, from, to),
                    None => self.place(node, text, number, from, to, rank::OUTER),
                }
            }
            Some(b'"') => {
                let number = self.next_number();
                let mut opened = self.take();
                unescape(raw.get(1..raw.len() - 1).unwrap_or(""), &mut opened);
                self.opened(&opened, number);
                self.give(number, opened);
            }
            _ => self.place(node, text, number, from, to, rank::OUTER),
        }
    }

    /// The text of an inner record that was a string.
    fn opened(&mut self, text: &str, number: usize) {
        let node = &self.paths.inner;
        let start = skip_space(text.as_bytes(), 0);
        // Where it is cut off, the members before the cut still count.
        let whole = self.layer(text, number, start, None, (rank::INNER, rank::INNER_ANY_CASE)).is_some();
        self.content = (number, 0, text.len());
        self.inner_cut = !(text.trim().is_empty() || whole && text.trim_end().ends_with('}'));
        if !self.paths.wants_inner() {
            return;
        }
        match skip_value(text.as_bytes(), start).filter(|_| whole) {
            Some(end) => self.place_inner(text, number, start, end),
            None => self.plain(node, number, 0, text.len(), rank::OUTER),
        }
    }

    /// Finds the wanted members of the object at `start` by their names. `false` where one is not there, or may be found another way.
    fn search(&mut self, text: &str, number: usize, start: usize, known: Option<&Known<'_>>, rank: u8) -> bool {
        let paths = self.paths;
        let (Some(search), Some(mut missing), true) = (&paths.search, self.missing, self.luck > 0) else { return false };
        let used = self.used;
        let whole = search.members(text.as_bytes(), start, known, |index, from, to| {
            if let Some((_, node)) = paths.columns.keys.get(index) {
                self.place(node, text, number, from, to, rank);
                missing &= !(1 << index);
            }
        });
        let all = whole && missing == 0;
        self.judge(all, used);
        all
    }

    /// Learns from a search for names: was it all that was needed?
    fn judge(&mut self, all: bool, used: usize) {
        if all {
            self.luck = (self.luck + 1).min(LUCK);
        } else {
            self.luck = self.luck.saturating_sub(2);
            self.used = used;
            self.closed.clear();
        }
    }

    /// Notes the inner record, whose members were read last, and what is wanted of them.
    fn place_inner(&mut self, text: &str, number: usize, start: usize, end: usize) {
        let node = &self.paths.inner;
        if self.odd_member {
            let later = std::mem::take(&mut self.later);
            self.place(node, text, number, start, end, rank::OUTER);
            self.later = later;
            return;
        }
        for slot in &node.slots {
            self.note(*slot, Found { rank: rank::OUTER, plain: false, text: number, start, end });
        }
        let mut members = std::mem::take(&mut self.members);
        members.drain(..).for_each(|(child, from, to)| self.place(child, text, number, from, to, rank::OUTER));
        self.members = members;
    }

    /// Notes the value at a range for the slots of a node, and looks for the wanted places inside it.
    fn place(&mut self, node: &'p Node, text: &str, number: usize, start: usize, end: usize, rank: u8) {
        for slot in &node.slots {
            self.note(*slot, Found { rank, plain: false, text: number, start, end });
        }
        if !node.has_children() {
            return;
        }
        match self.later {
            true => self.closed.push(Closed { node, rank, text: number, start, end }),
            false => self.look_inside(node, text, number, start, end, rank),
        }
    }

    fn look_inside(&mut self, node: &'p Node, text: &str, number: usize, start: usize, end: usize, rank: u8) {
        match text.as_bytes().get(start) {
            Some(b'{') => self.members(node, text, number, start, rank),
            Some(b'[') => self.elements(node, text, number, start, rank),
            Some(b'"') => self.open_string(node, text, start, end, rank),
            _ => {}
        }
    }

    fn plain(&mut self, node: &'p Node, number: usize, start: usize, end: usize, rank: u8) {
        for slot in &node.slots {
            self.note(*slot, Found { rank, plain: true, text: number, start, end });
        }
    }

    #[inline]
    fn note(&mut self, slot: usize, found: Found) {
        let known = &mut self.found[slot];
        if known.rank == 0 {
            self.slots.push(slot);
        }
        if found.rank >= known.rank {
            *known = found;
        }
    }

    fn members(&mut self, node: &'p Node, text: &str, number: usize, start: usize, rank: u8) {
        let base = text.as_ptr() as usize;
        members(text, start, |key, value| {
            let child = if memchr(b'\\', key.as_bytes()).is_some() {
                self.key.clear();
                unescape(key, &mut self.key);
                node.key(&self.key)
            } else {
                node.key(key)
            };
            if let Some(child) = child {
                let from = value.as_ptr() as usize - base;
                self.place(child, text, number, from, from + value.len(), rank);
            }
        });
    }

    fn elements(&mut self, node: &'p Node, text: &str, number: usize, start: usize, rank: u8) {
        if node.indices.is_empty() {
            return;
        }
        let from_end = node.indices.iter().any(|(index, _)| *index < 0);
        let count = if from_end { elements(text, start, |_, _, _| {}) as i64 } else { 0 };
        elements(text, start, |index, from, to| {
            for (wanted, child) in &node.indices {
                if *wanted == index as i64 || (*wanted < 0 && wanted + count == index as i64) {
                    self.place(child, text, number, from, to, rank);
                }
            }
        });
    }

    /// A column whose text is JSON in a string, as Log Analytics writes dynamic columns.
    fn open_string(&mut self, node: &'p Node, text: &str, start: usize, end: usize, rank: u8) {
        let content = text.get(start + 1..end - 1).unwrap_or("");
        if !opens(content) || self.used > MAX_OPENED {
            return;
        }
        let number = self.next_number();
        let mut opened = self.take();
        unescape(content, &mut opened);
        self.inside(node, &opened, number, rank);
        self.give(number, opened);
    }

    /// Looks for the places below a node in a text of JSON.
    fn inside(&mut self, node: &'p Node, text: &str, number: usize, rank: u8) {
        let start = skip_space(text.as_bytes(), 0);
        match text.as_bytes().get(start) {
            Some(b'{') => self.members(node, text, number, start, rank),
            Some(b'[') => self.elements(node, text, number, start, rank),
            _ => {}
        }
    }

    /// The record as one object: its inner record, if it was a string, opened.
    fn whole(&mut self, record: &str, start: usize, inner: Option<(usize, usize)>) {
        let node = &self.paths.whole;
        let end = record.trim_end().len();
        let string = inner.filter(|(from, _)| record.as_bytes().get(*from) == Some(&b'"'));
        let Some((from, to)) = string else { return self.place(node, record, 0, start, end, rank::OUTER) };
        let mut opened = String::new();
        unescape(record.get(from + 1..to - 1).unwrap_or(""), &mut opened);
        let valid = opened.trim_start().starts_with('{') && skip_value(opened.trim().as_bytes(), 0) == Some(opened.trim().len());
        if !valid {
            return self.place(node, record, 0, start, end, rank::OUTER);
        }
        let number = self.next_number();
        let mut whole = self.take();
        whole.push_str(record.get(start..from).unwrap_or(""));
        whole.push_str(opened.trim());
        whole.push_str(record.get(to..end).unwrap_or(""));
        self.place(node, &whole, number, 0, whole.len(), rank::OUTER);
        self.give(number, whole);
    }
}

/// How many strings of one record are opened.
const MAX_OPENED: usize = 256;

/// The content of a JSON string starts an array or an object.
pub fn opens(content: &str) -> bool {
    matches!(content.trim_start().as_bytes().first(), Some(b'{' | b'['))
}

/// Calls `visit` with each element's index and range of the array at `start`, and returns their number.
pub fn elements(text: &str, start: usize, mut visit: impl FnMut(usize, usize, usize)) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut index) = (start + 1, 0);
    loop {
        at = json::skip_space(bytes, at);
        match bytes.get(at) {
            None | Some(b']') => return index,
            Some(b',') => at += 1,
            Some(_) => {
                let Some(end) = skip_value(bytes, at) else { return index };
                visit(index, at, end);
                index += 1;
                at = end;
            }
        }
    }
}
