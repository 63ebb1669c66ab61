//! Searches needles in raw text.

use aho_corasick::{AhoCorasick, packed};
use memchr::{memchr3_iter, memmem};

use super::Needles;

/// A compiled set of needles.
#[derive(Debug)]
pub struct Prefilter {
    finder: Finder,
    needles: Needles,
    escape: memmem::Finder<'static>,
    /// The characters of the needles: a record that escapes one of them may match.
    characters: [bool; 128],
}

#[derive(Debug)]
enum Finder {
    One(Box<memmem::Finder<'static>>),
    /// Three bytes of each needle in every mixture of case; the rest is compared where they hit.
    Fragments(Box<packed::Searcher>, Vec<Fragment>),
    Automaton(Box<AhoCorasick>),
}

/// The part of a needle that is searched for: which needle, and where in it.
#[derive(Clone, Copy, Debug)]
struct Fragment {
    needle: usize,
    offset: usize,
}

/// Characters that become ASCII letters when case is folded: K (U+212A), ſ, İ, ı.
const FOLDING: [u32; 4] = [0x212A, 0x017F, 0x0130, 0x0131];

impl Prefilter {
    pub fn new(needles: Needles) -> Option<Prefilter> {
        let mut characters = [false; 128];
        for byte in needles.any_of.iter().flat_map(|n| n.bytes()) {
            for byte in [byte, byte.to_ascii_lowercase(), byte.to_ascii_uppercase()] {
                *characters.get_mut(usize::from(byte))? = true;
            }
        }
        Some(Prefilter { finder: Finder::new(&needles)?, needles, escape: memmem::Finder::new("\\u"), characters })
    }

    /// The filter of the set of needles that hits least often in a sample of the input.
    pub fn rarest(mut sets: Vec<Needles>, sample: &[u8]) -> Option<Prefilter> {
        // The likely best first: of equals it wins.
        sets.sort_by_key(|needles| std::cmp::Reverse(needles.worth()));
        sets.into_iter().filter_map(Prefilter::new).min_by_key(|filter| filter.count(sample))
    }

    fn count(&self, bytes: &[u8]) -> usize {
        let mut at = 0;
        let mut count = 0;
        while let Some(hit) = bytes.get(at..).and_then(|_| self.literal(bytes, at)) {
            count += 1;
            at = hit + 1;
        }
        count
    }

    /// The rows of a CSV file must not be searched: a needle may match its header.
    pub fn needs_keys(&self) -> bool {
        self.needles.whole_record
    }

    pub fn hits<'a>(&'a self, bytes: &'a [u8]) -> Hits<'a> {
        Hits { filter: self, bytes, literal: Next::At(0), escape: Next::At(0), folded: Next::At(0) }
    }

    fn literal(&self, bytes: &[u8], from: usize) -> Option<usize> {
        match &self.finder {
            Finder::One(finder) => finder.find(&bytes[from..]).map(|n| from + n),
            Finder::Automaton(automaton) => automaton.find(&bytes[from..]).map(|m| from + m.start()),
            Finder::Fragments(searcher, fragments) => self.fragment(searcher, fragments, bytes, from),
        }
    }

    fn fragment(&self, searcher: &packed::Searcher, fragments: &[Fragment], bytes: &[u8], from: usize) -> Option<usize> {
        // A needle may start before its fragment, but never before `from` matters: a hit there is reported at the fragment.
        let mut at = from;
        while let Some(found) = searcher.find_in(bytes, packed_span(at, bytes.len())) {
            // Several needles may share a fragment, so all are compared.
            if fragments.iter().any(|fragment| self.stands(*fragment, bytes, found.start())) {
                return Some(found.start());
            }
            at = found.start() + 1;
        }
        None
    }

    /// Does the fragment's needle stand around the hit at `at`?
    fn stands(&self, fragment: Fragment, bytes: &[u8], at: usize) -> bool {
        let needle = self.needles.any_of.get(fragment.needle).map_or(&[][..], |n| n.as_bytes());
        let text = at.checked_sub(fragment.offset).and_then(|start| bytes.get(start..start + needle.len()));
        text.is_some_and(|text| if self.needles.any_case { text.eq_ignore_ascii_case(needle) } else { text == needle })
    }

    fn escaped(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at += self.escape.find(bytes.get(at..)?)?;
            let unit =
                bytes.get(at + 2..at + 6).and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            match unit {
                Some(unit) if self.characters.get(unit as usize).copied().unwrap_or(false) => return Some(at),
                Some(unit) if self.needles.any_case && FOLDING.contains(&unit) => return Some(at),
                // Cut off or malformed: let the parser decide.
                None => return Some(at),
                _ => at += 2,
            }
        }
    }

    fn folded(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let rest = bytes.get(from..).filter(|_| self.needles.any_case)?;
        let is_folding = |at: &usize| matches!(rest[*at..], [0xC5, 0xBF, ..] | [0xC4, 0xB0 | 0xB1, ..] | [0xE2, 0x84, 0xAA, ..]);
        memchr3_iter(0xC4, 0xC5, 0xE2, rest).find(is_folding).map(|n| from + n)
    }
}

fn packed_span(start: usize, end: usize) -> aho_corasick::Span {
    aho_corasick::Span { start, end }
}

