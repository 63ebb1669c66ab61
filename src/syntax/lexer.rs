//! From text to tokens: nom parsers for each form of token, spans kept, mistakes kept as tokens for the parser to report.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::combinator::{opt, recognize};
use nom::sequence::preceded;
use nom::{IResult, Parser};

use super::strings;
use crate::diagnostic::Span;
use crate::value::TimeSpan;

/// What a token is; words keep their text in the source.
#[derive(Clone, Debug, PartialEq)]
pub enum Tok {
    Word,
    Punct(&'static str),
    String(String),
    Long(i64),
    /// A whole number beyond the range of long.
    BigLong,
    Real(f64),
    TimeSpan(i64),
    /// A mistake and its hint.
    Bad(&'static str, &'static str),
    End,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub kind: Tok,
    pub span: Span,
}

/// Longest first.
const PUNCTUATION: &[&str] = &[
    "=>", "==", "=~", "!=", "!~", "<>", "<=", ">=", "..", "(", ")", "[", "]", "{", "}", ",", ";", ":", "|", ".", "=", "<", ">", "+", "-",
    "*", "/", "%", "!", "~", "&", "?", "@", "^",
];

/// All tokens of a text; the last is `End`.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 4 + 1);
    let mut at = 0;
    loop {
        at = skip_space(text, at);
        let rest = &text[at..];
        if rest.is_empty() {
            tokens.push(Token { kind: Tok::End, span: Span::new(at, at) });
            return tokens;
        }
        let (kind, length) = token(rest);
        tokens.push(Token { kind, span: Span::new(at, at + length) });
        at += length;
    }
}

fn skip_space(text: &str, mut at: usize) -> usize {
    loop {
        let before = at;
        at =
            text.len() - text[at..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{0}')).len();
        if text[at..].starts_with("//") || (text[at..].starts_with('#') && (before < at || at == 0) && opens_line(text, at)) {
            at += text[at..].find(['\n', '\r']).unwrap_or(text.len() - at);
        } else {
            return at;
        }
    }
}

/// Whether only white space stands before `at` on its line.
fn opens_line(text: &str, at: usize) -> bool {
    text[..at].trim_end_matches([' ', '\t']).chars().next_back().is_none_or(|c| matches!(c, '\n' | '\r'))
}

/// The first token of a text that is not empty, and its length.
fn token(rest: &str) -> (Tok, usize) {
    if let Some((kind, length)) = strings::string(rest) {
        return (kind, length);
    }
    let numeric = rest.starts_with(|c: char| c.is_ascii_digit());
    if numeric && let Some(found) = number(rest) {
        return found;
    }
    if let Ok((after, _)) = word(rest) {
        return (Tok::Word, rest.len() - after.len());
    }
    match PUNCTUATION.iter().find(|p| rest.starts_with(**p)) {
        Some(punct) => (Tok::Punct(punct), punct.len()),
        None => (bad_character(rest), rest.chars().next().map_or(1, char::len_utf8)),
    }
}

fn bad_character(rest: &str) -> Tok {
    if rest.starts_with(['\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '\u{ab}', '\u{bb}']) {
        return Tok::Bad("a typographic quote is not a string quote", "replace it with a plain \" or '");
    }
    if rest.starts_with('\\') {
        return Tok::Bad("a backslash outside of a string", "paths are strings: @\"C:\\folder\"");
    }
    Tok::Bad("this character has no meaning in KQL", "put strings in quotes, odd names in ['…']")
}

/// A name or keyword; `in~` and `!has` are words of their own.
fn word(input: &str) -> IResult<&str, &str> {
    let plain = || take_while1(|c: char| c.is_alphanumeric() || c == '_');
    alt((
        recognize((tag("!"), take_while1(|c: char| c.is_alphabetic() || c == '_'), opt(tag("~")))),
        recognize(preceded(tag("$"), plain())),
        recognize((tag("in~"), nom::combinator::not(tag("=")))),
        recognize((tag("has_any~"), nom::combinator::not(tag("=")))),
        plain(),
        tag("$"),
    ))
    .parse(input)
}

fn digits(input: &str) -> IResult<&str, &str> {
    take_while1(|c: char| c.is_ascii_digit()).parse(input)
}

/// `1`, `0x1F`, `1.5`, `1e3`, `1.5h`; `None` for a name that begins with digits.
fn number(rest: &str) -> Option<(Tok, usize)> {
    let is_hex: IResult<&str, &str> = preceded(alt((tag("0x"), tag("0X"))), take_while1(|c: char| c.is_ascii_hexdigit())).parse(rest);
    if let Ok((after, hex)) = is_hex
        && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
    {
        let kind = u64::from_str_radix(hex, 16).map_or(Tok::BigLong, |v| Tok::Long(v as i64));
        return Some((kind, rest.len() - after.len()));
    }
    let (after_whole, _) = digits(rest).ok()?;
    let fraction: IResult<&str, &str> = recognize((tag("."), digits)).parse(after_whole);
    let mut after = fraction.map_or(after_whole, |(after, _)| after);
    let dot_ends = after
        .strip_prefix('.')
        .filter(|r| after.len() == after_whole.len() && !r.starts_with(|c: char| c.is_alphanumeric() || "._[*".contains(c)));
    after = dot_ends.unwrap_or(after);
    let exponent: IResult<&str, &str> = recognize((alt((tag("e"), tag("E"))), opt(alt((tag("+"), tag("-")))), digits)).parse(after);
    let after_exponent = exponent.map_or(after, |(after, _)| after);
    let suffix: IResult<&str, &str> = take_while(|c: char| c.is_alphanumeric() || c == '_').parse(after_exponent);
    let (_, suffix) = suffix.ok()?;
    let literal = &rest[..rest.len() - after_exponent.len()];
    if suffix.is_empty() {
        let whole = after_exponent.len() == after_whole.len();
        let kind = if whole { literal.parse().map_or(Tok::BigLong, Tok::Long) } else { Tok::Real(literal.parse().ok()?) };
        return Some((kind, literal.len()));
    }
    let (_, unit) = take_while::<_, &str, nom::error::Error<&str>>(|c: char| c.is_alphanumeric() || c == '_').parse(after).ok()?;
    let amount = &rest[..rest.len() - after.len()];
    let ticks = TimeSpan::unit(unit).and_then(|per| scale(amount, per));
    match ticks {
        Some(ticks) => Some((Tok::TimeSpan(ticks), amount.len() + unit.len())),
        None if after.len() == after_whole.len() => None,
        None => Some((
            Tok::Bad("a number cannot run into a word", "units of time are d, h, m, s, ms, microsecond and tick"),
            amount.len() + unit.len(),
        )),
    }
}

fn scale(amount: &str, per: i64) -> Option<i64> {
    match amount.parse::<i64>() {
        Ok(whole) => whole.checked_mul(per),
        Err(_) => Some((amount.parse::<f64>().ok()? * per as f64).round() as i64),
    }
}
