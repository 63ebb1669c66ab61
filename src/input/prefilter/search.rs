//! Searches needles in raw text.

use aho_corasick::{AhoCorasick, packed};

use super::super::kernels::{self, Marks, Probe, Sought, Summary};
use super::Needles;
use super::frequencies::{Frequencies, rarity};

/// A compiled set of needles.
#[derive(Debug)]
pub struct Prefilter {
    finder: Finder,
    needles: Needles,
    /// The first two bytes of characters that become letters of the needles when case is folded.
    folding: Vec<Probe>,
    /// The characters of the needles: a record that escapes one of them may match.
    characters: [bool; 128],
}

#[derive(Debug)]
enum Finder {
    /// Two bytes of each of a few needles; the rest is compared where they hit.
    Probes(Vec<Probe>, Vec<Fragment>),
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

/// More needles than this are searched by three bytes instead of two.
const FEW: usize = 4;

/// Characters that become ASCII letters when case is folded, and the letters: K (U+212A), ſ, İ, ı.
const FOLDING: [(char, u8); 4] = [('\u{212A}', b'k'), ('\u{17F}', b's'), ('\u{130}', b'i'), ('\u{131}', b'i')];

impl Prefilter {
    pub fn new(needles: Needles) -> Option<Prefilter> {
        Prefilter::on(needles, &Frequencies::of(&[]))
    }

    fn on(needles: Needles, frequencies: &Frequencies<'_>) -> Option<Prefilter> {
        let mut characters = [false; 128];
        for byte in needles.any_of.iter().flat_map(|n| n.bytes()) {
            for byte in [byte, byte.to_ascii_lowercase(), byte.to_ascii_uppercase()] {
                *characters.get_mut(usize::from(byte))? = true;
            }
        }
        let folding = FOLDING.iter().filter(|(_, letter)| needles.any_case && characters[usize::from(*letter)]).map(|(folds, _)| {
            let bytes = folds.to_string().into_bytes();
            Probe { first: bytes[0], second: bytes[1], fold: 0, distance: 1 }
        });
        Some(Prefilter { folding: folding.collect(), finder: Finder::new(&needles, frequencies)?, needles, characters })
    }

    /// The filter of the set of needles that costs least, judged by a sample of the input.
    pub fn rarest(mut sets: Vec<Needles>, sample: &[u8]) -> Option<Prefilter> {
        let shared: Vec<Needles> = sets.iter().filter_map(Needles::shared).collect();
        sets.extend(shared);
        // The likely best first: of equals it wins.
        sets.sort_by_key(|needles| std::cmp::Reverse(needles.worth()));
        let frequencies = Frequencies::of(sample);
        sets.into_iter().filter_map(|set| Prefilter::on(set, &frequencies)).min_by_key(|filter| filter.cost(sample))
    }

    /// About how many picoseconds the sample takes: the search, and the records that it lets through.
    fn cost(&self, sample: &[u8]) -> usize {
        const PARSING: usize = 500_000;
        let byte = match &self.finder {
            Finder::Probes(probes, _) => 50 * probes.len(),
            Finder::Fragments(..) => 150,
            Finder::Automaton(_) => 1000,
        };
        self.count(sample) * PARSING + sample.len() * byte
    }

    fn count(&self, bytes: &[u8]) -> usize {
        let mut at = 0;
        let mut count = 0;
        while let Some(hit) = self.literal(bytes, at) {
            count += 1;
            at = hit + 1;
        }
        count
    }

    /// May a needle match a column's name? The rows of a CSV file do not repeat those, so they must not be searched then.
    pub fn may_match_names(&self, names: &[String]) -> bool {
        let folded = |text: &str| text.to_lowercase();
        self.needles.whole_record && names.iter().any(|name| self.needles.any_of.iter().any(|n| folded(name).contains(&folded(n))))
    }

    /// The hits in a text, and what it holds; its line feeds are marked.
    pub fn hits<'a>(&'a self, bytes: &'a [u8], marks: &mut Marks) -> (Summary<'a>, Hits<'a>) {
        let escaped: Option<&dyn Fn(usize) -> bool> = Some(&|at| self.escaped(bytes, at));
        let folding = self.folding.as_slice();
        let (summary, literal) = match &self.finder {
            Finder::Probes(probes, fragments) => {
                let stands = |at| fragments.iter().any(|fragment| self.stands(*fragment, bytes, at));
                (kernels::survey(bytes, Sought { probes, folding }, marks, stands, escaped), Next::None)
            }
            _ => (kernels::survey(bytes, Sought { probes: &[], folding }, marks, |_| false, escaped), Next::At(0)),
        };
        (summary, Hits { filter: self, bytes, known: std::mem::take(&mut marks.hits), seen: 0, literal })
    }

