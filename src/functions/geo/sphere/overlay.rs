//! Unions and intersections of regions and of lines, borders included.

use std::collections::{BTreeMap, BTreeSet};

use super::arrangement::Piece;
use super::assemble::rings;
use super::{Arrangement, Edge, Link, Region, Ring, Source, Vector, paths};

/// What shapes have in common: no point of a line, no line of the region's border.
#[derive(Debug, Default)]
pub struct Parts {
    pub points: Vec<Vector>,
    pub lines: Vec<Vec<Vector>>,
    pub region: Region,
}

impl Parts {
    /// Of all lines.
    pub fn length(&self) -> f64 {
        self.lines.iter().flat_map(|line| line.windows(2)).map(|pair| pair[0].angle(pair[1])).sum()
    }
}

/// Whether the left and the right side of a way from one point to the next belong to a region.
#[derive(Clone, Copy)]
struct Sides {
    left: bool,
    right: bool,
    /// The way is a part of the region's border (or lies between two parts of the region).
    border: bool,
}

impl Sides {
    fn touched(self) -> bool {
        self.left || self.right || self.border
    }
}

/// All regions in one, the smallest first, as Kusto's library does it: the order of the corners depends on it.
pub fn unite(regions: Vec<Region>) -> Region {
    let mut queue: Vec<(usize, Region)> = regions.into_iter().map(|region| (region.corners().count(), region)).collect();
    queue.sort_by_key(|(corners, _)| *corners);
    let mut queue = std::collections::VecDeque::from(queue);
    while queue.len() > 1 {
        let (Some((a, first)), Some((b, second))) = (queue.pop_front(), queue.pop_front()) else { break };
        let place = queue.partition_point(|(corners, _)| *corners <= a + b);
        queue.insert(place, (a + b, union(&first, &second)));
    }
    queue.pop_front().map(|(_, region)| region).unwrap_or_default()
}

fn union(a: &Region, b: &Region) -> Region {
    let overlay = Overlay::new(a, b);
    let links = overlay.ways.iter().filter_map(|way| way.link(way.a.left || way.b.left, way.a.right || way.b.right));
    overlay.region(links.collect())
}

pub fn intersection(a: &Region, b: &Region) -> Parts {
    let overlay = Overlay::new(a, b);
    let links = overlay.ways.iter().filter_map(|way| way.link(way.a.left && way.b.left, way.a.right && way.b.right)).collect();
    // What both borders share, with the regions on different sides, is a line.
    let shared = |way: &&Way| way.a.border && way.b.border && !(way.a.left && way.b.left) && !(way.a.right && way.b.right);
    let lines: Vec<Link> = overlay.ways.iter().filter(shared).map(Way::along).collect();
    let region = overlay.region(links);
    let mut taken: BTreeSet<usize> = overlay.inside.clone();
    taken.extend(lines.iter().flat_map(|link| [link.from, link.to]));
    let points = overlay.common().difference(&taken).copied().collect();
    overlay.parts(points, lines, region)
}

/// What a line and a region have in common.
pub fn line_inside(line: impl Iterator<Item = Edge>, region: &Region) -> Parts {
    let arrangement = Arrangement::new(line, region.edges());
    let cap = region.cap();
    let (mut lines, mut on_line, mut on_border) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for ((from, to), pieces) in arrangement.groups() {
        let border = pieces.iter().any(|piece| piece.source == Source::Second);
        if border {
            on_border.extend([from, to]);
        }
        let Some(piece) = pieces.iter().find(|piece| piece.source == Source::First) else { continue };
        on_line.extend([from, to]);
        let middle = arrangement.middle(from, to);
        if border || cap.holds(middle) && region.contains(middle) {
            lines.push(Link { from: piece.from, to: piece.to, edge: piece.edge });
        }
    }
    common_parts(&arrangement, lines, &on_line & &on_border)
}

/// What two lines have in common.
pub fn lines_meet(a: impl Iterator<Item = Edge>, b: impl Iterator<Item = Edge>) -> Parts {
    let arrangement = Arrangement::new(a, b);
    let on = |source| arrangement.pieces.iter().filter(move |piece| piece.source == source).flat_map(|piece| [piece.from, piece.to]);
    let common: BTreeSet<usize> = &on(Source::First).collect::<BTreeSet<_>>() & &on(Source::Second).collect();
    let groups = arrangement.groups();
    let both = groups.values().filter(|pieces| [Source::First, Source::Second].iter().all(|s| pieces.iter().any(|p| p.source == *s)));
    let lines = both.filter_map(|pieces| pieces.first()).map(|piece| Link { from: piece.from, to: piece.to, edge: piece.edge }).collect();
    common_parts(&arrangement, lines, common)
}

fn common_parts(arrangement: &Arrangement, lines: Vec<Link>, mut common: BTreeSet<usize>) -> Parts {
    for link in &lines {
        common.remove(&link.from);
        common.remove(&link.to);
    }
    let place = |number: usize| arrangement.points[number];
    let lines = paths(lines).into_iter().map(|path| path.into_iter().map(place).collect()).collect();
    Parts { points: common.into_iter().map(place).collect(), lines, region: Region::default() }
}

/// The ways between the points of two borders, and what lies beside each.
struct Overlay {
    arrangement: Arrangement,
    ways: Vec<Way>,
    /// Points of the result's region.
    inside: BTreeSet<usize>,
}

struct Way {
    from: usize,
    to: usize,
    edge: usize,
    a: Sides,
    b: Sides,
}

