//! Who and what the story is about.

use crate::tenant::DOMAIN;

/// The full name of somebody in the tenant.
pub fn upn(name: &str) -> String {
    format!("{name}@{DOMAIN}")
}

/// A stable user key.
pub fn key(user: &str) -> String {
    let hash =
        user.to_lowercase().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("1003{:012X}", hash & 0xffff_ffff_ffff)
}

/// The object id of somebody or something.
pub fn object(name: &str) -> String {
    let key = key(name);
    format!("0000{}-0000-4000-8000-{}", &key[..4], key[4..].to_lowercase())
}

/// The administrator, who does her work by day from the office.
pub const INES: &str = "ines.moreau";
/// Finance: her session is stolen, her mailbox read and forwarded.
pub const FEMKE: &str = "femke.claes";
/// Helpdesk: her password is guessed, then she is made an administrator.
pub const HANNA: &str = "hanna.hansen";
/// Sales: gives an application that he was sent a link to access to his mail.
pub const JORIS: &str = "joris.jansen";
/// The managing director.
pub const OMAR: &str = "omar.olsen";
pub const BRAM: &str = "bram.bakker";
pub const CARLA: &str = "carla.dekker";
pub const DIRK: &str = "dirk.evers";
pub const ELIF: &str = "elif.keller";
pub const GORAN: &str = "goran.gomez";

/// A place that somebody comes from: address, network's number, city, country, latitude, longitude.
pub struct Place(pub &'static str, pub u32, pub &'static str, pub &'static str, pub f64, pub f64);

pub const OFFICE: Place = Place("192.0.2.10", 64500, "Brussels", "BE", 50.85, 4.35);
pub const HOME: Place = Place("2001:db8:10::25", 64501, "Ghent", "BE", 51.05, 3.72);
/// Where the passwords are tried from.
pub const SPRAY: Place = Place("203.0.113.66", 64510, "Amsterdam", "NL", 52.37, 4.9);
/// Where the stolen session is used.
pub const THIEF: Place = Place("198.51.100.77", 64511, "Chicago", "US", 41.88, -87.63);
/// Where the night's work is done.
pub const NIGHT: Place = Place("203.0.113.140", 64511, "Chicago", "US", 41.88, -87.63);
pub const NIGHT_V6: Place = Place("2001:db8:bad::7", 64511, "Chicago", "US", 41.88, -87.63);

/// What somebody signs in with: user agent, system, browser.
pub struct Device(pub &'static str, pub &'static str, pub &'static str);

pub const DESK: Device = Device(
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0.0.0 Safari/537.36 Edg/127.0.0.0",
    "Windows 10",
    "Edge",
);
pub const LAPTOP: Device = Device("Mozilla/5.0 (X11; Linux x86_64; rv:129.0) Gecko/20100101 Firefox/129.0", "Linux", "Firefox");
pub const SCRIPT: Device = Device("python-requests/2.31.0", "", "");
pub const OLD_MAIL: Device = Device("BAV2ROPC", "", "");
pub const PROXY: Device = Device("axios/1.7.2", "", "");
