//! Turns a chunk's bytes into a batch: finds the records, reads the wanted columns of each, writes them into columns.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

use crate::plan::ScanColumn;
use crate::value::{Batch, Column, DateTime};

use super::account::Account;
use super::blocks::Blocks;
use super::content::{self, Sameness};
use super::convert::Writer;
use super::dataset::{BROKEN_CONTAINER, UNREADABLE};
use super::duplicates;
use super::extract::{Extractor, Token};
use super::family::Family;
use super::framing::Framing;
use super::framing::restart::{TRIES, first_key, restart};
use super::framing::splitter::{Piece, Splitter, records_in};
use super::gate::{ALL, Asked, Turn, Wanted};
use super::inspect::{self, Inspect, Inspection};
use super::json::skip_value;
use super::kernels::Marks;
use super::keys::Known;
use super::paths::Paths;
use super::peel::Peel;
use super::place;
use super::prefilter::{Hits, Prefilter};
use super::route::{self, Pseudo, Told};
use super::source::Source;
use super::timestamp::{self, DayOrder, TIMES};

mod lines;
mod rows;
mod values;

use rows::Uses;

pub const NO_OBJECT: &str = "a line that is no JSON object";
pub const BROKEN_JSON: &str = "a record whose JSON is broken";
pub const CUT_OFF: &str = "a record that is cut off";
pub const NOT_CLOSED: &str = "a text that ends before its array does (its records were kept)";
pub const BROKEN_ROW: &str = "a row that does not fit the header";
pub const INNER_CUT_OFF: &str = "AuditData that is cut off, flattened or broken (what stands before the break was kept)";
pub const PARTIAL: &str = "an answer that its service says is not whole (the rows it has were kept)";
pub const UNFORESEEN: &str = "a record of another kind than those its file was told by (it was read as one of them)";
pub const INVALID: &str = "a record that is no valid JSON in some part (it was kept)";
pub const RUN_TOGETHER: &str = "a record that runs into the next one (both were kept)";
pub const ROW_WIDTH: &str = "a row that has not the header's number of cells (it was kept)";
pub const BROKEN_BEHIND: &str = "a record whose JSON is broken behind what was asked of it first (what stands before the break was kept)";
pub const LOST_RANGE: &str = "a part of a file that could not be read";

/// Decodes one chunk.
pub struct Decoder<'s> {
    source: &'s Source,
    paths: &'s Paths,
    extractor: Extractor<'s>,
    writers: Vec<Writer>,
    gate: Option<Turn<'s>>,
    columns: &'s [ScanColumn],
    /// The slot that holds the record's time, if one does.
    time: Option<usize>,
    account: Account,
    prefilter: Option<&'s Prefilter>,
    rows: usize,
    /// Records that were not parsed because they cannot match.
    passed: u64,
    /// The ids of the records, hashed; only of families whose ids say which record it is.
    keys: Vec<u128>,
    id: Option<usize>,
    /// Where those records stand.
    offsets: Vec<u64>,
    sameness: Sameness,
    inspection: Option<Box<Inspection>>,
    peeled: String,
    /// Of a CSV file, once it was looked at: what each of its columns is wanted for.
    uses: Option<Uses<'s>>,
    pseudo: Vec<(usize, Pseudo)>,
    /// The same by the slots.
    pseudo_of: Vec<Option<Pseudo>>,
    /// The number of the source.
    number: usize,
    /// The record at hand, where it is carried along.
    carried: Option<String>,
    /// Where line feeds and wanted names stand in the lines at hand.
    marks: Marks,
    /// Records of families that the source's sample has not shown are looked for.
    watching: bool,
    strangers: Vec<(Family, &'static str)>,
}

