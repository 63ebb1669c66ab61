//! Decides a file's encoding, framing and family from its first bytes.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use super::encoding::{Encoding, SUBSTITUTE};
use super::family::{self, Family};
use super::framing::splitter::Splitter;
use super::framing::values::Values;
use super::framing::{Framing, Header, csv, lines, table};
use super::json::members;
use super::opening::Opening;
use super::paths::INNER;
use super::peel::{self, Peel};
use super::route;
use super::schema::Sampler;
use super::timestamp::DayOrder;

mod json;

use json::{are_objects, damaged_json, is_json, json_framing, opens_object, other_framing, shape};

/// How many first bytes are looked at.
pub const HEAD: usize = 256 << 10;

/// What the first bytes of a file say.
#[derive(Clone, Debug)]
pub struct Sniffed {
    pub encoding: Encoding,
    /// Bytes of the byte order mark.
    pub mark: usize,
    pub framing: Framing,
    /// The framing as the head shows it, in words.
    pub shape: &'static str,
    pub family: Family,
    pub peel: Option<Peel>,
    pub order: DayOrder,
    /// Bytes of the text (in UTF-8) before the first row.
    pub rows_at: usize,
    /// How the sampled records of JSON start, the first record's first.
    pub openings: Vec<Opening>,
    /// The head holds all records.
    pub complete: bool,
    /// The groups that the sampled records belong to.
    pub groups: Vec<&'static str>,
    /// The families of the sampled records, the first record's first.
    pub families: Vec<Family>,
    /// They are several.
    pub mixed: bool,
    /// Columns, or the first record's keys.
    pub names: Vec<String>,
    /// The table whose columns they are.
    pub table: Option<Arc<str>>,
}

/// How a head is looked at.
#[derive(Clone, Copy)]
pub struct Look {
    /// The first row of a CSV file names its columns.
    pub csv_header: bool,
    /// Of so many records of JSON the members are looked at; of more, where they start in another way than those.
    pub records: usize,
}

/// Looks at the head of a file; `complete` where it is all of it. `Err` says why it is left out.
pub fn sniff(head: &[u8], complete: bool, look: Look, sampler: &mut Sampler) -> Result<Sniffed, &'static str> {
    let (encoding, mark) = Encoding::detect(head, complete);
    let text = encoding.text(head, mark);
    let text = text.trim_end_matches(['\u{fffd}', SUBSTITUTE, '\0']);
    let body = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n', '\0']);
    let mut sniffed = Sniffed {
        encoding,
        mark,
        framing: Framing::Lines,
        shape: "",
        family: Family::Other,
        peel: None,
        order: DayOrder::MonthFirst,
        rows_at: 0,
        openings: Vec::new(),
        complete: false,
        groups: Vec::new(),
        families: Vec::new(),
        mixed: false,
        names: Vec::new(),
        table: None,
    };
    match body.as_bytes().first() {
        None => return Err(family::EMPTY),
        Some(_) if !opens_object(body) && peel::is_prefixed(body) => {
            sniffed.peel = Some(Peel::Prefix);
            sniffed.sample_json(&sample(&Framing::Lines, body, complete), complete, look, sampler)?;
            sniffed.shape = "one JSON object per line";
        }
        Some(b'{' | b'[') if is_json(body) => sniffed.json(body, complete, look, sampler)?,
        Some(b'"') if peel::is_text(body.as_bytes()) => sniffed.json(body, complete, look, sampler)?,
        Some(b'<') if body.starts_with("<Objs") => return Err(family::CLIXML),
        Some(_) if is_printed(body) => return Err(family::PRINTED),
        Some(_) => match damaged_json(body) {
            Some(at) => {
                // The text is read from its start: what is wrong there is told.
                sniffed.json(&body[at..], complete, look, sampler)?;
                if are_objects(body) {
                    sniffed.framing = Framing::Lines;
                }
            }
            None => sniffed.sample_csv(text, complete, look.csv_header, sampler)?,
        },
    }
    Ok(sniffed)
}

impl Sniffed {
    /// Whether the head ends before the first record does.
    pub fn shows_no_record(&self, head: &[u8]) -> bool {
        match self.framing {
            Framing::Lines | Framing::Values { .. } | Framing::Hidden | Framing::Table => self.names.is_empty(),
            Framing::Csv(_) => !head.contains(&b'\n'),
        }
    }

    /// The first record's text up to its first colon; empty where there is none.
    pub fn opening(&self) -> &[u8] {
        self.openings.first().map_or(&[], Opening::first)
    }

    /// Whether a record starts as a sampled one does.
    pub fn knows_opening(&self, record: &[u8]) -> bool {
        self.openings.iter().any(|opening| opening.is_of(record))
    }

    fn see_opening(&mut self, record: &[u8]) {
        /// Where every record starts in its own way, that tells nothing.
        const MOST: usize = 32;
        if self.openings.len() < MOST && !self.knows_opening(record) {
            self.openings.extend(Opening::of(record));
        }
    }

