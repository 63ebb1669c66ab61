use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};

use super::super::fuzz::Random;
use super::super::machine::on_each;
use super::*;

impl Random {
    /// A text that compresses in one way or another: noise, runs, repetitions near and far, few bytes or many.
    fn text(&mut self) -> Vec<u8> {
        let most = 16 << self.below(16);
        let (length, kinds) = (self.below(most), 1 << self.below(9));
        let mut text: Vec<u8> = Vec::with_capacity(length + 300);
        while text.len() < length {
            match self.below(4) {
                0 if !text.is_empty() => {
                    let most = text.len().min(self.pick(&[1, 3, 16, 100, 40_000]));
                    let distance = 1 + self.below(most);
                    let run = 1 + self.below(300);
                    (0..run).for_each(|_| text.push(text[text.len() - distance]));
                }
                1 => {
                    let (byte, run) = (self.below(256) as u8, self.below(70));
                    text.extend(std::iter::repeat_n(byte, run));
                }
                _ => (0..self.below(200)).for_each(|_| text.push((self.below(kinds) * self.below(2) + self.below(kinds)) as u8)),
            }
        }
        text
    }
}

fn packed(text: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(level));
    // Several blocks, with empty ones between.
    for part in text.chunks(text.len() / 3 + 1) {
        encoder.write_all(part).unwrap();
        encoder.flush().unwrap();
    }
    encoder.finish().unwrap()
}

/// What another decoder makes of it, as far as it gets. It is asked byte by byte, for with an error it says nothing of what stands before.
fn expected(packed: &[u8]) -> (Vec<u8>, bool) {
    let mut decoder = Decompress::new(false);
    let mut text = Vec::new();
    loop {
        let (mut byte, taken, made) = ([0], decoder.total_in(), decoder.total_out());
        let status = decoder.decompress(&packed[taken as usize..], &mut byte, FlushDecompress::None);
        let is_new = decoder.total_out() > made;
        text.extend(byte.iter().filter(|_| is_new));
        match status {
            Ok(Status::StreamEnd) => return (text, true),
            Ok(_) if is_new || decoder.total_in() > taken => {}
            _ => return (text, false),
        }
    }
}

/// Unpacks through windows of `room` bytes, of input that comes `step` by `step`.
fn unpacked(packed: &[u8], step: usize, room: usize) -> (Vec<u8>, Stop, usize) {
    let mut inflate = Inflate::default();
    let mut output = vec![0; WINDOW + room + SLACK];
    let (mut text, mut taken, mut at, mut come) = (Vec::new(), 0, 0, 0);
    loop {
        let from = at;
        let stop = inflate.run(&packed[..come], &mut taken, &mut output, &mut at);
        text.extend_from_slice(&output[from..at]);
        match stop {
            Stop::Full => {
                output.copy_within(at - WINDOW..at, 0);
                at = WINDOW;
            }
            Stop::Input if come < packed.len() => come = (come + step).min(packed.len()),
            _ => return (text, stop, taken),
        }
    }
}

fn cases(everyday: u64) -> u64 {
    std::env::var("KALYPSO_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(if cfg!(miri) { 3 } else { everyday })
}

#[test]
fn every_text_comes_back() {
    for seed in 0..cases(300) {
        let mut random = Random(seed);
        let text = random.text();
        let mut packed = packed(&text, random.below(10) as u32);
        let end = packed.len();
        // What follows is left alone.
        packed.extend((0..random.below(30)).map(|byte| byte as u8));
        let most = random.pick(&[5, 100, 70_000]);
        let (step, room) = (1 + random.below(most), 1 + random.below(1 << 17));
        on_each(|| {
            let found = unpacked(&packed, step, room);
            assert!(found.0 == text, "seed {seed}");
            assert_eq!((found.1, found.2), (Stop::End, end), "seed {seed}");
        });
    }
}

#[test]
fn damage_is_found_where_another_decoder_finds_it() {
    for seed in 0..cases(1500) {
        let mut random = Random(seed);
        let mut packed = packed(&random.text(), random.below(10) as u32);
        for _ in 0..1 + random.below(3) {
            // The head of a block is where most can be wrong.
            let most = packed.len().min(random.pick(&[8, 80, usize::MAX]));
            let at = random.below(most);
            packed[at] = random.below(256) as u8;
        }
        let ((text, whole), step) = (expected(&packed), 1 + random.below(5000));
        on_each(|| {
            let (found, stop, _) = unpacked(&packed, step, 1 << 16);
            assert_eq!(stop == Stop::End, whole, "seed {seed}");
            // Of a text that ends too soon the last literal may be missing: it is not known alone.
            let ends = stop == Stop::Input && text.len() - found.len() <= 1;
            assert!(found == text || ends && text.starts_with(&found), "seed {seed}: {} and {} bytes, {stop:?}", found.len(), text.len());
        });
    }
}

#[test]
fn a_text_that_is_cut_off_gives_what_stands_before() {
    for seed in 0..cases(200) {
        let mut random = Random(seed);
        let text = random.text();
        let packed = packed(&text, 6);
        let cut = &packed[..random.below(packed.len())];
        let expected = expected(cut).0;
        on_each(|| {
            let (found, stop, _) = unpacked(cut, 4000, 1 << 16);
            assert_eq!(stop, Stop::Input, "seed {seed}");
            assert!(
                expected.starts_with(&found) && expected.len() - found.len() <= 1,
                "seed {seed}: {} of {}",
                found.len(),
                expected.len()
            );
        });
    }
}

#[test]
fn noise_is_no_text() {
    for seed in 0..cases(2000) {
        let mut random = Random(seed);
        let noise: Vec<u8> = (0..random.below(2000)).map(|_| random.below(256) as u8).collect();
        let (text, whole) = expected(&noise);
        let (found, stop, _) = unpacked(&noise, 700, 1 << 16);
        assert_eq!(stop == Stop::End, whole, "seed {seed}");
        assert!(text.starts_with(&found) && text.len() - found.len() <= 1, "seed {seed}");
    }
}

#[test]
fn a_text_begins_with_no_window() {
    // Fixed codes: a literal, then a match, one or more bytes back.
    for byte in 0..=255 {
        let packed = [0x4B, 0x04, byte, 0x00];
        let (text, whole) = expected(&packed);
        let (found, stop, _) = unpacked(&packed, 9, 1 << 16);
        assert_eq!((found, stop == Stop::End), (text, whole), "{byte}");
    }
}
