//! The bits of a compressed text.

/// Bits of the input, the next one lowest.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bits {
    word: u64,
    /// How many are known. Above them may stand bits of the input that are not counted yet.
    pub count: u32,
}

impl Bits {
    /// Tops them up to at least 56, where eight bytes are left.
    #[inline(always)]
    pub fn fill(&mut self, input: &[u8], at: &mut usize) {
        if let Some(eight) = input.get(*at..).and_then(|rest| rest.first_chunk()) {
            self.word |= u64::from_le_bytes(*eight) << self.count;
            *at += (63 - self.count as usize) >> 3;
            self.count |= 56;
        } else {
            self.fill_slowly(input, at);
        }
    }

    /// The same, byte by byte.
    pub fn fill_slowly(&mut self, input: &[u8], at: &mut usize) {
        self.word &= (1 << self.count) - 1;
        while self.count < 56
            && let Some(byte) = input.get(*at)
        {
            self.word |= u64::from(*byte) << self.count;
            self.count += 8;
            *at += 1;
        }
    }

    #[inline(always)]
    pub fn low(self, count: u32) -> u32 {
        (self.word & ((1 << count) - 1)) as u32
    }

    /// Leaves behind bits that are known.
    #[inline(always)]
    pub fn pass(&mut self, count: u32) {
        self.word >>= count;
        self.count = self.count.wrapping_sub(count);
    }

    /// The next bits, if they are known.
    pub fn take(&mut self, count: u32) -> Option<u32> {
        let value = self.low(count);
        (count <= self.count).then(|| self.pass(count)).map(|()| value)
    }
}