    /// Takes in the family of a sampled record.
    fn see(&mut self, family: Family, record: &str) {
        if !self.families.contains(&family) {
            self.families.push(family);
        }
        self.mixed |= family != self.family;
        let group = route::group_of(family, record);
        if !self.groups.contains(&group) {
            self.groups.push(group);
        }
    }

    /// Decides whose rows these are, by the names of their columns.
    pub fn settle_table(&mut self, table_of: fn(&[String]) -> Option<&'static str>) {
        if !matches!(self.family, Family::LogAnalytics | Family::Defender | Family::Other) || self.mixed {
            return;
        }
        self.table = table_of(&self.names).map(Arc::from);
        if self.table.is_some() && self.family == Family::Other {
            self.family = Family::LogAnalytics;
            self.families = vec![self.family];
            self.groups = vec![self.family.group()];
        }
    }

    /// Looks at a text that starts with a brace or a bracket.
    fn json(&mut self, body: &str, complete: bool, look: Look, sampler: &mut Sampler) -> Result<(), &'static str> {
        self.framing = json_framing(body);
        let mut records = sample(&self.framing, body, complete);
        if let Some(framing) = other_framing(body, &self.framing, &records) {
            self.framing = framing;
            records = sample(&self.framing, body, complete);
        }
        self.shape = shape(body, &self.framing);
        self.sample_json(&records, complete, look, sampler)
    }

    fn sample_json(&mut self, records: &[Cow<'_, str>], complete: bool, look: Look, sampler: &mut Sampler) -> Result<(), &'static str> {
        self.complete = complete && records.len() < SAMPLES;
        // One whose first key is damaged tells nothing.
        self.peel = self.peel.or_else(|| records.iter().take(5).find_map(|record| Peel::of(record)));
        let mut opened = String::new();
        for (index, record) in records.iter().enumerate() {
            if index == 0 && record.contains("\"contentUri\"") && record.contains("\"contentId\"") {
                return Err(family::CONTENT_LIST);
            }
            if index >= look.records && self.knows_opening(record.as_bytes()) {
                continue;
            }
            self.see_opening(record.as_bytes());
            let record = self.peel.map_or(&**record, |peel| peel.open(record, &mut opened));
            let (mut all, mut keys) = (Vec::with_capacity(32), Vec::with_capacity(32));
            members(record, record.find('{').unwrap_or(0), |key, value| {
                all.push((key, value));
                keys.push(key);
            });
            let family = Family::of_names(&keys);
            if index == 0 {
                self.family = family;
                self.names = keys.iter().map(|key| (*key).to_owned()).collect();
            }
            self.see(family, record);
            sampler.members(&all);
        }
        Ok(())
    }

    fn sample_csv(&mut self, text: &str, complete: bool, csv_header: bool, sampler: &mut Sampler) -> Result<(), &'static str> {
        // A byte or two that no text has are damage.
        let strange = |c: &char| *c == char::REPLACEMENT_CHARACTER || (c.is_control() && !c.is_ascii_whitespace());
        let printable = text.chars().take(4096).filter(strange).count() <= text.len().min(4096) / 64 + 1;
        let (header, rows_at) = Header::parse(text.as_bytes()).filter(|_| printable).ok_or(family::BINARY)?;
        let (header, rows_at) = if csv_header { (header, rows_at) } else { (Header::numbered(text.as_bytes()).ok_or(family::BINARY)?, 0) };
        self.rows_at = rows_at;
        let names: Vec<&str> = header.names.iter().map(String::as_str).collect();
        if family::is_ediscovery(&names) {
            return Err(family::EDISCOVERY);
        }
        self.family = Family::of_names(&names);
        // All rows have the header's columns.
        self.complete = true;
        let mut inner = None;
        self.names = header.names.clone();
        header.names.iter().for_each(|name| sampler.column(name));
        if header.inner.is_some_and(|inner| !header.names[inner].eq_ignore_ascii_case(INNER)) {
            sampler.column(INNER);
        }
        let mut evidence = None;
        let mut left = SAMPLES;
        csv::rows(&text.as_bytes()[rows_at..], &header, |_, row, whole| {
            // The last row may be cut off by the end of the head.
            let cut = !complete && row.as_ptr_range().end == text.as_bytes().as_ptr_range().end;
            if !whole || cut || left == 0 || row == header.line {
                return;
            }
            left -= 1;
            let mut cells = Vec::with_capacity(header.names.len());
            csv::cells(row, header.delimiter, |_, cell| cells.push(cell.text()));
            inner = inner.or_else(|| Some(Family::of_object(cells.get(header.inner?)?)));
            evidence = evidence.or_else(|| cells.iter().find_map(|cell| DayOrder::evidence(cell)));
            sampler.row(&header, &cells);
        });
        if let (Family::Other, Some(inner)) = (self.family, inner) {
            self.family = if inner.is_unified() { Family::UnifiedExport } else { inner };
        }
        self.families.push(self.family);
        self.groups.push(self.family.group());
        // Where no value tells, a semicolon is the sign of a European export.
        let default = if header.delimiter == b';' { DayOrder::DayFirst } else { DayOrder::MonthFirst };
        self.order = evidence.unwrap_or(default);
        self.framing = Framing::Csv(Arc::new(header));
        Ok(())
    }
}