impl Finder {
    fn new(needles: &Needles) -> Option<Finder> {
        match needles.any_of.as_slice() {
            [] => None,
            [one] if !needles.any_case => Some(Finder::One(Box::new(memmem::Finder::new(one).into_owned()))),
            many => Finder::fragments(many, needles.any_case).or_else(|| {
                let builder = AhoCorasick::builder().ascii_case_insensitive(needles.any_case).build(many);
                builder.ok().map(|automaton| Finder::Automaton(Box::new(automaton)))
            }),
        }
    }

    fn fragments(needles: &[String], any_case: bool) -> Option<Finder> {
        let (mut patterns, mut fragments) = (Vec::new(), Vec::new());
        for (needle, text) in needles.iter().enumerate() {
            let (offset, window) = text.as_bytes().windows(3).enumerate().max_by_key(|(_, w)| w.iter().map(|b| rarity(*b)).sum::<u32>())?;
            patterns.extend(variants(window, any_case));
            fragments.push(Fragment { needle, offset });
        }
        patterns.sort();
        patterns.dedup();
        if patterns.len() > 64 {
            return None;
        }
        let mut config = packed::Config::new();
        let searcher = config.match_kind(packed::MatchKind::LeftmostFirst).builder().extend(&patterns).build()?;
        Some(Finder::Fragments(Box::new(searcher), fragments))
    }
}

/// A window in every mixture of case.
fn variants(window: &[u8], any_case: bool) -> Vec<Vec<u8>> {
    let mut variants = vec![Vec::new()];
    for byte in window {
        let cases = match (any_case, byte.is_ascii_alphabetic()) {
            (true, true) => vec![byte.to_ascii_lowercase(), byte.to_ascii_uppercase()],
            _ => vec![*byte],
        };
        variants = variants.iter().flat_map(|v: &Vec<u8>| cases.iter().map(move |c| [v.as_slice(), &[*c]].concat())).collect();
    }
    variants
}

/// How rare a character is in audit records, about.
fn rarity(byte: u8) -> u32 {
    match byte.to_ascii_lowercase() {
        b'q' | b'z' | b'j' | b'x' => 9,
        b'k' | b'v' | b'w' | b'y' | b'@' => 7,
        b'_' | b'h' | b'g' | b'b' | b'f' | b'p' | b'm' => 6,
        b'-' | b'.' | b'0'..=b'9' => 4,
        b' ' => 3,
        b'e' | b't' | b'i' | b'a' | b'n' | b'o' | b'r' | b's' => 1,
        _ => 3,
    }
}

/// The hits in a text, asked for range by range in ascending order.
pub struct Hits<'a> {
    filter: &'a Prefilter,
    bytes: &'a [u8],
    literal: Next,
    escape: Next,
    folded: Next,
}

/// The next hit: known, or to be looked for from a position on.
#[derive(Clone, Copy)]
enum Next {
    At(usize),
    Hit(usize),
    None,
}

impl Next {
    /// Is there a hit in the range? Looks no further than the next one.
    fn within(&mut self, start: usize, end: usize, find: impl Fn(usize) -> Option<usize>) -> bool {
        let from = match *self {
            Next::Hit(at) if at >= start => return at < end,
            Next::None => return false,
            Next::At(from) => from.max(start),
            Next::Hit(_) => start,
        };
        *self = find(from).map_or(Next::None, Next::Hit);
        matches!(*self, Next::Hit(at) if at < end)
    }
}

impl Hits<'_> {
    /// May the record at this range match?
    pub fn within(&mut self, start: usize, end: usize) -> bool {
        let Hits { filter, bytes, .. } = *self;
        self.literal.within(start, end, |from| filter.literal(bytes, from))
            || self.escape.within(start, end, |from| filter.escaped(bytes, from))
            || self.folded.within(start, end, |from| filter.folded(bytes, from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(needles: &[&str], any_case: bool, text: &str) -> bool {
        let any_of = needles.iter().map(|n| (*n).to_owned()).collect();
        let filter = Prefilter::new(Needles { any_of, any_case, whole_record: false }).unwrap();
        let padded = format!("{}{text}{}", "-".repeat(70), "-".repeat(70));
        filter.hits(padded.as_bytes()).within(70, 70 + text.len())
    }

    #[test]
    fn hits_and_escapes() {
        assert!(hit(&["Inbox"], false, "New-InboxRule"));
        assert!(!hit(&["inbox"], false, "New-InboxRule"));
        assert!(hit(&["inbox"], true, "New-INbOXRule"));
        assert!(hit(&["nothing", "boxr"], true, "New-INbOXRule"));
        assert!(hit(&["nothing", "boxR"], false, "New-InboxRule"));
        assert!(!hit(&["nothing", "boxr"], false, "New-InboxRule"));
        assert!(hit(&["Inbox"], false, r"New-\u0049nboxRule"));
        assert!(!hit(&["Inbox"], false, r"New-\u2013 \u0027"));
        assert!(hit(&["skype"], true, "\u{17f}kype"));
        assert!(hit(&["skype"], true, "s\u{212a}ype"));
        assert!(hit(&["abc"], false, "\\u00"));
    }

    #[test]
    fn ranges_in_order() {
        let filter = Prefilter::new(Needles { any_of: vec!["abc".into()], any_case: true, whole_record: false }).unwrap();
        let text = b"x ABC| y |abcabc| z |....................................................................abc";
        let mut hits = filter.hits(text);
        let mut found = Vec::new();
        let mut start = 0;
        for part in text.split(|b| *b == b'|') {
            found.push(hits.within(start, start + part.len()));
            start += part.len() + 1;
        }
        assert_eq!(found, [true, false, true, false, true]);
    }
}
