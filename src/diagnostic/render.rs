//! Draws diagnostics with the source line and a caret. The drawing is `annotate-snippets`' work; here the query text is made fit
//! for it: spans brought into range, control characters made visible, very long lines cut to what surrounds the span.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::stand_in::stand_in;
use super::{Diagnostic, Severity, Span};

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub struct Drawing {
    pub color: bool,
    pub width: usize,
}

impl Default for Drawing {
    fn default() -> Drawing {
        Drawing { color: false, width: 120 }
    }
}

/// The diagnostic as plain text: source line, caret, code, help.
pub fn render(diagnostic: &Diagnostic, source: &str) -> String {
    draw(diagnostic, source, Drawing::default())
}

pub fn render_all(diagnostics: &[Diagnostic], source: &str) -> String {
    draw_all(diagnostics, source, Drawing::default())
}

/// All of them, each with an empty line after it.
pub fn draw_all(diagnostics: &[Diagnostic], source: &str, drawing: Drawing) -> String {
    diagnostics.iter().map(|d| draw(d, source, drawing) + "\n\n").collect()
}

/// The diagnostic as text for a screen, without a line feed at its end.
pub fn draw(diagnostic: &Diagnostic, source: &str, drawing: Drawing) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(shown(&diagnostic.message)).id(id(diagnostic));
    let mut group = Group::with_title(title);
    // Without a span it is about the run as a whole: a caret would point at something that is right.
    if diagnostic.span != Span::default() {
        let excerpt = Excerpt::new(source, diagnostic.span.range());
        let annotation = AnnotationKind::Primary.span(excerpt.span.clone());
        let snippet = Snippet::source(excerpt.text).line_start(excerpt.line).path("query").annotation(annotation);
        group = group.element(snippet);
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(shown(help)));
    }
    let renderer = if drawing.color { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).term_width(drawing.width).render(&[group])
}

/// Kalypso's code, and Kusto's beside it.
fn id(diagnostic: &Diagnostic) -> String {
    match diagnostic.code.kusto() {
        "" => diagnostic.code.to_string(),
        kusto => format!("{} {kusto}", diagnostic.code),
    }
}

/// Longer lines are cut.
const LONGEST_LINE: usize = 400;
/// Bytes kept on either side of the span in a cut line.
const AROUND: usize = 80;
/// Lines of a longer span that are drawn.
const MOST_LINES: usize = 4;

/// The lines that a span touches, fit for drawing.
struct Excerpt {
    text: String,
    span: std::ops::Range<usize>,
    /// The number of the first line.
    line: usize,
}

impl Excerpt {
    /// The span may lie anywhere, also outside of the text or inside a character.
    fn new(source: &str, span: std::ops::Range<usize>) -> Excerpt {
        // An error at the end of the query points behind its last word, not at the empty lines that follow.
        let end_of_text = source.trim_end().len();
        let start = source.floor_char_boundary(span.start.min(end_of_text));
        let end = source.ceil_char_boundary(span.end.max(start).min(end_of_text.max(start)));
        let first = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let last = last_line_end(source, start, end);
        let end = end.min(last);
        let line = source[..first].bytes().filter(|b| *b == b'\n').count() + 1;
        let mut excerpt = Excerpt { text: String::new(), span: 0..0, line };
        let from = cut_start(source, first, start);
        let to = cut_end(source, end, last);
        excerpt.push(if from > first { "…" } else { "" });
        excerpt.push(&source[from..start]);
        excerpt.span.start = excerpt.text.len();
        let (head, tail) = middle(&source[start..end]);
        excerpt.push(head);
        if let Some(tail) = tail {
            excerpt.push("…");
            excerpt.push(tail);
        }
        excerpt.span.end = excerpt.text.len();
        excerpt.push(&source[end..to]);
        excerpt.push(if to < last { "…" } else { "" });
        excerpt.point_at_something();
        excerpt
    }

    fn push(&mut self, text: &str) {
        push_shown(&mut self.text, text);
    }