/// What a block from the middle of a text shows.
#[derive(Default)]
pub struct Beyond {
    pub sampler: Sampler,
    /// Records that start in another way than those of the head.
    others: Vec<String>,
}

impl Sniffed {
    /// Samples a block from the middle of a text; it may start and end inside of a record. Of a `thin` sample only those records are looked
    /// at that start in another way than those of the head.
    pub fn beyond(&self, block: &[u8], thin: bool) -> Beyond {
        let mut beyond = Beyond::default();
        let lines = memchr::memchr(b'\n', block).zip(memchr::memrchr(b'\n', block)).filter(|(first, last)| first < last);
        let Some(block) = lines.map(|(first, last)| &block[first + 1..last]) else { return beyond };
        match &self.framing {
            Framing::Lines => lines::lines(block, |_, line| {
                let (Some(b'{'), Some(b'}'), Ok(record)) = (line.first(), line.last(), std::str::from_utf8(line)) else { return };
                if !self.knows_opening(line) && beyond.others.len() < SAMPLES {
                    beyond.others.push(record.to_owned());
                }
                if !thin {
                    let mut opened = String::new();
                    beyond.sampler.object(self.peel.map_or(record, |peel| peel.open(record, &mut opened)));
                }
            }),
            Framing::Csv(header) if !thin => csv::rows(block, header, |_, row, whole| {
                let mut cells = Vec::with_capacity(header.names.len());
                csv::cells(row, header.delimiter, |_, cell| cells.push(cell.text()));
                // What does not fit began in the middle of a cell.
                if whole && cells.len() == header.names.len() && row != header.line {
                    beyond.sampler.row(header, &cells);
                }
            }),
            Framing::Csv(_) | Framing::Values { .. } | Framing::Hidden | Framing::Table => {}
        }
        beyond
    }

    /// Takes in what a block showed.
    pub fn take_in(&mut self, beyond: &Beyond, sampler: &mut Sampler) {
        sampler.merge(&beyond.sampler);
        for record in &beyond.others {
            self.see_opening(record.as_bytes());
            let mut opened = String::new();
            let record = self.peel.map_or(&**record, |peel| peel.open(record, &mut opened));
            self.see(Family::of_object(record), record);
            sampler.object(record);
        }
    }
}

/// `Name : value`, the colons in one column, as PowerShell prints a list of properties.
fn is_printed(body: &str) -> bool {
    let colon = |line: &str| line.find(" : ").filter(|at| line[..*at].trim_end().chars().all(char::is_alphanumeric));
    let mut colons = body.lines().take(3).map(colon);
    let first = colons.next().flatten();
    first.is_some() && body.lines().count() > 2 && colons.all(|at| at == first)
}

/// Records looked at per file, at most.
pub const SAMPLES: usize = 400;

/// The first records of a text.
fn sample<'b>(framing: &Framing, body: &'b str, complete: bool) -> Vec<Cow<'b, str>> {
    let mut records = Vec::new();
    match framing {
        Framing::Lines => lines::lines(body.as_bytes(), |at, line| {
            let cut = !complete && at + line.len() == body.len();
            if !cut && records.len() < SAMPLES {
                records.push(body.get(at..at + line.len()).map_or_else(|| String::from_utf8_lossy(line), Cow::Borrowed));
            }
        }),
        Framing::Values { .. } | Framing::Hidden => {
            let pages = matches!(framing, Framing::Values { pages: true });
            let mut ranges = Values::new(pages).split(body.as_bytes()).records;
            // Where the text is whole, what follows a broken record counts too.
            if complete || ranges.is_empty() {
                let mut splitter = Splitter::new(Box::new(io::Cursor::new(body.as_bytes().to_vec())), framing.clone(), body.len() + 1);
                ranges = splitter.next().ok().flatten().and_then(|piece| piece.records).unwrap_or_default();
            }
            records.extend(ranges.into_iter().take(SAMPLES).filter_map(|range| body.get(range)).map(Cow::Borrowed));
        }
        Framing::Table => {
            let table::Rows { text, ranges, .. } = table::rows(body);
            records
                .extend(ranges.into_iter().take(SAMPLES).filter_map(|range| text.get(range)).map(|record| Cow::Owned(record.to_owned())));
        }
        Framing::Csv(_) => {}
    }
    records
}
