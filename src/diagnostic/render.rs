//! Draws diagnostics with the source line and a caret.

use super::{Diagnostic, Severity};

/// The diagnostic as text for a terminal: source line, caret, code, help.
pub fn render(diagnostic: &Diagnostic, source: &str) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut text = format!("{severity}[{}]: {}", diagnostic.code, diagnostic.message);
    let line = source[..(diagnostic.span.start as usize).min(source.len())].matches('\n').count() + 1;
    text.push_str(&format!("\n  at line {line}"));
    for help in &diagnostic.help {
        text.push_str(&format!("\n  help: {help}"));
    }
    text
}

pub fn render_all(diagnostics: &[Diagnostic], source: &str) -> String {
    diagnostics.iter().map(|d| render(d, source) + "\n").collect()
}
