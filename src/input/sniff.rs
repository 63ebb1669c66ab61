//! Decides a file's encoding, framing and family from its first bytes.

use std::io;
use std::sync::Arc;

use super::encoding::{Encoding, SUBSTITUTE};
use super::family::{self, Family};
use super::framing::restart::{first_key, known_record, starts_page};
use super::framing::splitter::Splitter;
use super::framing::values::{NESTED_PAGE, Values, holds_records, is_known};
use super::framing::{Framing, Header, csv, lines, salvage, table};
use super::json::{members, skip_space, skip_value, string_end};
use super::paths::INNER;
use super::peel::{self, Peel};
use super::route;
use super::schema::Sampler;
use super::timestamp::DayOrder;

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
    /// How a record of JSON starts: the first one's text up to its first colon.
    pub opening: Vec<u8>,
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

/// Looks at the head of a file. `Err` says why it is left out.
pub fn sniff(head: &[u8], complete: bool, csv_header: bool, sampler: &mut Sampler) -> Result<Sniffed, &'static str> {
    let (encoding, mark) = Encoding::detect(head, complete);
    let text = encoding.text(head, mark);
    let text = text.trim_end_matches(['\u{fffd}', SUBSTITUTE]);
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
        opening: Vec::new(),
        groups: Vec::new(),
        families: Vec::new(),
        mixed: false,
        names: Vec::new(),
        table: None,
    };
    match body.as_bytes().first() {
        None => return Err(family::EMPTY),
        Some(_) if !body.starts_with('{') && peel::is_prefixed(body) => {
            sniffed.peel = Some(Peel::Prefix);
            sniffed.sample_json(&sample(&Framing::Lines, body, complete), sampler)?;
            sniffed.shape = "one JSON object per line";
        }
        Some(b'{' | b'[') if is_json(body) => sniffed.json(body, complete, sampler)?,
        Some(b'"') if peel::is_text(body.as_bytes()) => sniffed.json(body, complete, sampler)?,
        Some(b'<') if body.starts_with("<Objs") => return Err(family::CLIXML),
        Some(_) if is_printed(body) => return Err(family::PRINTED),
        Some(_) => match damaged_json(body) {
            Some(at) => {
                // The text is read from its start: what is wrong there is told.
                sniffed.json(&body[at..], complete, sampler)?;
                if are_objects(body) {
                    sniffed.framing = Framing::Lines;
                }
            }
            None => sniffed.sample_csv(text, complete, csv_header, sampler)?,
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

    /// Takes in the family of a sampled record.
    fn see(&mut self, family: Family, record: &str, first: bool) {
        if first {
            self.family = family;
            members(record, record.find('{').unwrap_or(0), |key, _| self.names.push(key.to_owned()));
        }
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
    fn json(&mut self, body: &str, complete: bool, sampler: &mut Sampler) -> Result<(), &'static str> {
        self.framing = json_framing(body);
        let mut records = sample(&self.framing, body, complete);
        if let Some(framing) = other_framing(body, &self.framing, &records) {
            self.framing = framing;
            records = sample(&self.framing, body, complete);
        }
        self.shape = shape(body, &self.framing);
        self.sample_json(&records, sampler)
    }

    fn sample_json(&mut self, records: &[String], sampler: &mut Sampler) -> Result<(), &'static str> {
        // One whose first key is damaged tells nothing.
        self.peel = self.peel.or_else(|| records.iter().take(5).find_map(|record| Peel::of(record)));
        let mut opened = String::new();
        for (index, record) in records.iter().enumerate() {
            if index == 0 {
                self.opening = first_key(record.as_bytes()).to_vec();
                if record.contains("\"contentUri\"") && record.contains("\"contentId\"") {
                    return Err(family::CONTENT_LIST);
                }
            }
            let record = self.peel.map_or(record.as_str(), |peel| peel.open(record, &mut opened));
            self.see(Family::of_object(record), record, index == 0);
            sampler.object(record);
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

impl Sniffed {
    /// Samples a block from the middle of a text; it may start and end inside of a record.
    pub fn sample_block(&self, block: &[u8], sampler: &mut Sampler) {
        let Some(start) = memchr::memchr(b'\n', block).map(|at| at + 1) else { return };
        let Some(end) = memchr::memrchr(b'\n', block).filter(|end| *end > start) else { return };
        match &self.framing {
            Framing::Lines => lines::lines(&block[start..end], |_, line| {
                if let (Some(b'{'), Some(b'}'), Ok(record)) = (line.first(), line.last(), std::str::from_utf8(line)) {
                    let mut opened = String::new();
                    sampler.object(self.peel.map_or(record, |peel| peel.open(record, &mut opened)));
                }
            }),
            Framing::Csv(header) => csv::rows(&block[start..end], header, |_, row, whole| {
                let mut cells = Vec::with_capacity(header.names.len());
                csv::cells(row, header.delimiter, |_, cell| cells.push(cell.text()));
                // What does not fit began in the middle of a cell.
                if whole && cells.len() == header.names.len() && row != header.line {
                    sampler.row(header, &cells);
                }
            }),
            Framing::Values { .. } | Framing::Hidden | Framing::Table => {}
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

/// What starts with a brace or a bracket and goes on like JSON.
fn is_json(body: &str) -> bool {
    let rest = body[1..].trim_start().as_bytes();
    let fits = match (body.as_bytes()[0], rest.first()) {
        (b'{', next) => matches!(next, None | Some(b'"' | b'}')),
        (_, next) => matches!(next, None | Some(b'{' | b'[' | b'"' | b']' | b'0'..=b'9' | b'-' | b't' | b'f' | b'n')),
    };
    fits || has_keys(&body.as_bytes()[..body.len().min(2048)]) || are_objects(body)
}

/// Where the first bracket of a text is whose first character or two are not what they were.
fn damaged_json(body: &str) -> Option<usize> {
    let bracket = body.find(['{', '[']);
    let mut rest = body.chars();
    rest.next();
    let goes_on = rest.as_str().trim_start().starts_with(['{', '[', '"']) && has_keys(&body.as_bytes()[..body.len().min(2048)]);
    let soon = bracket.is_some_and(|at| body[..at].chars().count() <= 2 && is_json(&body[at..]));
    (are_objects(body) || goes_on || soon).then_some(bracket.unwrap_or(0))
}

/// There is a key of JSON in it (in a cell of CSV its quotes are doubled).
fn has_keys(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, b"\":").any(|at| at > 0 && text[at - 1] != b'"')
}

/// Records looked at per file.
const SAMPLES: usize = 400;

/// The first records of a text.
fn sample(framing: &Framing, body: &str, complete: bool) -> Vec<String> {
    let mut records = Vec::new();
    match framing {
        Framing::Lines => lines::lines(body.as_bytes(), |at, line| {
            let cut = !complete && at + line.len() == body.len();
            if !cut && records.len() < SAMPLES {
                records.push(String::from_utf8_lossy(line).into_owned());
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
            records.extend(ranges.into_iter().take(SAMPLES).filter_map(|range| body.get(range)).map(str::to_owned));
        }
        Framing::Table => {
            let table::Rows { text, ranges, .. } = table::rows(body);
            records.extend(ranges.into_iter().take(SAMPLES).filter_map(|range| text.get(range)).map(str::to_owned));
        }
        Framing::Csv(_) => {}
    }
    records
}

/// The framing of a text that starts with a brace or a bracket.
fn json_framing(body: &str) -> Framing {
    let bytes = body.as_bytes();
    if bytes[0] == b'"' {
        return if body.trim_end().contains('\n') { Framing::Lines } else { Framing::Values { pages: false } };
    }
    if bytes[0] == b'[' {
        let first = skip_space(bytes, 1);
        let keys = head_keys(body, first);
        if keys.iter().any(|(key, _)| *key == "FrameType") {
            return Framing::Table;
        }
        return Framing::Values { pages: is_page_of(body, &keys) || is_unknown_page(body, &keys) };
    }
    let keys = head_keys(body, 0);
    if keys.iter().any(|(key, at)| matches!(*key, "tables" | "Tables") && bytes[*at] == b'[') || is_table(body, &keys) {
        return Framing::Table;
    }
    if is_page_of(body, &keys) || is_unknown_page(body, &keys) {
        return Framing::Values { pages: true };
    }
    if are_objects(body) {
        return Framing::Lines;
    }
    let end = skip_value(bytes, 0);
    let first = &bytes[..end.unwrap_or(bytes.len())];
    let followed = end.and_then(|end| bytes[end..].iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r' | b',')));
    match followed {
        Some(b'\n') | None if !first.contains(&b'\n') => Framing::Lines,
        _ => Framing::Values { pages: false },
    }
}

/// The framing of a text that is not what it seems to be: read so it has these records and none is of a known family, and yet there are
/// some in it.
fn other_framing(body: &str, framing: &Framing, records: &[String]) -> Option<Framing> {
    let one_text = matches!(framing, Framing::Values { .. }) || (matches!(framing, Framing::Lines) && !body.trim_end().contains('\n'));
    if !one_text {
        return None;
    }
    let shows_records = records.iter().any(|record| is_known(record));
    // A page that is read as a record followed one whose head is damaged.
    let headless = matches!(framing, Framing::Values { pages: false }) && records.iter().any(|record| starts_page(record.as_bytes()));
    if headless || !shows_records && known_record(body.as_bytes()).is_some() {
        Some(Framing::Hidden)
    } else if !shows_records && salvage::is_answer(body) {
        Some(Framing::Table)
    } else {
        None
    }
}

/// How JSON stands in a text, in words, as far as its head shows.
fn shape(body: &str, framing: &Framing) -> &'static str {
    let bytes = body.as_bytes();
    let end = skip_value(bytes, 0);
    let first = &bytes[..end.unwrap_or(bytes.len())];
    let more = end.is_some_and(|end| bytes[end..].iter().any(|b| matches!(b, b'{' | b'[')));
    match (framing, bytes[0], more, first.contains(&b'\n')) {
        (Framing::Lines, _, _, _) => "one JSON object per line",
        (Framing::Table, _, _, _) => "column names, then rows",
        (Framing::Hidden, _, _, _) => "JSON whose beginning is damaged",
        (Framing::Values { pages: true }, b'{', false, _) => "a page of JSON records",
        (Framing::Values { pages: true }, b'{', true, _) => "pages of JSON records back to back",
        (Framing::Values { pages: true }, _, _, _) => "an array of pages of JSON records",
        (_, b'[', true, _) => "JSON arrays back to back",
        (_, b'[', false, true) => "a JSON array over many lines",
        (_, b'[', false, false) => "a JSON array on one line",
        (_, _, true, _) => "JSON objects back to back",
        (_, _, false, _) => "a JSON object",
    }
}

/// An object that holds records in an array.
fn is_page_of(text: &str, keys: &[(&str, usize)]) -> bool {
    let holds = |key: &str, at: usize| match text.as_bytes()[at] {
        b'[' => matches!(key, "value" | "records" | "results" | "Results" | "Records"),
        b'{' => key == NESTED_PAGE && head_keys(text, at).iter().any(|(key, at)| *key == NESTED_PAGE && text.as_bytes()[*at] == b'['),
        _ => false,
    };
    keys.iter().any(|(key, at)| holds(key, *at))
        && !keys.iter().any(|(key, _)| matches!(*key, "CreationTime" | "RecordType" | "properties" | "TimeGenerated"))
}

/// An object of no known family that holds records of one in an array, whatever the array is called.
fn is_unknown_page(text: &str, keys: &[(&str, usize)]) -> bool {
    let names: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
    Family::of_names(&names) == Family::Other
        && keys.iter().any(|(_, at)| text.as_bytes()[*at] == b'[' && holds_records(&text.as_bytes()[*at..]))
}

/// An object whose first array holds tables, whatever it is called.
fn is_table(text: &str, keys: &[(&str, usize)]) -> bool {
    let Some((_, at)) = keys.iter().find(|(_, at)| text.as_bytes()[*at] == b'[') else { return false };
    let first = skip_space(text.as_bytes(), at + 1);
    let inner: Vec<&str> = if text.as_bytes().get(first) == Some(&b'{') { head_names(text, first) } else { Vec::new() };
    let has = |names: [&str; 2]| inner.iter().any(|name| names.contains(name));
    has(["columns", "Columns"]) && has(["rows", "Rows"])
}

fn head_names(text: &str, at: usize) -> Vec<&str> {
    head_keys(text, at).into_iter().map(|(key, _)| key).collect()
}

/// Several lines, most of which are objects.
fn are_objects(body: &str) -> bool {
    let (mut lines, mut objects) = (0, 0);
    for line in body.lines().map(str::trim).filter(|line| !line.is_empty()).take(50) {
        lines += 1;
        let line = line.trim_end_matches(',');
        objects += usize::from(line.starts_with('{') && line.ends_with('}') || peel::is_text(line.as_bytes()) && line.ends_with("}\""));
    }
    lines > 1 && objects * 2 >= lines
}

/// The keys of the object at `at` with the places of their values, as far as the text goes.
fn head_keys(text: &str, at: usize) -> Vec<(&str, usize)> {
    let bytes = text.as_bytes();
    let mut keys = Vec::new();
    let mut at = at + 1;
    loop {
        at = skip_space(bytes, at);
        match bytes.get(at) {
            Some(b',') => at += 1,
            Some(b'"') => {
                let Some(end) = string_end(bytes, at + 1) else { return keys };
                let colon = skip_space(bytes, end + 1);
                let value = skip_space(bytes, colon + 1);
                if let (Some(b':'), Some(_), Some(key)) = (bytes.get(colon), bytes.get(value), text.get(at + 1..end)) {
                    keys.push((key, value));
                }
                let Some(next) = skip_value(bytes, value.min(bytes.len())) else { return keys };
                at = next;
            }
            // A byte that does not belong here.
            Some(byte) if !matches!(byte, b'}' | b']' | b'{' | b'[') => at += 1,
            _ => return keys,
        }
    }
}
