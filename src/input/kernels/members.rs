//! Goes through the members of a JSON object.

use super::containers::{container, escapes};
use super::machine::{self, Kernel, LANES, Machine};
use crate::input::json::{self, scalar_end, skip_space};

/// Who is told of the members of an object.
pub trait Members {
    /// A name's quote stands at `at`: gives the index of the colon behind the name, or `None` to end here.
    fn name(&mut self, at: usize) -> Option<usize>;
    /// Where the value of the name seen last stands, and whether it is a string without escapes.
    fn value(&mut self, from: usize, to: usize, clean: bool);
}

/// Tells of the members of the object at `at` in turn, and gives the index behind the object. `None` where it breaks, where something else
/// stands between members, such as a comma too many, and where it was bidden to end. Inside of containers brackets are counted, not matched.
pub fn members(bytes: &[u8], at: usize, told: &mut impl Members) -> Option<usize> {
    machine::run(MembersOf { bytes, at, told })
}

struct MembersOf<'a, 't, T> {
    bytes: &'a [u8],
    at: usize,
    told: &'t mut T,
}

impl<T: Members> Kernel for MembersOf<'_, '_, T> {
    type Output = Option<usize>;

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) -> Option<usize> {
        let MembersOf { bytes, at, told } = self;
        let mut at = skip_space(bytes, at + 1);
        if bytes.get(at) == Some(&b'}') {
            return Some(at + 1);
        }
        loop {
            if *bytes.get(at)? != b'"' {
                return None;
            }
            let from = skip_space(bytes, told.name(at)? + 1);
            let (to, clean) = match *bytes.get(from)? {
                b'"' => {
                    let (end, escapes) = string(machine, bytes, from + 1)?;
                    (end + 1, !escapes)
                }
                b'{' | b'[' => (container(machine, bytes, from)?, false),
                b',' | b'}' | b']' | b':' => return None,
                _ => (scalar_end(bytes, from), false),
            };
            told.value(from, to, clean);
            at = skip_space(bytes, to);
            match *bytes.get(at)? {
                b',' => at = skip_space(bytes, at + 1),
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }
}

/// The index of the quote that ends the string whose content starts at `at`, and whether there are escapes in it.
#[inline(always)]
fn string(machine: impl Machine, bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let (mut escaped, mut escapes_before) = (0, false);
    while at + LANES <= bytes.len() {
        // SAFETY: 64 bytes stand from here on.
        let block = unsafe { machine.load(bytes, at) };
        let stands = |byte: u8| machine.bits(machine.equal(block, machine.splat(byte)));
        let (mut quotes, backslashes) = (stands(b'"'), stands(b'\\'));
        if backslashes | escaped != 0 {
            quotes &= !escapes(backslashes, &mut escaped);
        }
        if quotes != 0 {
            let end = quotes.trailing_zeros();
            return Some((at + end as usize, escapes_before || backslashes & ((1 << end) - 1) != 0));
        }
        escapes_before |= backslashes != 0;
        at += LANES;
    }
    let (end, escapes) = json::string(bytes, at + escaped as usize)?;
    Some((end, escapes_before || escapes))
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::fuzz::Random;
    use super::*;
    use crate::input::json::{skip_value, string as plain_string};

    /// Notes what it is told.
    pub struct Noted<'a> {
        bytes: &'a [u8],
        pub values: Values,
    }

    impl<'a> Noted<'a> {
        pub fn new(bytes: &'a [u8]) -> Noted<'a> {
            Noted { bytes, values: Vec::new() }
        }
    }

    impl Members for Noted<'_> {
        fn name(&mut self, at: usize) -> Option<usize> {
            let colon = skip_space(self.bytes, plain_string(self.bytes, at + 1)?.0 + 1);
            (self.bytes.get(colon) == Some(&b':')).then_some(colon)
        }

        fn value(&mut self, from: usize, to: usize, clean: bool) {
            self.values.push((from, to, clean));
        }
    }

    /// Where values stand, and whether they are strings without escapes.
    type Values = Vec<(usize, usize, bool)>;

    /// Value by value; and the index behind the object.
    pub fn plainly(bytes: &[u8]) -> Option<(Values, usize)> {
        let (mut at, mut values) = (skip_space(bytes, 1), Vec::new());
        if bytes.get(at) == Some(&b'}') {
            return Some((values, at + 1));
        }
        loop {
            let end = (bytes.get(at) == Some(&b'"')).then(|| skip_value(bytes, at))??;
            let colon = skip_space(bytes, end);
            let from = (bytes.get(colon) == Some(&b':')).then(|| skip_space(bytes, colon + 1))?;
            let to = skip_value(bytes, from)?;
            values.push((from, to, bytes[from] == b'"' && !bytes[from..to].contains(&b'\\')));
            at = skip_space(bytes, to);
            match bytes.get(at)? {
                b',' => at = skip_space(bytes, at + 1),
                b'}' => return Some((values, at + 1)),
                _ => return None,
            }
        }
    }

    #[test]
    fn members_stand_where_a_plain_walk_finds_them() {
        // Seeded: values of all kinds and lengths, with spaces, and damage in every third.
        let mut random = Random(11);
        let mut next = |below: usize| random.below(below);
        let mut whole = 0;
        for round in 0..20_000 {
            let mut text = b"{".to_vec();
            for member in 0..next(8) {
                let space = |n: usize| &b" \t  "[..n];
                text.extend(if member > 0 { b"," as &[u8] } else { b"" });
                text.extend(space(next(3)));
                text.extend(format!("\"{}\"{}:", "n".repeat(next(70)), " ".repeat(next(2))).bytes());
                match next(5) {
                    0 => text.extend(b"{\"a\":[1,\"}\",{}]}"),
                    1 => text.extend(next(1000).to_string().bytes()),
                    2 => text.extend(b"null"),
                    _ => {
                        text.push(b'"');
                        for _ in 0..next(30) {
                            match next(5) {
                                0 => text.extend(b"\\\\".repeat(next(40))),
                                1 => text.extend(b"\\\""),
                                2 => text.extend(b"\\/,{:}"),
                                _ => text.extend(b"x".repeat(next(20))),
                            }
                        }
                        text.push(b'"');
                    }
                }
                text.extend(space(next(3)));
            }
            text.extend(b"}tail");
            if round % 3 == 0 {
                let at = next(text.len());
                text[at] = b"\"\\{}[],: x"[next(10)];
                text[0] = b'{';
            }
            let expected = plainly(&text);
            whole += usize::from(expected.is_some());
            machine::on_each(|| {
                let mut noted = Noted::new(&text);
                let end = members(&text, 0, &mut noted);
                let shown = String::from_utf8_lossy(&text);
                assert_eq!(end.map(|end| (noted.values, end)), expected, "{round}: {shown}");
            });
        }
        assert!(whole > 10_000, "{whole}");
    }
}
