//! Parts of files as memory: what the page cache holds is searched where it stands, without a copy.
//!
//! A file that is cut short while it is mapped, and a disk that cannot be read, are told by the signal SIGBUS. Its handler puts a page of
//! zeros where the file's was, and the mapping says afterwards that something of it was lost.

use std::fs::File;
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A part of a file.
#[derive(Debug)]
pub struct Mapping {
    /// Where its first page stands.
    start: *mut libc::c_void,
    length: usize,
    /// The bytes in front that stand on the first page and were not asked for.
    before: usize,
    place: &'static Place,
}

/// A mapping, for the handler; free where `start` is 0.
#[derive(Debug)]
struct Place {
    start: AtomicUsize,
    end: AtomicUsize,
    lost: AtomicBool,
}

/// More mappings than this are not made at a time.
const MOST: usize = 256;

static PLACES: [Place; MOST] =
    [const { Place { start: AtomicUsize::new(0), end: AtomicUsize::new(0), lost: AtomicBool::new(false) } }; MOST];

/// Stands in `Place::start` while a mapping is made.
const TAKEN: usize = 1;

// SAFETY: it is memory that is only read, and any thread may give it back; its place is made of atomics.
unsafe impl Send for Mapping {}

impl Mapping {
    /// `None` where the system does not map the file.
    pub fn of(file: &File, range: Range<u64>) -> Option<Mapping> {
        let page = prepared()? as u64;
        let first = range.start / page * page;
        let length = usize::try_from(range.end.checked_sub(first)?).ok().filter(|length| *length > 0)?;
        let offset = libc::off_t::try_from(first).ok()?;
        let take = |place: &&Place| place.start.compare_exchange(0, TAKEN, Ordering::AcqRel, Ordering::Relaxed).is_ok();
        let place = PLACES.iter().find(take)?;
        // SAFETY: a new mapping, which nothing else has, of an open file. Who changes the file changes the bytes: files that are being
        // written are not mapped (`input::bytes`).
        let start = unsafe { libc::mmap(ptr::null_mut(), length, libc::PROT_READ, libc::MAP_PRIVATE, file.as_raw_fd(), offset) };
        if start == libc::MAP_FAILED {
            place.start.store(0, Ordering::Release);
            return None;
        }
        place.lost.store(false, Ordering::Relaxed);
        place.end.store(start as usize + length, Ordering::Relaxed);
        place.start.store(start as usize, Ordering::Release);
        Some(Mapping { start, length, before: (range.start - first) as usize, place })
    }

    pub fn bytes(&self) -> &[u8] {
        // SAFETY: so many bytes are mapped until `self` is dropped.
        let all = unsafe { std::slice::from_raw_parts(self.start.cast::<u8>(), self.length) };
        &all[self.before..]
    }

    /// All that was read of it so far was the file's.
    pub fn is_whole(&self) -> bool {
        !self.place.lost.load(Ordering::Acquire)
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // First the place: once the pages are given back they may be another mapping's.
        self.place.start.store(0, Ordering::Release);
        // SAFETY: this is the mapping that `of` made, and nothing borrows of it any more.
        unsafe { libc::munmap(self.start, self.length) };
    }
}

/// What handled the signal before.
static BEFORE: OnceLock<Option<libc::sigaction>> = OnceLock::new();
static PAGE: AtomicUsize = AtomicUsize::new(0);

/// The bytes of a page, when the handler stands ready.
fn prepared() -> Option<usize> {
    let before = BEFORE.get_or_init(|| {
        // SAFETY: asks for a number.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).ok().filter(|page| page.is_power_of_two())?;
        PAGE.store(page, Ordering::Release);
        // SAFETY: both are plain data that may be zero, and are filled in before they are used; the handler does nothing but what may be
        // done in one: it looks at atomics and asks the system.
        unsafe {
            let (mut action, mut before): (libc::sigaction, libc::sigaction) = (std::mem::zeroed(), std::mem::zeroed());
            action.sa_sigaction = on_lost_page as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            (libc::sigaction(libc::SIGBUS, &raw const action, &raw mut before) == 0).then_some(before)
        }
    });
    before.as_ref().map(|_| PAGE.load(Ordering::Acquire))
}

/// Puts zeros in the place of a page that the file no longer has. Any other fault is left to what handled the signal before: the
/// instruction runs again, and faults again.
extern "C" fn on_lost_page(_: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // SAFETY: the system gives a handler that asked for it a valid `info`, with the address of the fault.
    let at = unsafe { (*info).si_addr() } as usize;
    let stands = |place: &&Place| {
        let start = place.start.load(Ordering::Acquire);
        start > TAKEN && start <= at && at < place.end.load(Ordering::Relaxed)
    };
    if let Some(place) = PLACES.iter().find(stands) {
        let page = PAGE.load(Ordering::Acquire);
        let flags = libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_FIXED;
        // SAFETY: this page is the mapping's own, and only read.
        let zeros = unsafe { libc::mmap((at & !(page - 1)) as *mut libc::c_void, page, libc::PROT_READ, flags, -1, 0) };
        if zeros != libc::MAP_FAILED {
            place.lost.store(true, Ordering::Release);
            return;
        }
    }
    if let Some(Some(before)) = BEFORE.get() {
        // SAFETY: it is what the system gave.
        unsafe { libc::sigaction(libc::SIGBUS, before, ptr::null_mut()) };
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_is_cut_off_is_told() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all("some text\n".repeat(20_000).as_bytes()).unwrap();
        let [whole, cut] = [0, 1].map(|_| Mapping::of(&file, 5..200_000).unwrap());
        assert_eq!((&whole.bytes()[..5], whole.bytes().len()), (&b"text\n"[..], 199_995));
        assert!(whole.bytes().ends_with(b"some text\n") && whole.is_whole());
        drop(whole);
        file.set_len(100).unwrap();
        assert_eq!((cut.bytes()[90], cut.is_whole()), (b't', true));
        assert_eq!((cut.bytes()[150_000], cut.is_whole()), (0, false));
        // The place is free for another, and says nothing of this one.
        drop(cut);
        file.set_len(200_000).unwrap();
        assert!(Mapping::of(&file, 0..200_000).is_some_and(|again| again.bytes()[199_999] == 0 && again.is_whole()));
    }
}
