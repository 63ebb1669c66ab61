//! What deflate compressed (RFC 1951), alone as in zip files, and in the members of a gzip file (RFC 1952).

use std::io::{self, Read};

use flate2::Crc;

use super::super::kernels::{Inflate, SLACK, Stop, WINDOW};

/// So much is read at once.
const INPUT: usize = 128 << 10;
/// So much is unpacked at once where little is asked for.
const BLOCK: usize = 64 << 10;

/// A text while it is unpacked. An error comes after all that stands before it.
pub struct Unpacked<R> {
    text: Text<R>,
    /// What was unpacked last, up to `at`; up to `read` it was handed out.
    output: Vec<u8>,
    read: usize,
    at: usize,
    failed: Option<io::Error>,
}

impl<R: Read> Unpacked<R> {
    /// A compressed text alone. What follows it is not looked at.
    pub fn raw(reader: R) -> Unpacked<R> {
        Unpacked::new(reader, None, State::Text)
    }

    /// All members of a gzip file, one after the other. Whatever else follows one is damage.
    pub fn gzip(reader: R) -> Unpacked<R> {
        Unpacked::new(reader, Some(Crc::new()), State::Start)
    }

    fn new(reader: R, crc: Option<Crc>, state: State) -> Unpacked<R> {
        let input = Input { reader, bytes: vec![0; INPUT], from: 0, to: 0, before: 0 };
        let text = Text { input, inflate: Inflate::default(), crc, state };
        Unpacked { text, output: vec![0; WINDOW + BLOCK + SLACK], read: 0, at: 0, failed: None }
    }

    /// How many bytes of the compressed text were used.
    pub fn used(&self) -> u64 {
        self.text.input.before + self.text.input.from as u64
    }

    /// Unpacks more, where there is more and all before was handed out.
    fn more(&mut self) -> io::Result<()> {
        if self.text.state == State::Start {
            member(&mut self.text.input)?;
            self.text.state = State::Text;
            (self.read, self.at) = (0, 0);
        }
        if self.at > WINDOW {
            self.output.copy_within(self.at - WINDOW..self.at, 0);
            (self.read, self.at) = (WINDOW, WINDOW);
        }
        self.text.unpack(&mut self.output, &mut self.at).map(|_| ())
    }

    /// Unpacks right into a buffer, before `at` in which stands what was handed out last, and gives where that ends.
    fn fill(&mut self, buffer: &mut [u8], mut at: usize) -> usize {
        while self.failed.is_none() && self.text.state == State::Text {
            match self.text.unpack(buffer, &mut at) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => self.failed = Some(error),
            }
        }
        self.output[..WINDOW].copy_from_slice(&buffer[at - WINDOW..at]);
        (self.read, self.at) = (WINDOW, WINDOW);
        at
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.at && self.text.state != State::Ended && self.failed.is_none() && !buffer.is_empty() {
            self.failed = self.more().err();
        }
        let rest = &self.output[self.read..self.at];
        if let Some(error) = self.failed.take_if(|_| rest.is_empty()) {
            self.text.state = State::Ended;
            return Err(error);
        }
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.read += count;
        // A window stands there, and there is room for more than would soon be copied.
        let goes_on = self.read == self.at && count >= WINDOW && buffer.len() - count > BLOCK;
        Ok(if goes_on { self.fill(buffer, count) } else { count })
    }
}

/// A compressed text, and what is around it.
struct Text<R> {
    input: Input<R>,
    inflate: Inflate,
    /// Of what a member of a gzip file held so far. `None` where there are no members.
    crc: Option<Crc>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before a member.
    Start,
    Text,
    Ended,
}

impl<R: Read> Text<R> {
    /// Unpacks the input at hand behind the window that stands before `at`, and reads what comes next. `false` where the room is used.
    fn unpack(&mut self, output: &mut [u8], at: &mut usize) -> io::Result<bool> {
        let (from, Input { bytes, from: taken, to, .. }) = (*at, &mut self.input);
        let stop = self.inflate.run(&bytes[..*to], taken, output, at);
        if let Some(crc) = &mut self.crc {
            crc.update(&output[from..*at]);
        }
        match stop {
            Stop::Full => return Ok(false),
            Stop::Input => self.input.more()?,
            Stop::Broken => return Err(broken("the compressed text is damaged")),
            Stop::End => self.end()?,
        }
        Ok(true)
    }

