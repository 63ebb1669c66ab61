//! Pages of our own in HTML: one file that opens in any browser, without a network and without scripts, whatever a log says.

mod text;

pub use text::{count, escape, escape_lines, plural, short, size, time, words};

/// The start of a page, up to its content. Nothing may be loaded or run.
pub fn open(title: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n",
        escape(title),
        include_str!("page.css")
    )
}

/// What ends a page.
pub const CLOSE: &str = "</main>\n</body>\n</html>\n";
