//! Which encoding a file's bytes are in, and a reader that turns it into UTF-8.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

mod align;

use align::Aligned;

/// Stands in a sample for each byte that is no UTF-8.
pub const SUBSTITUTE: char = '\u{1A}';

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// The ANSI code page of western Windows; what is no UTF-8 is taken for it.
    Windows1252,
}

impl Encoding {
    /// From the first bytes of a file, and how long the byte order mark is.
    pub fn detect(head: &[u8], complete: bool) -> (Encoding, usize) {
        match head {
            [0xEF, 0xBB, 0xBF, ..] => return (Encoding::Utf8, 3),
            [0xFF, 0xFE, ..] => return (Encoding::Utf16Le, 2),
            [0xFE, 0xFF, ..] => return (Encoding::Utf16Be, 2),
            // One of its bytes is damaged, or this would be a character.
            [0xEF, 0xBB, _, ..] | [0xEF, _, 0xBF, ..] | [_, 0xBB, 0xBF, ..] if str::from_utf8(&head[..3]).is_err() => {
                return (Encoding::Utf8, 3);
            }
            _ => {}
        }
        let sample = &head[..head.len().min(4096)];
        let has_nul = sample.len() >= 4 && memchr::memchr(0, sample).is_some();
        let nul = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
        if has_nul && nul(1) * 3 >= sample.len() / 2 && nul(0) * 8 < sample.len() {
            return (Encoding::Utf16Le, 0);
        }
        if has_nul && nul(0) * 3 >= sample.len() / 2 && nul(1) * 8 < sample.len() {
            return (Encoding::Utf16Be, 0);
        }
        if simdutf8::basic::from_utf8(head).is_ok() {
            return (Encoding::Utf8, 0);
        }
        // A few bad bytes among many good characters are damage, not another encoding.
        let (mut good, mut bad) = (0, 0);
        for chunk in head.utf8_chunks() {
            good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
            bad += usize::from(!chunk.invalid().is_empty());
        }
        let cut = matches!(std::str::from_utf8(head), Err(error) if error.error_len().is_none() && !complete);
        if bad > usize::from(cut) && bad > good { (Encoding::Windows1252, 0) } else { (Encoding::Utf8, 0) }
    }

    fn decoder(self) -> Option<Decoder> {
        match self {
            Encoding::Utf8 => None,
            Encoding::Utf16Le => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Encoding::Utf16Be => Some(UTF_16BE.new_decoder_without_bom_handling()),
            Encoding::Windows1252 => Some(WINDOWS_1252.new_decoder_without_bom_handling()),
        }
    }

    /// Which byte of an ASCII character is NUL where a text in UTF-16 has lost its alignment.
    fn nul(self) -> Option<usize> {
        match self {
            Encoding::Utf16Le => Some(0),
            Encoding::Utf16Be => Some(1),
            Encoding::Utf8 | Encoding::Windows1252 => None,
        }
    }

    /// `reader` as UTF-8, without its byte order mark.
    pub fn reader(self, mut reader: Box<dyn Read + Send>, mark: usize) -> io::Result<Box<dyn Read + Send>> {
        io::copy(&mut reader.by_ref().take(mark as u64), &mut io::sink())?;
        if let Some(nul) = self.nul() {
            reader = Box::new(Aligned::new(reader, nul));
        }
        Ok(match self.decoder() {
            None => reader,
            Some(decoder) => Box::new(Transcoder { reader, decoder, input: vec![0; 1 << 16], output: String::new(), at: 0, ended: false }),
        })
    }

    /// A sample in this encoding as UTF-8.
    pub fn text(self, head: &[u8], mark: usize) -> Cow<'_, str> {
        let body = head.get(mark..).unwrap_or(&[]);
        let Some(mut decoder) = self.decoder() else {
            return simdutf8::basic::from_utf8(body).map_or_else(|_| Cow::Owned(substituted(body)), Cow::Borrowed);
        };
        let body = self.nul().map_or(Cow::Borrowed(body), |nul| align::aligned(body, nul).into());
        let mut out = String::with_capacity(decoder.max_utf8_buffer_length(body.len()).unwrap_or(body.len() * 3));
        let _ = decoder.decode_to_string(&body, &mut out, false);
        Cow::Owned(out)
    }
}