    fn end(&mut self) -> io::Result<()> {
        self.state = State::Ended;
        if let Some(crc) = &mut self.crc {
            let mut number = || self.input.array().map(u32::from_le_bytes);
            if (number()?, number()?) != (crc.sum(), crc.amount()) {
                return Err(broken("the checksum is another one"));
            }
            if self.input.has_more()? {
                self.state = State::Start;
                self.inflate.restart();
                crc.reset();
            }
        }
        Ok(())
    }
}

/// Reads what stands before the text of a member.
fn member<R: Read>(input: &mut Input<R>) -> io::Result<()> {
    const HAS_CRC: u8 = 1 << 1;
    const HAS_EXTRA: u8 = 1 << 2;
    const HAS_NAME: u8 = 1 << 3;
    const HAS_COMMENT: u8 = 1 << 4;
    const RESERVED: u8 = 0xE0;
    let mut crc = Crc::new();
    let fixed: [u8; 10] = input.array()?;
    let [0x1F, 0x8B, 8, flags, ..] = fixed else { return Err(broken("no member of a gzip file")) };
    if flags & RESERVED != 0 {
        return Err(broken("a member of a gzip file that is of another kind"));
    }
    crc.update(&fixed);
    if flags & HAS_EXTRA != 0 {
        let length: [u8; 2] = input.array()?;
        crc.update(&length);
        for _ in 0..u16::from_le_bytes(length) {
            crc.update(&input.array::<1>()?);
        }
    }
    for _ in 0..(flags & (HAS_NAME | HAS_COMMENT)).count_ones() {
        loop {
            let byte = input.array()?;
            crc.update(&byte);
            if byte == [0] {
                break;
            }
        }
    }
    let is_whole = flags & HAS_CRC == 0 || u32::from(u16::from_le_bytes(input.array()?)) == crc.sum() & 0xFFFF;
    if is_whole { Ok(()) } else { Err(broken("the checksum is another one")) }
}

/// The compressed bytes, those at hand from `from` to `to`.
struct Input<R> {
    reader: R,
    bytes: Vec<u8>,
    from: usize,
    to: usize,
    /// How many there were before those at hand.
    before: u64,
}