    /// A caret needs a character to stand under.
    fn point_at_something(&mut self) {
        if !self.span.is_empty() {
            return;
        }
        match self.text[self.span.start..].chars().next() {
            Some(c) if c != '\n' => self.span.end += c.len_utf8(),
            _ => {
                self.text.insert(self.span.start, ' ');
                self.span.end += 1;
            }
        }
    }
}

/// The end of the last line to draw: that of the span's end, but not too many lines down.
fn last_line_end(source: &str, start: usize, end: usize) -> usize {
    let bound = source[start..].match_indices('\n').nth(MOST_LINES - 1).map_or(source.len(), |(at, _)| start + at);
    // A span that ends with a line feed does not touch the next line.
    let end = if source[start..end].ends_with('\n') { end - 1 } else { end };
    source[end..].find('\n').map_or(source.len(), |at| end + at).min(bound)
}

/// Where to start drawing a line: at its start, unless that is far from the span.
fn cut_start(source: &str, first: usize, start: usize) -> usize {
    if start - first > LONGEST_LINE { source.floor_char_boundary(start - AROUND) } else { first }
}

fn cut_end(source: &str, end: usize, last: usize) -> usize {
    if last - end > LONGEST_LINE { source.ceil_char_boundary(end + AROUND) } else { last }
}

/// A very long span is drawn by its two ends.
fn middle(span: &str) -> (&str, Option<&str>) {
    if span.len() <= 2 * LONGEST_LINE {
        return (span, None);
    }
    let head = span.floor_char_boundary(AROUND);
    (&span[..head], Some(&span[span.ceil_char_boundary(span.len() - AROUND)..]))
}

/// Tabs become a space, so that the caret stands right; controls get a visible stand-in. A terminal obeys what is printed.
fn push_shown(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\n' => out.push(c),
            '\t' => out.push(' '),
            '\r' => {}
            c => match stand_in(c) {
                Some(shown) => out.push_str(&shown),
                None => out.push(c),
            },
        }
    }
}

fn shown(text: &str) -> String {
    let mut out = String::new();
    push_shown(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Code, Span};
    use super::*;

    fn drawn(source: &str, start: usize, end: usize, message: &str, help: &[&str]) -> String {
        let mut diagnostic = Diagnostic::error(Code::UNKNOWN_COLUMN, Span::new(start, end), message);
        diagnostic.help = help.iter().map(|h| (*h).to_owned()).collect();
        render(&diagnostic, source)
    }

    #[test]
    fn draws_the_line_and_what_helps() {
        let text = drawn("T\n| where Usr == 'é'", 10, 13, "no column is called `Usr`", &["did you mean `User`?"]);
        let expected = "\
error[KQL0100 SEM0100]: no column is called `Usr`
 --> query:2:9
  |
2 | | where Usr == 'é'
  |         ^^^
  |
  = help: did you mean `User`?";
        assert_eq!(text, expected);
    }

    #[test]
    fn the_end_of_the_query_has_a_place() {
        let expected = "\
error[KQL0100 SEM0100]: an expression is expected
 --> query:1:10
  |
1 | T | where 
  |          ^";
        assert_eq!(drawn("T | where\n\n", 11, 11, "an expression is expected", &[]), expected);
    }

    #[test]
    fn a_long_line_is_cut_around_the_span() {
        let source = format!("{}x{}", "é".repeat(5000), "y".repeat(5_000_000));
        let text = drawn(&source, 10_000, 10_001, "m", &[]);
        assert!(text.contains("éx") && text.contains('…') && text.len() < 1500, "{text}");
    }

    #[test]
    fn no_span_and_no_text_can_harm_it() {
        let sources = ["", "\n", "a", "日本\r\n\u{1b}[31m", "\u{202e}\t|\n\n\nz\n\n\n\n\nq", &"ab\n".repeat(2000)];
        for source in sources {
            for start in 0..12 {
                for end in [0, 1, 2, 3, 5, 8, 9, 5000, u32::MAX as usize] {
                    let text = drawn(source, start, end, "bad \u{1b}[31m", &["\u{7}"]);
                    assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
                }
            }
        }
    }
}