impl Way {
    /// As a part of a border, if its sides differ; directed so that the region lies to the left.
    fn link(&self, left: bool, right: bool) -> Option<Link> {
        match (left, right) {
            (true, false) => Some(self.along()),
            (false, true) => Some(Link { from: self.to, to: self.from, edge: self.edge }),
            _ => None,
        }
    }

    fn along(&self) -> Link {
        Link { from: self.from, to: self.to, edge: self.edge }
    }
}

impl Overlay {
    fn new(a: &Region, b: &Region) -> Overlay {
        let arrangement = Arrangement::new(a.edges(), b.edges());
        let caps = [a.cap(), b.cap()];
        let mut ways = Vec::new();
        for ((from, to), pieces) in arrangement.groups() {
            let sides = |region: &Region, source: Source, cap: usize| {
                along(&pieces, source, from).unwrap_or_else(|| {
                    let middle = arrangement.middle(from, to);
                    let inside = caps[cap].holds(middle) && region.contains(middle);
                    Sides { left: inside, right: inside, border: false }
                })
            };
            let edge = pieces.iter().map(|piece| piece.edge).min().unwrap_or(0);
            ways.push(Way { from, to, edge, a: sides(a, Source::First, 0), b: sides(b, Source::Second, 1) });
        }
        let inside = ways.iter().filter(|w| (w.a.left && w.b.left) || (w.a.right && w.b.right)).flat_map(|w| [w.from, w.to]).collect();
        Overlay { arrangement, ways, inside }
    }

    fn region(&self, links: Vec<Link>) -> Region {
        let place = |number: usize| self.arrangement.points[number];
        let rings = rings(links, &self.arrangement.points).into_iter();
        Region { rings: rings.map(|ring| Ring(ring.into_iter().map(place).collect())).collect() }
    }

    /// Points that belong to both.
    fn common(&self) -> BTreeSet<usize> {
        let mut touched: BTreeMap<usize, (bool, bool)> = BTreeMap::new();
        for way in &self.ways {
            for point in [way.from, way.to] {
                let (a, b) = touched.entry(point).or_default();
                *a |= way.a.touched();
                *b |= way.b.touched();
            }
        }
        touched.into_iter().filter(|(_, (a, b))| *a && *b).map(|(point, _)| point).collect()
    }

    fn parts(&self, points: BTreeSet<usize>, lines: Vec<Link>, region: Region) -> Parts {
        Parts { region, ..common_parts(&self.arrangement, lines, points) }
    }
}

/// What a region's own pieces tell of a way's sides; `None` where there are none.
fn along(pieces: &[Piece], source: Source, from: usize) -> Option<Sides> {
    let own = || pieces.iter().filter(|piece| piece.source == source);
    let (ahead, back) = (own().filter(|piece| piece.from == from).count(), own().filter(|piece| piece.from != from).count());
    // As many in both directions: two parts of the region lie side by side.
    (ahead + back > 0).then_some(Sides { left: ahead >= back, right: back >= ahead, border: true })
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    /// Numbers between 0 and 1, the same in every run.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1u64 << 53) as f64
        }

        /// A star around a point, its corners at any distance up to `size`.
        fn star(&mut self, center: Vector, size: f64) -> Region {
            let corners = 3 + (self.roll() * 12.0) as usize;
            let corner = |at: usize, dice: &mut Dice| center.offset(size * (0.1 + 0.9 * dice.roll()), -TAU * at as f64 / corners as f64);
            Region { rings: vec![Ring((0..corners).map(|at| corner(at, self)).collect())] }
        }
    }

    #[test]
    fn areas_of_union_and_intersection_add_up() {
        let mut dice = Dice(7);
        for round in 0..300 {
            let size = if round % 2 == 0 { 0.3 } else { 1e-5 };
            let center = Vector([dice.roll() - 0.5, dice.roll() - 0.5, dice.roll() - 0.5]).unit().unwrap();
            let a = dice.star(center, size);
            let near = center.offset(size * dice.roll() * 1.5, TAU * dice.roll());
            let b = dice.star(near, size);
            let (both, either) = (intersection(&a, &b).region, union(&a, &b));
            let difference = a.area() + b.area() - both.area() - either.area();
            assert!(difference.abs() < 1e-7 * size * size, "round {round}: {difference}");
            for _ in 0..20 {
                let place = center.offset(size * dice.roll() * 2.0, TAU * dice.roll());
                let (in_a, in_b) = (a.contains(place), b.contains(place));
                assert_eq!((both.contains(place), either.contains(place)), (in_a && in_b, in_a || in_b), "round {round}");
            }
        }
    }

    #[test]
    fn uniting_the_parts_of_a_grid_leaves_its_outline() {
        let corner = |x: usize, y: usize| Vector([1.0, x as f64 * 1e-3, y as f64 * 1e-3]).unit().unwrap();
        let square = |x, y| Region { rings: vec![Ring(vec![corner(x, y), corner(x + 1, y), corner(x + 1, y + 1), corner(x, y + 1)])] };
        let all = unite((0..36).map(|at| square(at % 6, at / 6)).collect());
        assert_eq!(all.rings.iter().map(|ring| ring.0.len()).collect::<Vec<_>>(), [24]);
        // Without the middle there is a hole, which runs the other way.
        let holed = unite((0..9).filter(|at| *at != 4).map(|at| square(at % 3, at / 3)).collect());
        assert_eq!(holed.rings.iter().map(|ring| (ring.0.len(), ring.is_shell())).collect::<Vec<_>>(), [(12, true), (4, false)]);
    }
}