    fn literal(&self, bytes: &[u8], from: usize) -> Option<usize> {
        match &self.finder {
            Finder::Probes(probes, fragments) => {
                kernels::find(bytes, from, probes, |at| fragments.iter().any(|fragment| self.stands(*fragment, bytes, at)))
            }
            Finder::Automaton(automaton) => automaton.find(bytes.get(from..)?).map(|m| from + m.start()),
            Finder::Fragments(searcher, fragments) => self.fragment(searcher, fragments, bytes, from),
        }
    }

    fn fragment(&self, searcher: &packed::Searcher, fragments: &[Fragment], bytes: &[u8], from: usize) -> Option<usize> {
        // A needle may start before its fragment, but never before `from` matters: a hit there is reported at the fragment.
        let mut at = from;
        while let Some(found) = searcher.find_in(bytes, aho_corasick::Span { start: at.min(bytes.len()), end: bytes.len() }) {
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

    /// May the escape at `at` stand for a character of a needle?
    fn escaped(&self, bytes: &[u8], at: usize) -> bool {
        let hex = bytes.get(at + 2..at + 6).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()) {
            Some(unit) if self.characters.get(unit as usize).copied().unwrap_or(false) => true,
            Some(unit) => self.needles.any_case && FOLDING.iter().any(|(folds, _)| *folds as u32 == unit),
            // Cut off or malformed: let the parser decide.
            None => true,
        }
    }
}

impl Finder {
    fn new(needles: &Needles, frequencies: &Frequencies<'_>) -> Option<Finder> {
        let texts = needles.any_of.as_slice();
        if texts.is_empty() {
            return None;
        }
        let few = if texts.len() <= FEW { Finder::probes(texts, needles.any_case, frequencies) } else { None };
        few.or_else(|| Finder::fragments(texts, needles.any_case)).or_else(|| {
            let builder = AhoCorasick::builder().ascii_case_insensitive(needles.any_case).build(texts);
            builder.ok().map(|automaton| Finder::Automaton(Box::new(automaton)))
        })
    }

    fn probes(needles: &[String], any_case: bool, frequencies: &Frequencies<'_>) -> Option<Finder> {
        let (mut probes, mut fragments) = (Vec::new(), Vec::new());
        for (needle, text) in needles.iter().enumerate() {
            let (offset, probe) = frequencies.probe(text.as_bytes(), any_case)?;
            probes.push(probe);
            fragments.push(Fragment { needle, offset });
        }
        Some(Finder::Probes(probes, fragments))
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

/// The hits in a text, asked for range by range in ascending order.
pub struct Hits<'a> {
    filter: &'a Prefilter,
    bytes: &'a [u8],
    /// The escapes and what case folding may change, and the literals too if they were found in one pass; and how many of them were passed.
    known: Vec<usize>,
    seen: usize,
    literal: Next,
}

/// The next hit: known, or to be looked for from a position on.
#[derive(Clone, Copy)]
enum Next {
    At(usize),
    Hit(usize),
    None,
}

impl Next {
    /// The first hit from `from` on, which never goes back.
    fn from(&mut self, from: usize, find: impl Fn(usize) -> Option<usize>) -> Option<usize> {
        let start = match *self {
            Next::Hit(at) if at >= from => return Some(at),
            Next::None => return None,
            Next::At(start) => start.max(from),
            Next::Hit(_) => from,
        };
        let found = find(start);
        *self = found.map_or(Next::None, Next::Hit);
        found
    }
}

impl Hits<'_> {
    /// The first place from `from` on that may belong to a record that matches. `from` never goes back.
    pub fn next(&mut self, from: usize) -> Option<usize> {
        let Hits { filter, bytes, .. } = *self;
        self.seen += self.known[self.seen..].iter().take_while(|at| **at < from).count();
        let known = self.known.get(self.seen).copied();
        let literal = self.literal.from(from, |from| filter.literal(bytes, from));
        [known, literal].into_iter().flatten().min()
    }

    /// May the record at this range match?
    pub fn within(&mut self, start: usize, end: usize) -> bool {
        self.next(start).is_some_and(|at| at < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(needles: &[&str], any_case: bool, text: &str) -> bool {
        let any_of = needles.iter().map(|n| (*n).to_owned()).collect();
        let filter = Prefilter::new(Needles { any_of, any_case, whole_record: false }).unwrap();
        let padded = format!("{}{text}{}", "-".repeat(70), "-".repeat(70));
        filter.hits(padded.as_bytes(), &mut Marks::default()).1.within(70, 70 + text.len())
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
        assert!(hit(&["abc"], false, "\\u006"));
    }

    #[test]
    fn ranges_in_order() {
        let filter = Prefilter::new(Needles { any_of: vec!["abc".into()], any_case: true, whole_record: false }).unwrap();
        let text = b"x ABC| y |abcabc| z |....................................................................abc";
        let (_, mut hits) = filter.hits(text, &mut Marks::default());
        let mut found = Vec::new();
        let mut start = 0;
        for part in text.split(|b| *b == b'|') {
            found.push(hits.within(start, start + part.len()));
            start += part.len() + 1;
        }
        assert_eq!(found, [true, false, true, false, true]);
    }
}