impl<R: Read> Input<R> {
    /// Reads more behind what is left. The error is that there is nothing more.
    fn more(&mut self) -> io::Result<()> {
        if self.has_read()? { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    fn has_read(&mut self) -> io::Result<bool> {
        self.before += self.from as u64;
        self.bytes.copy_within(self.from..self.to, 0);
        (self.from, self.to) = (0, self.to - self.from);
        loop {
            match self.reader.read(&mut self.bytes[self.to..]) {
                Ok(read) => {
                    self.to += read;
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn has_more(&mut self) -> io::Result<bool> {
        if self.from < self.to { Ok(true) } else { self.has_read() }
    }

    /// The next bytes, a few.
    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        loop {
            if let Some(array) = self.bytes[self.from..self.to].first_chunk() {
                self.from += N;
                return Ok(*array);
            }
            self.more()?;
        }
    }
}

fn broken(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, GzBuilder};

    use super::*;

    /// A text that compresses as records do, longer than a few blocks.
    fn text() -> Vec<u8> {
        let mut state = 1u64;
        (0..12_000).fold(Vec::new(), |mut text, n| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            writeln!(text, r#"{{"Id":"{state:x}-{n}","Operation":"UserLoggedIn","RecordType":15}}"#).unwrap();
            text
        })
    }

    fn member(text: &[u8], builder: GzBuilder) -> Vec<u8> {
        let mut encoder = builder.write(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        member(text, GzBuilder::new())
    }

    /// A reader that gives so many bytes at once at most, and is interrupted before each.
    struct Slow<'a>(&'a [u8], usize, bool);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.2 = !self.2;
            if self.2 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let most = self.1.min(buffer.len());
            self.0.read(&mut buffer[..most])
        }
    }

    /// What is had before the end or an error, and the error.
    fn read(mut reader: impl Read) -> (Vec<u8>, Option<io::ErrorKind>) {
        let mut text = Vec::new();
        let error = reader.read_to_end(&mut text).err().map(|error| error.kind());
        assert_eq!(reader.read(&mut [0]).ok(), Some(0));
        (text, error)
    }

    #[test]
    fn members_follow_one_another() {
        let text = text();
        let (first, rest) = text.split_at(300_000);
        let named = GzBuilder::new().filename("a.json").comment("an export").extra([7; 300].to_vec());
        let packed = [gzip(first), gzip(b""), member(&rest[..1000], named), gzip(&rest[1000..])].concat();
        for most in [1, 13, 5000, usize::MAX] {
            assert!(read(Unpacked::gzip(Slow(&packed, most, false))) == (text.clone(), None), "{most}");
            // Into buffers of other sizes, which are filled at once or in parts.
            for size in [100, 40_000, 200_000, 400_000, 2_000_000] {
                let (mut reader, mut buffer, mut found) = (Unpacked::gzip(Slow(&packed, most, false)), vec![0; size], Vec::new());
                loop {
                    match reader.read(&mut buffer).unwrap() {
                        0 => break,
                        read => found.extend_from_slice(&buffer[..read]),
                    }
                }
                assert!(found == text, "{most}, {size}");
            }
        }
        // The checksum of a header.
        let mut checked = gzip(first);
        checked[3] = 2;
        let mut crc = Crc::new();
        crc.update(&checked[..10]);
        checked.splice(10..10, (crc.sum() as u16).to_le_bytes());
        assert!(read(Unpacked::gzip(&checked[..])) == (first.to_vec(), None));
        checked[11] ^= 1;
        assert_eq!(read(Unpacked::gzip(&checked[..])), (Vec::new(), Some(io::ErrorKind::InvalidData)));
    }

    #[test]
    fn what_is_wrong_behind_a_text_is_told_behind_it() {
        let text = text();
        let whole = gzip(&text);
        let end = whole.len();
        // The checksum, the size; what is neither a member nor the end.
        for damage in [end - 5, end - 1] {
            let mut damaged = whole.clone();
            damaged[damage] ^= 0x10;
            assert!(read(Unpacked::gzip(&damaged[..])) == (text.clone(), Some(io::ErrorKind::InvalidData)), "{damage}");
        }
        let followed = [&whole[..], b"not a member of it"].concat();
        assert!(read(Unpacked::gzip(&followed[..])) == (text.clone(), Some(io::ErrorKind::InvalidData)));
        for cut in [1, 7, 8] {
            assert!(read(Unpacked::gzip(&whole[..end - cut])) == (text.clone(), Some(io::ErrorKind::UnexpectedEof)), "{cut}");
        }
        let (before, error) = read(Unpacked::gzip(&whole[..end / 2]));
        assert!(text.starts_with(&before) && before.len() > text.len() / 3 && error == Some(io::ErrorKind::UnexpectedEof));
        let mut damaged = whole.clone();
        damaged[end / 2..end / 2 + 20].fill(0xFF);
        let (before, error) = read(Unpacked::gzip(&damaged[..]));
        assert!(text.starts_with(&before[..text.len() / 3]) && error == Some(io::ErrorKind::InvalidData));
    }

    #[test]
    fn a_text_alone_tells_where_it_ends() {
        let text = text();
        let packed = gzip(&text);
        for most in [1, usize::MAX] {
            let mut raw = Unpacked::raw(Slow(&packed[10..], most, false));
            assert!(read(&mut raw) == (text.clone(), None));
            assert_eq!(raw.used(), packed.len() as u64 - 18);
        }
    }
}
