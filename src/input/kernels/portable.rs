//! The kernels in plain loops.

use super::containers::Structure;
use super::search::Probe;
use super::survey::Survey;

const BLOCK: usize = 64;

pub fn find(bytes: &[u8], from: usize, probes: &[Probe], mut accept: impl FnMut(usize) -> bool) -> Option<usize> {
    let farthest = probes.iter().map(|p| p.distance).max()?;
    let mut at = from;
    while at + BLOCK + farthest <= bytes.len() {
        let mut hits = [0u8; BLOCK];
        for probe in probes {
            let (Some(near), Some(far)) = (block(bytes, at), block(bytes, at + probe.distance)) else { break };
            for lane in 0..BLOCK {
                let hit = ((near[lane] | probe.fold) == probe.first) & ((far[lane] | probe.fold) == probe.second);
                hits[lane] |= u8::from(hit);
            }
        }
        if hits.iter().fold(0, |any, hit| any | hit) != 0 {
            for (lane, _) in hits.iter().enumerate().filter(|(_, hit)| **hit != 0) {
                if accept(at + lane) {
                    return Some(at + lane);
                }
            }
        }
        at += BLOCK;
    }
    let stands = |at: usize, byte: u8, fold: u8| bytes.get(at).is_some_and(|b| b | fold == byte);
    (at..bytes.len())
        .find(|at| probes.iter().any(|p| stands(*at, p.first, p.fold) && stands(*at + p.distance, p.second, p.fold)) && accept(*at))
}

#[inline(always)]
fn block(bytes: &[u8], at: usize) -> Option<&[u8; BLOCK]> {
    bytes.get(at..at + BLOCK).and_then(|block| block.try_into().ok())
}

/// Surveys the bytes from `at` on.
pub fn survey<A: Fn(usize) -> bool, E: Fn(usize) -> bool>(mut at: usize, probes: &[Probe], survey: &mut Survey<'_, A, E>) {
    let bytes = survey.bytes;
    let farthest = probes.iter().map(|p| p.distance).max().unwrap_or(0).max(1);
    while at + BLOCK + farthest <= bytes.len() {
        let (Some(near), Some(next)) = (block(bytes, at), block(bytes, at + 1)) else { break };
        let (mut high, mut rare) = ([0u8; BLOCK], [0u8; BLOCK]);
        for lane in 0..BLOCK {
            high[lane] |= near[lane];
            rare[lane] = u8::from(near[lane] == b'\n') | (u8::from(near[lane] == b'\\') & u8::from(next[lane] == b'u'));
        }
        for probe in probes {
            let Some(far) = block(bytes, at + probe.distance) else { break };
            for lane in 0..BLOCK {
                rare[lane] |= u8::from(((near[lane] | probe.fold) == probe.first) & ((far[lane] | probe.fold) == probe.second));
            }
        }
        survey.summary.ascii &= high.is_ascii();
        if rare.iter().fold(0, |any, lane| any | lane) != 0 {
            (0..BLOCK).filter(|lane| rare[*lane] != 0).for_each(|lane| byte(at + lane, probes, survey));
        }
        at += BLOCK;
    }
    for (at, here) in bytes.iter().enumerate().skip(at) {
        survey.summary.ascii &= here.is_ascii();
        byte(at, probes, survey);
    }
}

/// Notes what stands at an index.
fn byte<A: Fn(usize) -> bool, E: Fn(usize) -> bool>(at: usize, probes: &[Probe], survey: &mut Survey<'_, A, E>) {
    let stands = |at: usize, byte: u8, fold: u8| survey.bytes.get(at).is_some_and(|b| b | fold == byte);
    let probed = probes.iter().any(|p| stands(at, p.first, p.fold) && stands(at + p.distance, p.second, p.fold));
    let escape = stands(at, b'\\', 0) && survey.bytes.get(at + 1).is_none_or(|b| *b == b'u');
    let feed = stands(at, b'\n', 0);
    survey.block(at, u64::from(feed), u64::from(escape), u64::from(probed));
}

/// Where quotes, backslashes and brackets stand in a block.
pub fn structure(block: &[u8; BLOCK]) -> Structure {
    let mask = |is: fn(u8) -> bool| block.iter().enumerate().fold(0, |mask, (n, byte)| mask | u64::from(is(*byte)) << n);
    Structure {
        quotes: mask(|b| b == b'"'),
        backslashes: mask(|b| b == b'\\'),
        opening: mask(|b| b | 0x20 == b'{'),
        closing: mask(|b| b | 0x20 == b'}'),
    }
}