/// A text, as long as its bytes are, so that places in it are places in the file.
fn substituted(bytes: &[u8]) -> String {
    bytes.utf8_chunks().fold(String::with_capacity(bytes.len()), |mut text, chunk| {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| SUBSTITUTE));
        text
    })
}

struct Transcoder {
    reader: Box<dyn Read + Send>,
    decoder: Decoder,
    input: Vec<u8>,
    output: String,
    at: usize,
    ended: bool,
}

impl Read for Transcoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.output.len() {
            if self.ended {
                return Ok(0);
            }
            let read = self.reader.read(&mut self.input)?;
            self.ended = read == 0;
            self.output.clear();
            self.at = 0;
            self.output.reserve(self.decoder.max_utf8_buffer_length(read).unwrap_or(read * 3));
            let _ = self.decoder.decode_to_string(&self.input[..read], &mut self.output, self.ended);
        }
        let rest = &self.output.as_bytes()[self.at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detection() {
        assert_eq!(Encoding::detect(b"\xEF\xBB\xBFa", true), (Encoding::Utf8, 3));
        for damaged in [&b"\xEF\xBBx{"[..], b"\xEF\xFF\xBF{", b"{\xBB\xBF{"] {
            assert_eq!(Encoding::detect(damaged, true), (Encoding::Utf8, 3), "{damaged:?}");
        }
        assert_eq!(Encoding::detect("仿,ﻻ".as_bytes(), true), (Encoding::Utf8, 0));
        assert_eq!(Encoding::detect("ﻻ".as_bytes(), true), (Encoding::Utf8, 0));
        assert_eq!(Encoding::detect(b"\xFF\xFE[\0", true), (Encoding::Utf16Le, 2));
        assert_eq!(Encoding::detect(b"[\0\n\0 \0{\0", true), (Encoding::Utf16Le, 0));
        assert_eq!(Encoding::detect(b"\0[\0\n\0 \0{", true), (Encoding::Utf16Be, 0));
        assert_eq!(Encoding::detect("é".as_bytes(), true), (Encoding::Utf8, 0));
        assert_eq!(Encoding::detect(&"é".as_bytes()[..1], false), (Encoding::Utf8, 0));
        assert_eq!(Encoding::detect("éé\u{ff}".as_bytes(), true), (Encoding::Utf8, 0));
        assert_eq!(Encoding::detect(b"\xC3\xA9\xC3\xA9\xFF", true), (Encoding::Utf8, 0));
        assert_eq!(Encoding::detect(b"Zo\xEB", true), (Encoding::Windows1252, 0));
    }

    #[test]
    fn transcoding() {
        let bytes: Vec<u8> = "aé€😀".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut out = String::new();
        Encoding::Utf16Le.reader(Box::new(io::Cursor::new(bytes)), 0).unwrap().read_to_string(&mut out).unwrap();
        assert_eq!(out, "aé€😀");
    }

    #[test]
    fn ascii_inside_of_utf_16() {
        let units = |text: &str, order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        for (encoding, order) in [(Encoding::Utf16Le, u16::to_le_bytes as fn(u16) -> [u8; 2]), (Encoding::Utf16Be, u16::to_be_bytes)] {
            let bytes = [units("[{\"é\"}]", order), b"\n\r\n".to_vec(), units("[{\"b\":1}]", order), b"x".to_vec()].concat();
            let mut out = String::new();
            encoding.reader(Box::new(io::Cursor::new(bytes.clone())), 0).unwrap().read_to_string(&mut out).unwrap();
            assert!(out.starts_with("[{\"é\"}]") && out.contains("[{\"b\":1}]"), "{out:?}");
            assert_eq!(
                encoding.text(&bytes, 0).trim_end_matches(char::REPLACEMENT_CHARACTER),
                out.trim_end_matches(char::REPLACEMENT_CHARACTER)
            );
        }
    }
}
