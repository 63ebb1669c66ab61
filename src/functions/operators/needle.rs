//! Finds a constant text in other texts, by the rules of `has`, `contains`, `startswith` and their kin.

use memchr::memmem::Finder;
use memchr::{memchr, memchr2};

use super::fold;

/// What a match must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Whole terms: no letter or digit beside it.
    Has,
    /// No letter or digit before it.
    HasPrefix,
    /// No letter or digit behind it.
    HasSuffix,
    Contains,
    StartsWith,
    EndsWith,
    Equals,
}

/// A text to look for, prepared.
pub struct Needle {
    text: String,
    mode: Mode,
    search: Search,
    /// A letter or digit may not stand before (behind) a match.
    guard_before: bool,
    guard_behind: bool,
}

enum Search {
    Empty,
    Exact(Box<Finder<'static>>),
    /// ASCII, ignoring case: the place of the needle's rarest byte, and that byte in both cases.
    Ascii {
        anchor: usize,
        bytes: (u8, u8),
    },
    /// Folded already; the other text is folded too.
    Folded(Box<Finder<'static>>),
}

impl Needle {
    /// A whole term in any case: what `has` looks for.
    pub fn term(text: &str) -> Needle {
        Needle::new(text, Mode::Has, false)
    }

    pub fn new(text: &str, mode: Mode, case_sensitive: bool) -> Needle {
        let text = if case_sensitive { text.to_owned() } else { fold::fold(text) };
        let search = if text.is_empty() {
            Search::Empty
        } else if case_sensitive {
            Search::Exact(Box::new(Finder::new(text.as_bytes()).into_owned()))
        } else if text.is_ascii() {
            let anchor = rarest(text.as_bytes());
            let byte = text.as_bytes()[anchor];
            Search::Ascii { anchor, bytes: (byte.to_ascii_lowercase(), byte.to_ascii_uppercase()) }
        } else {
            Search::Folded(Box::new(Finder::new(text.as_bytes()).into_owned()))
        };
        let guard_before = matches!(mode, Mode::Has | Mode::HasPrefix) && text.starts_with(char::is_alphanumeric);
        let guard_behind = matches!(mode, Mode::Has | Mode::HasSuffix) && text.ends_with(char::is_alphanumeric);
        Needle { text, mode, search, guard_before, guard_behind }
    }

    pub fn is_match(&self, hay: &str) -> bool {
        match &self.search {
            Search::Empty => self.mode != Mode::Equals || hay.is_empty(),
            Search::Folded(_) if hay.is_ascii() => false,
            Search::Folded(_) => self.is_match_in(&fold::fold(hay)),
            _ => self.is_match_in(hay),
        }
    }

    fn is_match_in(&self, hay: &str) -> bool {
        let (bytes, needle) = (hay.as_bytes(), self.text.as_bytes());
        match self.mode {
            Mode::Equals => bytes.len() == needle.len() && self.equals(bytes),
            Mode::StartsWith => bytes.get(..needle.len()).is_some_and(|head| self.equals(head)),
            Mode::EndsWith => bytes.len().checked_sub(needle.len()).is_some_and(|at| self.equals(&bytes[at..])),
            Mode::Contains => self.find(bytes, 0).is_some(),
            Mode::Has | Mode::HasPrefix | Mode::HasSuffix => self.find_guarded(hay),
        }
    }

    /// Whether bytes of the needle's length are the needle.
    fn equals(&self, bytes: &[u8]) -> bool {
        match self.search {
            Search::Ascii { .. } => bytes.eq_ignore_ascii_case(self.text.as_bytes()),
            _ => bytes == self.text.as_bytes(),
        }
    }

    fn find_guarded(&self, hay: &str) -> bool {
        let mut from = 0;
        while let Some(at) = self.find(hay.as_bytes(), from) {
            let end = at + self.text.len();
            if !(self.guard_before && alphanumeric_before(hay, at) || self.guard_behind && alphanumeric_behind(hay, end)) {
                return true;
            }
            from = at + 1;
        }
        false
    }

    /// The first match at or behind `from`.
    fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        match &self.search {
            Search::Empty => Some(from),
            Search::Exact(finder) | Search::Folded(finder) => finder.find(bytes.get(from..)?).map(|at| from + at),
            Search::Ascii { anchor, bytes: (lower, upper) } => {
                let mut at = from + anchor;
                loop {
                    let rest = bytes.get(at..)?;
                    let hit = at + if lower == upper { memchr(*lower, rest)? } else { memchr2(*lower, *upper, rest)? };
                    let start = hit - anchor;
                    if bytes.get(start..start + self.text.len())?.eq_ignore_ascii_case(self.text.as_bytes()) {
                        return Some(start);
                    }
                    at = hit + 1;
                }
            }
        }
    }
}

/// Whether a letter or digit ends right before `at`, which is a character's boundary or the match would not be one.
pub fn alphanumeric_before(hay: &str, at: usize) -> bool {
    match at.checked_sub(1).and_then(|before| hay.as_bytes().get(before)) {
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => hay.get(..at).is_some_and(|head| head.ends_with(char::is_alphanumeric)),
        None => false,
    }
}

/// Whether a letter or digit starts right at `at`.
pub fn alphanumeric_behind(hay: &str, at: usize) -> bool {
    match hay.as_bytes().get(at) {
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => hay.get(at..).is_some_and(|tail| tail.starts_with(char::is_alphanumeric)),
        None => false,
    }
}

/// The place of the byte that is likely the rarest in logs.
fn rarest(needle: &[u8]) -> usize {
    // From the most common down; what is not listed is rarer still.
    const COMMON: &[u8] = b"eaitnorscld mp-uhgf.b0\"1:2v/3ykw45_6987,xj";
    let rank = |byte: u8| COMMON.iter().position(|c| *c == byte.to_ascii_lowercase()).unwrap_or(COMMON.len());
    (0..needle.len()).max_by_key(|at| rank(needle[*at])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(hay: &str, needle: &str) -> bool {
        Needle::new(needle, Mode::Has, false).is_match(hay)
    }

    #[test]
    fn has_looks_for_whole_terms() {
        assert!(has("foo.BAR.baz", "bar") && has("alpha_beta", "alpha") && has("x", ""));
        assert!(!has("foobar bars", "bar"));
        assert!(has("foobar bar", "bar"), "a later match counts");
        assert!(has("C:\\a\\cmd.exe", ".exe") && has("a cmd.exe b", "cmd.exe") && !has("a cmd.exes", "cmd.exe"));
        assert!(has("МИР привет", "мир") && !has("ПриветМир", "мир") && has("NAÏVE", "naïve"));
        assert!(!has("ébar", "bar") && !has("baré", "bar") && has("«bar»", "bar"));
    }

    #[test]
    fn other_modes() {
        let test = |mode, case_sensitive, hay, needle| Needle::new(needle, mode, case_sensitive).is_match(hay);
        assert!(test(Mode::HasPrefix, false, "one Twofold", "two") && !test(Mode::HasPrefix, false, "onetwo", "two"));
        assert!(test(Mode::HasSuffix, false, "Onetwo x", "two") && !test(Mode::HasSuffix, false, "twofold", "two"));
        assert!(test(Mode::Contains, false, "aQUICKb", "quick") && !test(Mode::Contains, true, "aQUICKb", "quick"));
        assert!(test(Mode::EndsWith, false, "CAFÉ", "é") && test(Mode::StartsWith, false, "Straße", "STRA"));
        assert!(!test(Mode::Equals, false, "STRASSE", "straße") && !test(Mode::Contains, false, "\u{212a}", "k"));
        assert!(!test(Mode::StartsWith, false, "é", "e") && !test(Mode::EndsWith, true, "x", "longer"));
    }
}