impl<'s> Decoder<'s> {
    /// Of a chunk of about so many rows.
    pub fn new(
        source: &'s Source,
        columns: &'s [ScanColumn],
        paths: &'s Paths,
        prefilter: Option<&'s Prefilter>,
        expected: usize,
    ) -> Decoder<'s> {
        let prefilter = prefilter.filter(|p| match &source.sniffed.framing {
            Framing::Csv(header) => !p.may_match_names(&header.names),
            _ => true,
        });
        let time = columns.iter().position(|c| c.steps.is_empty() && TIMES.contains(&c.column.as_str()));
        Decoder {
            source,
            paths,
            extractor: Extractor::new(paths),
            writers: columns.iter().map(|column| Writer::new(column, expected)).collect(),
            gate: None,
            columns,
            time,
            account: Account::default(),
            prefilter,
            rows: 0,
            passed: 0,
            keys: Vec::new(),
            id: paths.id.filter(|_| source.sniffed.family.is_unified()),
            offsets: Vec::new(),
            sameness: Sameness::Text,
            inspection: None,
            peeled: String::new(),
            uses: None,
            pseudo_of: columns.iter().map(Pseudo::of).collect(),
            pseudo: columns.iter().enumerate().filter_map(|(slot, c)| Some((slot, Pseudo::of(c)?))).collect(),
            number: 0,
            carried: None,
            marks: Marks::default(),
            watching: false,
            strangers: Vec::new(),
        }
    }

    /// Says which source the records are of, for their places.
    pub fn of_source(mut self, number: usize) -> Self {
        self.number = number;
        self
    }

    /// Says whether records are carried along, where that is asked for.
    pub fn carrying(mut self, carries: bool) -> Self {
        let wanted = |(_, pseudo): &(usize, Pseudo)| *pseudo == Pseudo::Record;
        self.carried = (carries && self.pseudo.iter().any(wanted)).then(String::new);
        self
    }

    /// Says what makes records with one id the same.
    pub fn comparing(mut self, sameness: Sameness) -> Self {
        self.sameness = sameness;
        self
    }

    /// Leaves out what a gate says that nobody wants.
    pub fn gated(mut self, gate: Option<&'s Asked>) -> Self {
        self.gate = gate.map(|gate| Turn::new(gate, self.columns));
        self.extractor = self.extractor.later(gate.is_some());
        self
    }

    /// Looks at every record for an inventory.
    pub fn inspecting(mut self, inspect: Option<Inspect>) -> Self {
        self.inspection = inspect.map(|inspect| Box::new(Inspection::new(inspect)));
        self
    }

    /// Looks at each record's start, for families that the source's sample has not shown.
    pub fn watching(mut self, watching: bool) -> Self {
        self.watching = watching && self.source.may_surprise();
        self
    }

    pub fn take_strangers(&mut self) -> Vec<(Family, &'static str)> {
        std::mem::take(&mut self.strangers)
    }

    /// Looks at how a record starts.
    #[inline]
    fn see_start(&mut self, record: &[u8], offset: u64) {
        if self.watching && !self.source.sniffed.knows_opening(record) {
            self.see_other(record, offset);
        }
    }

    #[cold]
    fn see_other(&mut self, record: &[u8], offset: u64) {
        let Some(stranger) = self.source.stranger(record) else { return };
        self.skip(UNFORESEEN, offset);
        if !self.strangers.contains(&stranger) {
            self.strangers.push(stranger);
        }
    }

    /// The keys of the decoded records and where they stand, if duplicates are looked for.
    pub fn take_keys(&mut self) -> (Vec<u128>, Vec<u64>) {
        (std::mem::take(&mut self.keys), std::mem::take(&mut self.offsets))
    }

    pub fn finish(mut self) -> (Batch, Account) {
        for (column, writer) in self.columns.iter().zip(&self.writers) {
            if let Some(fits) = writer.wider.filter(|_| column.steps.is_empty()) {
                self.account.unfit.insert(column.column.clone(), (writer.ty(), fits));
            }
        }
        self.account.misfits = self.writers.iter().map(|w| w.misfits).sum();
        self.account.records = self.rows as u64 + self.passed;
        self.account.parsed = self.rows as u64;
        self.account.families.insert(self.source.sniffed.family.name().to_owned(), self.account.records);
        self.account.attribute(&self.source.name, self.inspection);
        let mut nulls: Vec<Column> = Vec::new();
        let columns = self.writers.into_iter().map(|writer| writer.finish(self.rows, &mut nulls)).collect();
        let batch = Batch::new(columns, self.rows);
        (batch, self.account)
    }

    /// A range of a file of lines: the lines that start in it.
    pub fn range(&mut self, start: u64, end: u64) {
        let Ok(mut blocks) = Blocks::new(self.source, start, end) else { return self.skip(LOST_RANGE, start) };
        loop {
            match blocks.next() {
                Ok(Some((offset, lines))) => {
                    self.account.bytes += lines.len() as u64;
                    self.lines(lines, offset);
                }
                Ok(None) => return,
                Err(_) => return self.skip(LOST_RANGE, blocks.position()),
            }
        }
    }

    /// A whole file, piece by piece, in a buffer that it gives back.
    pub fn whole(&mut self, chunk_bytes: usize, buffer: Vec<u8>) -> Vec<u8> {
        let mut splitter = match self.source.reader() {
            Ok(reader) => Splitter::new(reader, self.source.sniffed.framing.clone(), chunk_bytes),
            Err(_) => {
                self.skip(UNREADABLE, 0);
                return buffer;
            }
        };
        splitter.reuse(buffer);
        loop {
            match splitter.next() {
                Ok(Some(piece)) => {
                    self.piece(&piece);
                    splitter.reuse(piece.bytes.into_buffer().unwrap_or_default());
                }
                Ok(None) => break,
                Err(_) => {
                    self.skip(BROKEN_CONTAINER, splitter.offset());
                    break;
                }
            }
        }
        splitter.into_buffer()
    }

    pub fn piece(&mut self, piece: &Piece) {
        self.account.bytes += piece.covers.unwrap_or(piece.bytes.len() as u64);
        match (&self.source.sniffed.framing, &piece.records) {
            (_, Some(records)) => self.found(piece, records),
            (Framing::Csv(header), None) => self.csv(header, piece),
            _ => self.lines(&piece.bytes, piece.offset),
        }
    }

    /// Looks for whole records inside of a range that turned out to be no record: a quote too many or too few makes one of several.
    fn inside(&mut self, bytes: &[u8], offset: u64, start: &[u8]) {
        let start = if start.is_empty() { first_key(bytes).to_owned() } else { start.to_owned() };
        let (mut at, mut tries) = (1, 0);
        while let Some(next) = restart(bytes, at, &start).filter(|_| tries < TRIES) {
            (at, tries) = (next + 1, tries + 1);
            // A string inside of an object is no record.
            let may_be = bytes[next] == b'{' || bytes[next] == b'"' && matches!(self.source.sniffed.peel, Some(Peel::Text));
            if let Some(end) = skip_value(&bytes[next..], 0).filter(|_| may_be)
                && self.record(&bytes[next..next + end], offset + next as u64)
            {
                (at, tries) = (next + end, 0);
            }
        }
    }

    pub fn skip(&mut self, reason: &'static str, offset: u64) {
        self.account.skip(reason, &self.source.name, offset);
    }

    /// The hits of the filter, where there is one, in some records.
    fn hits<'b>(&self, bytes: &'b [u8]) -> Option<Hits<'b>>
    where
        's: 'b,
    {
        self.prefilter.map(|filter| filter.hits(bytes, &mut Marks::default()).1)
    }

    /// Must the record at this range be parsed?
    fn may_match(&mut self, hits: &mut Option<Hits<'_>>, start: usize, end: usize) -> bool {
        let parse = hits.as_mut().is_none_or(|hits| hits.within(start, end));
        self.passed += u64::from(!parse);
        parse
    }

    /// A record that is a JSON object; `false` where it is broken.
    pub fn record(&mut self, bytes: &[u8], offset: u64) -> bool {
        self.text(&text(bytes), bytes, offset, None)
    }

    /// The same, of its text; `known` says where in it the wanted names stand.
    fn text(&mut self, text: &str, bytes: &[u8], offset: u64, known: Option<&Known<'_>>) -> bool {
        let mut peeled = std::mem::take(&mut self.peeled);
        let record = self.source.sniffed.peel.map_or(text, |peel| peel.open(text, &mut peeled));
        let whole = self.extractor.object(record, known);
        self.carry(bytes);
        self.inspect(bytes, offset);
        self.inspect_event(record, offset);
        let start = self.source.sniffed.peel.map_or(0, |peel| peel.start(text));
        if whole {
            self.push(record, offset, bytes.len());
        } else {
            self.skip(BROKEN_JSON, offset);
        }
        // Read leniently, a damaged wrapper may have swallowed what follows it.
        if whole && self.paths.to_the_end && serde_json::from_str::<serde::de::IgnoredAny>(text[start..].trim_matches([' ', '\0'])).is_err()
        {
            self.skip(INVALID, offset);
        }
        let end = if self.source.sniffed.peel.is_some() { skip_value(text.as_bytes(), start) } else { self.extractor.end() };
        self.peeled = peeled;
        if let Some(rest) = end.filter(|_| whole).and_then(|end| bytes.get(end..)).filter(|rest| !rest.trim_ascii().is_empty()) {
            self.run_together(rest, offset + (bytes.len() - rest.len()) as u64);
        }
        whole
    }

    /// Keeps the record at hand as it stands, where it is carried along.
    fn carry(&mut self, record: &[u8]) {
        if let Some(carried) = &mut self.carried {
            carried.clear();
            carried.push_str(&text(record));
        }
    }

    /// Reads a record that was found before, and nothing that follows it on its line.
    pub fn again(&mut self, bytes: &[u8], offset: u64) {
        if let Framing::Csv(header) = &self.source.sniffed.framing {
            let uses = self.uses(header);
            self.cells(header, &uses, bytes, offset, None);
            self.uses = Some(uses);
            return;
        }
        let (text, mut peeled) = (text(bytes), std::mem::take(&mut self.peeled));
        let record = self.source.sniffed.peel.map_or(&*text, |peel| peel.open(&text, &mut peeled));
        if !self.extractor.object(record, None) {
            self.skip(BROKEN_BEHIND, offset);
        }
        self.push(record, offset, bytes.len());
        self.peeled = peeled;
    }

    /// What follows a record on its line: more records, where the line feed between them was lost.
    fn run_together(&mut self, rest: &[u8], offset: u64) {
        self.skip(RUN_TOGETHER, offset);
        self.values(rest, offset);
    }

    /// Values that share a line.
    fn values(&mut self, bytes: &[u8], offset: u64) {
        let (records, broken) = records_in(bytes);
        for range in records {
            self.record(&bytes[range.clone()], offset + range.start as u64);
        }
        broken.into_iter().for_each(|at| self.skip(CUT_OFF, offset + at as u64));
    }

    /// Looks at a record as it stands in the file, where that is wanted.
    fn inspect(&mut self, bytes: &[u8], offset: u64) {
        let Some(seen) = &mut self.inspection else { return };
        let file = &self.source.name;
        seen.record(bytes, file, offset);
        if self.extractor.inner_is_cut() && self.extractor.content("").chars().count() == inspect::PORTAL_LIMIT {
            seen.mark(inspect::PORTAL_CUT, file, offset);
        }
    }

    /// Looks whether Splunk cut an event that it has as a string.
    fn inspect_event(&mut self, event: &str, offset: u64) {
        let Some(seen) = self.inspection.as_mut().filter(|_| self.source.sniffed.peel.is_some_and(Peel::is_splunk)) else { return };
        if event.len() >= inspect::SPLUNK_LIMIT && event.chars().count() == inspect::SPLUNK_LIMIT {
            seen.mark(inspect::SPLUNK_CUT, &self.source.name, offset);
        }
    }

    /// Writes the values of the record that the extractor read last, which stands at `offset` and has `length` bytes there.
    fn push(&mut self, record: &str, offset: u64, length: usize) {
        if self.extractor.inner_is_cut() {
            self.skip(INNER_CUT_OFF, offset);
        }
        let order = self.source.sniffed.order;
        let Decoder { paths, extractor, pseudo, pseudo_of, source, number, carried, gate, writers, rows, .. } = self;
        let route = |extractor: &Extractor<'_>| {
            let first = paths.route?;
            let [row_type, portal_table, category] = [0, 1, 2].map(|index| extractor.token(first + index, record));
            let (family, table) = route::route(source, record, &Told { row_type, portal_table, category });
            Some((family, table.into_owned()))
        };
        let route = route(extractor);
        let made_up = |pseudo: &Pseudo| match (pseudo, &route) {
            (Pseudo::Family, Some((family, _))) => Token::Plain(family),
            (Pseudo::Table, Some((_, table))) => Token::Plain(table),
            (Pseudo::Place, _) => Token::Number(place::of(*number, offset)),
            (Pseudo::Length, _) => Token::Number(length as i64),
            (Pseudo::Record, _) => carried.as_deref().map_or(Token::Absent, Token::Plain),
            (Pseudo::File, _) => Token::Plain(&source.name),
            (Pseudo::IngestionTime, _) => source.modified.as_deref().map_or(Token::Absent, Token::Plain),
            (Pseudo::Family | Pseudo::Table, None) | (Pseudo::Kind, _) => Token::Absent,
        };
        let token = |slot: usize| match pseudo_of.get(slot) {
            Some(Some(pseudo)) => made_up(pseudo),
            _ => extractor.token(slot, record),
        };
        let (wanted, kind) = gate.as_mut().map_or((ALL, 0), |gate| gate.wanted(token, order));
        if let Wanted::Nothing = wanted {
            self.passed += 1;
            return self.see_time(record);
        }
        let is_wanted = |slot: usize| slot < writers.len() && wanted.holds(slot);
        extractor.select(record, kind, is_wanted);
        let kind = wanted.number().map_or(Token::Absent, |number| Token::Number(number.into()));
        let made_up = |pseudo: &Pseudo| if *pseudo == Pseudo::Kind { kind } else { made_up(pseudo) };
        let made_up = pseudo.iter().map(|(slot, pseudo)| (*slot, made_up(pseudo)));
        for (slot, token) in extractor.tokens(record).chain(made_up) {
            if let Some(writer) = writers.get_mut(slot).filter(|_| wanted.holds(slot)) {
                writer.push(*rows, token, order);
            }
        }
        self.rows += 1;
        self.see_key(record, offset);
        self.see_time(record);
    }

    /// Notes what tells the record from others, where duplicates are looked for.
    fn see_key(&mut self, record: &str, offset: u64) {
        if let Some(id) = self.id {
            let key = key(self.extractor.token(id, record), self.extractor.content(record), self.sameness);
            self.keys.push(key);
            self.offsets.push(offset);
        }
    }

    fn see_time(&mut self, record: &str) {
        let order = self.source.sniffed.order;
        let time = |slot: usize| time(self.extractor.token(slot, record), order);
        let known = |slot: usize| self.gate.as_ref().and_then(|gate| gate.time(slot));
        let time = match self.paths.times {
            Some(first) => (first..first + TIMES.len()).find_map(time),
            None => self.time.and_then(|slot| known(slot).unwrap_or_else(|| time(slot))),
        };
        let Some(time) = time else { return };
        self.account.see_time(time);
        if let Some(seen) = &mut self.inspection {
            seen.times.see(time);
        }
    }
}

/// What tells a record from others, by its id and its inner record.
fn key(id: Token<'_>, content: &str, sameness: Sameness) -> u128 {
    let id = match id {
        Token::Json(raw) | Token::Clean(raw) if raw.len() > 2 => raw.trim_matches('"'),
        Token::Plain(text) => text,
        _ => "",
    };
    match id {
        "" => 0,
        id => duplicates::key(xxh3_64(id.as_bytes()), content::hash(content, sameness)),
    }
}

fn time(token: Token<'_>, order: DayOrder) -> Option<DateTime> {
    match token {
        Token::Json(raw) | Token::Clean(raw) => timestamp::parse(raw.trim_matches('"'), order),
        Token::Plain(text) => timestamp::parse(text, order),
        Token::Number(_) | Token::Absent => None,
    }
}

/// A record's text. Bytes that are no UTF-8 become U+FFFD.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}
