//! Copies the text of a dynamic as its tree would be written, without a tree.

use memchr::memchr;

use super::Json;
use super::json_parse::{DEEPEST, atom};
use super::json_scan::{blanks, string_end, unescape, value_end};

/// Objects with more members are left to the tree.
const MOST: usize = 16;

/// Appends the text; `false`, and nothing appended, where only a tree tells what would be written.
pub(super) fn copy(text: &str, out: &mut String) -> bool {
    let start = out.len();
    let mut copier = Copier { text, at: 0, out };
    let whole = copier.value(0).is_some() && blanks(text.as_bytes(), copier.at) == text.len();
    if !whole {
        out.truncate(start);
    }
    whole
}

struct Copier<'t, 'o> {
    text: &'t str,
    at: usize,
    out: &'o mut String,
}

impl<'t> Copier<'t, '_> {
    /// The next byte that is no white space, without taking it.
    fn peek(&mut self) -> Option<u8> {
        self.at = blanks(self.text.as_bytes(), self.at);
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes a byte, and writes it.
    fn take(&mut self, byte: u8) -> bool {
        let hit = self.peek() == Some(byte);
        if hit {
            self.at += 1;
            self.out.push(char::from(byte));
        }
        hit
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            _ if depth > DEEPEST => None,
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(drop),
            _ => {
                let end = value_end(self.text.as_bytes(), self.at)?;
                let token = self.text.get(self.at..end)?;
                self.at = end;
                if is_integer(token.as_bytes()) {
                    self.out.push_str(token)
                } else {
                    atom(token)?.write(self.out, false)
                }
                Some(())
            }
        }
    }

    /// The raw text between the quotes.
    fn string(&mut self) -> Option<&'t str> {
        let end = string_end(self.text.as_bytes(), self.at)?;
        let raw = self.text.get(self.at + 1..end - 1)?;
        if raw.bytes().fold(false, |found, byte| found | (byte < b' ')) {
            return None;
        }
        match memchr(b'\\', raw.as_bytes()) {
            None => self.out.push_str(self.text.get(self.at..end)?),
            Some(_) => Json::write_string(&unescape(raw)?, self.out),
        }
        self.at = end;
        Some(raw)
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.take(b'[');
        if self.take(b']') {
            return Some(());
        }
        loop {
            self.value(depth + 1)?;
            if self.take(b']') {
                return Some(());
            }
            self.take(b',').then_some(())?;
        }
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.take(b'{');
        if self.take(b'}') {
            return Some(());
        }
        let mut names = [""; MOST];
        for count in 0..MOST {
            if self.peek()? != b'"' {
                return None;
            }
            let name = self.string()?;
            // Of a repeated name the last value counts, at the first's place; with escapes a name may be another's.
            if names[..count].contains(&name) || memchr(b'\\', name.as_bytes()).is_some() {
                return None;
            }
            names[count] = name;
            self.take(b':').then_some(())?;
            self.value(depth + 1)?;
            if self.take(b'}') {
                return Some(());
            }
            self.take(b',').then_some(())?;
        }
        None
    }
}

/// Whether a token is an integer, and as it would be written.
fn is_integer(token: &[u8]) -> bool {
    let digits = token.strip_prefix(b"-").unwrap_or(token);
    // So many fit into a long.
    (1..=18).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) && (digits[0] != b'0' || token.len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the copy gives, if anything, is what the tree gives.
    fn check(text: &str) -> bool {
        let mut out = String::from("before");
        let copied = copy(text, &mut out);
        match Json::parse(text) {
            Some(tree) if copied => assert_eq!(out, format!("before{}", tree.text()), "{text}"),
            tree => {
                assert!(!copied || tree.is_some(), "{text}: it is no JSON");
                assert_eq!(out, "before", "{text}");
            }
        }
        copied
    }

    #[test]
    fn a_copy_is_what_the_tree_gives() {
        let copied = [
            r#" { "a" : [ 1 , -2, 0, true, null, "x\u00e9\/\n" ] , "b" : {} , "c" : [ ] } "#,
            "12",
            "-0",
            "1.50",
            "1e3",
            "123456789012345678901234567890",
            "\u{1}d637134336000000000\u{1}",
            "{\"t\":\u{1}t10000000\u{1},\"m\":\u{1}m1.50\u{1}}",
            "\"\"",
            "\"é\"",
        ];
        assert!(copied.iter().all(|text| check(text)));
        let many = format!("{{{}}}", (0..20).map(|n| format!("\"{n}\":{n}")).collect::<Vec<_>>().join(","));
        let deep = "[".repeat(300) + &"]".repeat(300);
        let left = [
            r#"{"a":1,"a":2}"#,
            r#"{"\u0061":1,"a":2}"#,
            "{",
            "[1,]",
            "{\"a\":}",
            "[1 2]",
            "1 2",
            "\"a\tb\"",
            "\"\\x\"",
            "nul",
            "",
            " ",
            &many,
            &deep,
            "01x",
            "\u{1}",
            "\u{1}x1\u{1}",
        ];
        assert!(!left.iter().any(|text| check(text)));
    }

    #[test]
    fn texts_made_at_random() {
        const PIECES: [&str; 24] = [
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"a\"",
            "\"b\"",
            "\"\\u0061\"",
            "\"\\\"\"",
            "\"",
            "\\",
            "1",
            "-",
            "0",
            "1.0",
            "e5",
            "true",
            "null",
            " ",
            "\n",
            "\u{1}d5\u{1}",
            "\u{1}",
            "é",
        ];
        let mut seed: u64 = 11;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        /// A value, mostly as it should be.
        fn value(random: &mut impl FnMut(usize) -> usize, depth: usize) -> String {
            match random(if depth > 3 { 3 } else { 6 }) {
                0..=2 => PIECES[6 + random(18)].to_owned(),
                3 => PIECES[random(24)].to_owned() + PIECES[random(24)],
                4 => format!("[{}]", (0..random(3)).map(|_| value(random, depth + 1)).collect::<Vec<_>>().join(", ")),
                _ => {
                    let member = |random: &mut dyn FnMut(usize) -> usize, value: String| format!("{} :{value}", PIECES[6 + random(4)]);
                    let count = random(3);
                    let members: Vec<String> = (0..count)
                        .map(|_| {
                            let inner = value(random, depth + 1);
                            member(random, inner)
                        })
                        .collect();
                    format!("{{{}}}", members.join(","))
                }
            }
        }
        let copied = (0..20_000).filter(|_| check(&value(&mut random, 0))).count();
        assert!(copied > 5000, "{copied}");
    }
}
