//! The made-up tenant that the records are about: users, addresses, devices, sites, and the dice.

/// A small seeded generator (SplitMix64): the same numbers on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Small numbers far more often than great ones: rank r with weight 1/r, below `n`.
    pub fn zipf(&mut self, n: usize) -> usize {
        let unit = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        (((n as f64 + 1.0).powf(unit) - 1.0) as usize).min(n - 1)
    }

    pub fn guid(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", a >> 32, (a >> 16) & 0xffff, a & 0xffff, b >> 48, b & 0xffff_ffff_ffff)
    }
}

pub const ORGANIZATION: &str = "5c3f8a1e-7d42-4b0e-9a61-2f7f0f3b9d10";
pub const DOMAIN: &str = "northwind-traders.example";
pub const USERS: usize = 2000;

const FIRST: [&str; 20] = [
    "anna", "bram", "carla", "dirk", "elif", "femke", "goran", "hanna", "ines", "joris", "kaya", "lars", "mila", "noor", "omar", "piet",
    "quinn", "rosa", "sven", "tess",
];
const LAST: [&str; 20] = [
    "albers", "bakker", "claes", "dekker", "evers", "fischer", "gomez", "hansen", "ibsen", "jansen", "keller", "lemaire", "moreau",
    "novak", "olsen", "peeters", "quist", "roos", "smit", "tanaka",
];

/// The address of user number `rank`; two of them are the break-glass accounts.
pub fn user(rank: usize) -> String {
    match rank {
        1_500 => format!("breakglass1@{DOMAIN}"),
        1_501 => format!("breakglass2@{DOMAIN}"),
        _ => format!("{}.{}{}@{DOMAIN}", FIRST[rank % 20], LAST[rank / 20 % 20], rank / 400),
    }
}

/// An address that a user mostly comes from, sometimes another.
pub fn address(dice: &mut Dice, rank: usize) -> String {
    let home = if dice.chance(85) { rank } else { dice.below(60_000) };
    if dice.chance(12) {
        return format!("2001:db8:{:x}:{:x}::{:x}", home % 0xffff, home / 7 % 0xffff, dice.below(200));
    }
    format!("{}.{}.{}.{}", [81, 145, 185, 203][home % 4], home / 3 % 250, home / 11 % 250, 1 + home % 250)
}

pub const AGENTS: [&str; 8] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17628; Pro)",
    "BAV2ROPC",
    "python-requests/2.31.0",
];
pub const SYSTEMS: [&str; 5] = ["Windows 10", "Windows 11", "MacOs", "Ios 17.5", "Linux"];
pub const BROWSERS: [&str; 5] = ["Edge", "Chrome", "Safari", "Firefox", "Other"];
