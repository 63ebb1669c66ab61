//! Directed links put together to rings and to paths, in the order that Kusto's library (S2) gives them.

use std::collections::HashMap;

use super::Vector;

/// A part of a border or of a line, with the least number of the edges that it stems from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    pub from: usize,
    pub to: usize,
    pub edge: usize,
}

/// Simple rings, each with its region to the left. Rings come in the order of their first edges; each ends with its last edge.
pub fn rings(mut links: Vec<Link>, points: &[Vector]) -> Vec<Vec<usize>> {
    links.sort_by_key(|link| link.edge);
    let mut next = turns(&links, points);
    let mut rings = Vec::new();
    for start in 0..links.len() {
        let mut path: Vec<usize> = Vec::new();
        let mut place: HashMap<usize, usize> = HashMap::new();
        let mut at = start;
        while let Some(following) = next[at].take() {
            place.insert(links[at].from, path.len());
            path.push(at);
            if let Some(first) = place.get(&links[at].to).copied() {
                let ring = path.split_off(first);
                for link in &ring {
                    place.remove(&links[*link].from);
                }
                rings.push(last_edge_last(ring.into_iter().map(|link| links[link]).collect()));
            }
            at = following;
        }
    }
    rings
}

/// For each link the one that follows it: the sharpest turn to the left.
fn turns(links: &[Link], points: &[Vector]) -> Vec<Option<usize>> {
    let mut from: HashMap<usize, Vec<usize>> = HashMap::new();
    for (number, link) in links.iter().enumerate() {
        from.entry(link.from).or_default().push(number);
    }
    let turn = |link: &Link, next: usize| {
        let (back, there, onward) = (points[link.from], points[link.to], points[links[next].to]);
        // Clockwise from the way back; straight back comes last.
        let turn = (there.azimuth(onward) - there.azimuth(back)).rem_euclid(std::f64::consts::TAU);
        if turn == 0.0 { std::f64::consts::TAU } else { turn }
    };
    let follow = |link: &Link| {
        let onward = from.get(&link.to)?;
        onward.iter().copied().min_by(|a, b| turn(link, *a).total_cmp(&turn(link, *b)))
    };
    links.iter().map(follow).collect()
}

/// The corners of a ring that begins after its highest edge, after the last part of it where it was cut.
fn last_edge_last(ring: Vec<Link>) -> Vec<usize> {
    let (mut last, mut gap) = (0, false);
    for at in 1..ring.len() {
        match ring[at].edge.cmp(&ring[last].edge) {
            std::cmp::Ordering::Less => gap = true,
            std::cmp::Ordering::Equal if gap => {}
            _ => (last, gap) = (at, false),
        }
    }
    let start = (last + 1) % ring.len().max(1);
    ring.iter().cycle().skip(start).take(ring.len()).map(|link| link.from).collect()
}

/// Longest paths through links, broken where more than two meet. A ring that nothing else meets is closed by its first point.
pub fn paths(mut links: Vec<Link>) -> Vec<Vec<usize>> {
    links.sort_by_key(|link| link.edge);
    let mut at_point: HashMap<usize, Vec<usize>> = HashMap::new();
    for (number, link) in links.iter().enumerate() {
        at_point.entry(link.from).or_default().push(number);
        at_point.entry(link.to).or_default().push(number);
    }
    let mut used = vec![false; links.len()];
    let follow = |point: usize, used: &mut Vec<bool>| -> Option<usize> {
        let [a, b] = at_point.get(&point)?.as_slice() else { return None };
        let next = if used[*a] { *b } else { *a };
        if std::mem::replace(used.get_mut(next)?, true) {
            return None;
        }
        Some(if links[next].from == point { links[next].to } else { links[next].from })
    };
    let mut paths = Vec::new();
    for (number, link) in links.iter().enumerate() {
        if std::mem::replace(&mut used[number], true) {
            continue;
        }
        let after: Vec<usize> = std::iter::successors(Some(link.to), |p| follow(*p, &mut used)).collect();
        let mut path: Vec<usize> = std::iter::successors(Some(link.from), |p| follow(*p, &mut used)).collect();
        path.reverse();
        path.extend(after);
        paths.push(path);
    }
    paths
}
