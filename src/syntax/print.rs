//! Writes a syntax tree back as KQL text that parses to the same tree.

mod expression;
mod names;
mod operator;
mod statement;

pub use names::operator_word;

/// Writes a syntax tree back as KQL text that parses to the same tree.
#[derive(Default)]
pub struct Printer {
    pub text: String,
}

impl Printer {
    /// Writes a word, with a space before it where one is needed.
    pub fn word(&mut self, word: &str) {
        if !self.text.is_empty() && !self.text.ends_with([' ', '(', '[', '\n', '.', '{']) {
            self.text.push(' ');
        }
        self.text.push_str(word);
    }

    /// Writes text that clings to what stands before it.
    pub fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Items with commas between them.
    pub fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Printer, &T)) {
        for (i, one) in items.iter().enumerate() {
            if i > 0 {
                self.raw(",");
            }
            item(self, one);
        }
    }

    /// `(a, b)` after a space.
    pub fn parenthesised<T>(&mut self, items: &[T], item: impl FnMut(&mut Printer, &T)) {
        self.word("(");
        self.list(items, item);
        self.raw(")");
    }
}
