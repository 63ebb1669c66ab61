//! What is known of the terminal: whether there is one, its width, whether it wants colour.

use std::env;
use std::io::{self, IsTerminal};

use clap::ValueEnum;

use crate::diagnostic::Drawing;

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    Always,
    Never,
}

impl Color {
    fn wanted(self, terminal: bool) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) && env::var("TERM").as_deref() != Ok("dumb"),
        }
    }

    pub fn on_stdout(self) -> bool {
        self.wanted(io::stdout().is_terminal())
    }

    pub fn on_stderr(self) -> bool {
        self.wanted(io::stderr().is_terminal())
    }

    /// How to draw diagnostics on standard error.
    pub fn drawing(self) -> Drawing {
        Drawing { color: self.on_stderr(), width: columns().unwrap_or(120).max(60) }
    }
}

/// The terminal's width: what COLUMNS says, else what the terminal itself says.
pub fn columns() -> Option<usize> {
    let said = env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).filter(|columns| *columns > 0);
    said.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).filter(|columns| *columns > 0))
}
