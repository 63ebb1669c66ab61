//! convert_angle() … convert_volume(): from one unit of a quantity to another.

use std::f64::consts::PI;

use crate::plan::{Arguments, Context, Function, Kernel, RowFunction};
use crate::value::Value;

/// How values in a unit relate to the quantity's base unit.
#[derive(Clone, Copy, Debug)]
enum Unit {
    /// base = value * scale
    Scale(f64),
    /// base = value * scale + offset
    Shifted(f64, f64),
    /// base = the angle in degrees whose sine is the value
    Sine,
}

use Unit::{Scale, Shifted, Sine};

impl Unit {
    fn to_base(self, value: f64) -> f64 {
        match self {
            Scale(scale) => value * scale,
            Shifted(scale, offset) => value * scale + offset,
            Sine => value.asin().to_degrees(),
        }
    }

    fn of_base(self, base: f64) -> f64 {
        match self {
            Scale(scale) => base / scale,
            Shifted(scale, offset) => (base - offset) / scale,
            Sine => base.to_radians().sin(),
        }
    }
}

/// Unit, its relation to the base unit, and the prefixes that it may have (`Kilometer`).
type Units = &'static [(&'static str, Unit, &'static [&'static str])];

const PREFIXES: &[(&str, f64)] = &[
    ("Nano", 1e-9),
    ("Micro", 1e-6),
    ("Milli", 1e-3),
    ("Centi", 1e-2),
    ("Deci", 1e-1),
    ("Deca", 1e1),
    ("Hecto", 1e2),
    ("Kilo", 1e3),
    ("Mega", 1e6),
    ("Giga", 1e9),
    ("Tera", 1e12),
];

/// Base: degree.
const ANGLES: Units = &[
    ("Degree", Scale(1.0), &["Nano", "Micro", "Milli"]),
    ("Radian", Scale(180.0 / PI), &["Nano", "Micro", "Milli", "Centi", "Deci"]),
    ("Arcminute", Scale(1.0 / 60.0), &[]),
    ("Arcsecond", Scale(1.0 / 3600.0), &[]),
    ("Gradian", Scale(0.9), &[]),
    ("NatoMil", Scale(9.0 / 160.0), &[]),
    ("Revolution", Scale(360.0), &[]),
    ("Tilt", Sine, &[]),
];

/// Base: joule.
const ENERGIES: Units = &[
    ("Joule", Scale(1.0), &["Milli", "Kilo", "Mega", "Giga"]),
    ("Calorie", Scale(4.184), &["Kilo", "Mega"]),
    ("BritishThermalUnit", Scale(1_055.055_852_62), &["Kilo", "Mega", "Giga"]),
    ("ElectronVolt", Scale(1.602_176_565e-19), &["Kilo", "Mega", "Giga", "Tera"]),
    ("FootPound", Scale(1.355_817_948), &[]),
    ("Erg", Scale(1e-7), &[]),
    ("WattHour", Scale(3600.0), &["Kilo", "Mega", "Giga", "Tera"]),
    ("WattDay", Scale(86_400.0), &["Kilo", "Mega", "Giga", "Tera"]),
    ("ThermEc", Scale(105_505_585.262), &["Deca"]),
    ("ThermUs", Scale(1.054_804e8), &["Deca"]),
    ("ThermImperial", Scale(1.055_055_852_573_48e8), &["Deca"]),
    ("HorsepowerHour", Scale(2.684_519_537_7e6), &[]),
];

/// Base: newton.
const FORCES: Units = &[
    ("Newton", Scale(1.0), &["Micro", "Milli", "Deca", "Kilo", "Mega"]),
    ("Dyn", Scale(1e-5), &[]),
    ("KilogramForce", Scale(9.806_65), &[]),
    ("KiloPond", Scale(9.806_65), &[]),
    ("TonneForce", Scale(9_806.65), &[]),
    ("ShortTonForce", Scale(8_896.443_230_521), &[]),
    ("PoundForce", Scale(4.448_221_615_260_5), &["Kilo"]),
    ("OunceForce", Scale(0.278_013_850_953_781_2), &[]),
    ("Poundal", Scale(0.138_254_954_376), &[]),
];

/// Base: metre.
const LENGTHS: Units = &[
    ("Meter", Scale(1.0), &["Nano", "Micro", "Milli", "Centi", "Deci", "Deca", "Hecto", "Kilo"]),
    ("Angstrom", Scale(1e-10), &[]),
    ("AstronomicalUnit", Scale(1.495_978_707e11), &[]),
    ("Chain", Scale(20.1168), &[]),
    ("DataMile", Scale(1828.8), &[]),
    ("DtpPica", Scale(1.0 / 236.220_472_441), &[]),
    ("DtpPoint", Scale(0.0254 / 72.0), &[]),
    ("Fathom", Scale(1.8288), &[]),
    ("Foot", Scale(0.3048), &[]),
    ("Hand", Scale(0.1016), &[]),
    ("Inch", Scale(0.0254), &[]),
    ("LightYear", Scale(9.460_730_472_58e15), &["Kilo", "Mega"]),
    ("Microinch", Scale(2.54e-8), &[]),
    ("Mil", Scale(2.54e-5), &[]),
    ("Mile", Scale(1609.34), &[]),
    ("NauticalMile", Scale(1852.0), &[]),
    ("Parsec", Scale(3.085_677_581_28e16), &["Kilo", "Mega"]),
    ("PrinterPica", Scale(1.0 / 237.106_301_584), &[]),
    ("PrinterPoint", Scale(0.0254 / 72.27), &[]),
    ("Shackle", Scale(27.432), &[]),
    ("SolarRadius", Scale(6.955_1e8), &[]),
    ("Twip", Scale(1.0 / 56_692.913_385_826), &[]),
    ("UsSurveyFoot", Scale(1200.0 / 3937.0), &[]),
    ("Yard", Scale(0.9144), &[]),
];

/// Base: kilogram.
const MASSES: Units = &[
    ("Gram", Scale(1e-3), &["Nano", "Micro", "Milli", "Centi", "Deci", "Deca", "Hecto", "Kilo"]),
    ("Tonne", Scale(1e3), &["Kilo", "Mega"]),
    ("EarthMass", Scale(5.9722e24), &[]),
    ("Grain", Scale(6.479_891e-5), &[]),
    ("LongHundredweight", Scale(50.802_345_44), &[]),
    ("LongTon", Scale(1_016.046_908_8), &[]),
    ("Ounce", Scale(0.028_349_523_125), &[]),
    ("Pound", Scale(0.453_592_37), &["Kilo", "Mega"]),
    ("ShortHundredweight", Scale(45.359_237), &[]),
    ("ShortTon", Scale(907.184_74), &[]),
    ("Slug", Scale(14.593_903), &[]),
    ("SolarMass", Scale(1.98947e30), &[]),
    ("Stone", Scale(6.350_293_18), &[]),
];

const METRIC: &[&str] = &["Nano", "Micro", "Milli", "Centi", "Deci", "Kilo"];

/// Base: metre per second.
const SPEEDS: Units = &[
    ("MeterPerSecond", Scale(1.0), METRIC),
    ("MeterPerMinute", Scale(1.0 / 60.0), METRIC),
    ("MeterPerHour", Scale(1.0 / 3600.0), METRIC),
    ("FootPerSecond", Scale(0.3048), &[]),
    ("FootPerMinute", Scale(0.3048 / 60.0), &[]),
    ("FootPerHour", Scale(0.3048 / 3600.0), &[]),
    ("InchPerSecond", Scale(0.0254), &[]),
    ("InchPerMinute", Scale(0.0254 / 60.0), &[]),
    ("InchPerHour", Scale(0.0254 / 3600.0), &[]),
    ("UsSurveyFootPerSecond", Scale(1200.0 / 3937.0), &[]),
    ("UsSurveyFootPerMinute", Scale(1200.0 / 3937.0 / 60.0), &[]),
    ("UsSurveyFootPerHour", Scale(1200.0 / 3937.0 / 3600.0), &[]),
    ("YardPerSecond", Scale(0.9144), &[]),
    ("YardPerMinute", Scale(0.9144 / 60.0), &[]),
    ("YardPerHour", Scale(0.9144 / 3600.0), &[]),
    ("Knot", Scale(1852.0 / 3600.0), &[]),
    ("MilePerHour", Scale(0.44704), &[]),
];

const ICE: f64 = 273.15;

/// Base: kelvin.
const TEMPERATURES: Units = &[
    ("Kelvin", Scale(1.0), &[]),
    ("DegreeCelsius", Shifted(1.0, ICE), &[]),
    ("MillidegreeCelsius", Shifted(1e-3, ICE), &[]),
    ("DegreeDelisle", Shifted(-2.0 / 3.0, 373.15), &[]),
    ("DegreeFahrenheit", Shifted(5.0 / 9.0, 459.67 * 5.0 / 9.0), &[]),
    ("DegreeNewton", Shifted(100.0 / 33.0, ICE), &[]),
    ("DegreeRankine", Scale(5.0 / 9.0), &[]),
    ("DegreeReaumur", Shifted(1.25, ICE), &[]),
    ("DegreeRoemer", Shifted(40.0 / 21.0, ICE - 7.5 * 40.0 / 21.0), &[]),
    ("SolarTemperature", Scale(5778.0), &[]),
];

/// Base: cubic metre.
const VOLUMES: Units = &[
    ("CubicMeter", Scale(1.0), &["Hecto", "Kilo"]),
    ("Liter", Scale(1e-3), &["Micro", "Milli", "Centi", "Deci", "Deca", "Hecto", "Kilo", "Mega"]),
    ("CubicKilometer", Scale(1e9), &[]),
    ("CubicHectometer", Scale(1e6), &[]),
    ("CubicDecimeter", Scale(1e-3), &[]),
    ("CubicCentimeter", Scale(1e-6), &[]),
    ("CubicMillimeter", Scale(1e-9), &[]),
    ("CubicMicrometer", Scale(1e-18), &[]),
    ("CubicMile", Scale(4.168_181_825_440_58e9), &[]),
    ("CubicYard", Scale(0.764_554_858), &[]),
    ("CubicFoot", Scale(0.028_316_8), &["Hecto", "Kilo", "Mega"]),
    ("CubicInch", Scale(1.6387e-5), &[]),
    ("BoardFoot", Scale(0.002_359_737_216), &[]),
    ("AcreFoot", Scale(1.0 / 0.000_810_714), &[]),
    ("ImperialGallon", Scale(0.004_546_09), &["Kilo", "Mega"]),
    ("ImperialOunce", Scale(2.841_306_25e-5), &[]),
    ("ImperialPint", Scale(5.682_612_5e-4), &[]),
    ("ImperialQuart", Scale(1.136_522_5e-3), &[]),
    ("ImperialBeerBarrel", Scale(0.163_659_24), &[]),
    ("UsGallon", Scale(0.003_785_41), &["Deca", "Deci", "Hecto", "Kilo", "Mega"]),
    ("UsOunce", Scale(2.957_352_956_253_76e-5), &[]),
    ("UsPint", Scale(4.731_764_73e-4), &[]),
    ("UsQuart", Scale(9.463_529_46e-4), &[]),
    ("UsBeerBarrel", Scale(0.117_347_765_8), &[]),
    ("UsCustomaryCup", Scale(0.000_236_588_236_5), &[]),
    ("UsLegalCup", Scale(0.000_24), &[]),
    ("UsTablespoon", Scale(1.478_676_478_125e-5), &[]),
    ("UsTeaspoon", Scale(4.928_921_593_75e-6), &[]),
    ("AuTablespoon", Scale(2e-5), &[]),
    ("UkTablespoon", Scale(1.5e-5), &[]),
    ("MetricCup", Scale(0.000_25), &[]),
    ("MetricTeaspoon", Scale(5e-6), &[]),
    ("OilBarrel", Scale(0.158_987_294_928), &[]),
];

/// A unit by its name, with a prefix if it takes one: `Kilometer` is `Kilo` and `Meter`.
fn find(units: Units, name: &str) -> Option<Unit> {
    if let Some((_, unit, _)) = units.iter().find(|(known, _, _)| *known == name) {
        return Some(*unit);
    }
    let (prefix, factor) = PREFIXES.iter().find(|(prefix, _)| name.starts_with(prefix))?;
    let rest = name.get(prefix.len()..)?;
    let fits = |known: &str| known.eq_ignore_ascii_case(rest) && known.get(1..) == rest.get(1..);
    match units.iter().find(|(known, _, prefixes)| prefixes.contains(prefix) && fits(known))? {
        (_, Scale(scale), _) => Some(Scale(scale * factor)),
        _ => None,
    }
}

/// Null for a unit that there is not.
fn prepare(arguments: &Arguments, units: Units) -> Result<RowFunction, String> {
    let constant = |index| arguments.constant_str(index).and_then(|name| find(units, name));
    let (from, to) = (constant(1), constant(2));
    Ok(Box::new(move |row| {
        let named = |constant: Option<Unit>, index: usize| constant.or_else(|| find(units, row[index].as_str()?));
        match (row[0].as_f64(), named(from, 1), named(to, 2)) {
            (Some(value), Some(from), Some(to)) => Value::Real(to.of_base(from.to_base(value))),
            _ => Value::Null,
        }
    }))
}

fn angle(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, ANGLES)
}

pub static CONVERT_ANGLE: Function = Function {
    name: "convert_angle",
    category: "Unit conversion functions",
    signatures: &["(value:real, from:string, to:string) -> real"],
    summary: "The angle in another unit; null for an unknown unit.",
    kernel: Kernel::Prepare(angle),
    examples: &[("round(convert_angle(1.2, 'Degree', 'Arcminute'), 6)", "72.0")],
    ..Function::NEW
};

fn energy(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, ENERGIES)
}

pub static CONVERT_ENERGY: Function = Function {
    name: "convert_energy",
    category: "Unit conversion functions",
    signatures: &["(value:real, from:string, to:string) -> real"],
    summary: "The energy in another unit; null for an unknown unit.",
    kernel: Kernel::Prepare(energy),
    examples: &[("round(convert_energy(1.2, 'Joule', 'BritishThermalUnit'), 6)", "0.001137")],
    ..Function::NEW
};

fn force(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, FORCES)
}

pub static CONVERT_FORCE: Function = Function {
    name: "convert_force",
    category: "Unit conversion functions",
    signatures: &["(value:real, from:string, to:string) -> real"],
    summary: "The force in another unit; null for an unknown unit.",
    kernel: Kernel::Prepare(force),
    examples: &[("round(convert_force(1.2, 'Newton', 'Decanewton'), 6)", "0.12")],
    ..Function::NEW
};

fn length(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, LENGTHS)
}

pub static CONVERT_LENGTH: Function = Function {
    name: "convert_length",
    category: "Unit conversion functions",
    signatures: &["(value:real, from:string, to:string) -> real"],
    summary: "The length in another unit; null for an unknown unit.",
    kernel: Kernel::Prepare(length),
    examples: &[("round(convert_length(1.2, 'Foot', 'Yard'), 6)", "0.4")],
    ..Function::NEW
};

fn mass(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, MASSES)
}

pub static CONVERT_MASS: Function = Function {
    name: "convert_mass",
    category: "Unit conversion functions",
    signatures: &["(value:real, from:string, to:string) -> real"],
    summary: "The mass in another unit; null for an unknown unit.",
    kernel: Kernel::Prepare(mass),
    examples: &[("round(convert_mass(1.2, 'Kilogram', 'Pound'), 6)", "2.645547")],
    ..Function::NEW
};

fn speed(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, SPEEDS)
}

pub static CONVERT_SPEED: Function = Function {
    name: "convert_speed",
    category: "Unit conversion functions",
    signatures: &["(value:real, from:string, to:string) -> real"],
    summary: "The speed in another unit; null for an unknown unit.",
    kernel: Kernel::Prepare(speed),
    examples: &[("round(convert_speed(1.2, 'MeterPerSecond', 'CentimeterPerHour'), 6)", "432000.0")],
    ..Function::NEW
};

fn temperature(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, TEMPERATURES)
}

pub static CONVERT_TEMPERATURE: Function = Function {
    name: "convert_temperature",
    category: "Unit conversion functions",
    signatures: &["(value:real, from:string, to:string) -> real"],
    summary: "The temperature in another unit; null for an unknown unit.",
    kernel: Kernel::Prepare(temperature),
    examples: &[("round(convert_temperature(1.2, 'Kelvin', 'DegreeCelsius'), 6)", "-271.95")],
    ..Function::NEW
};

fn volume(_: &Context, arguments: &Arguments) -> Result<RowFunction, String> {
    prepare(arguments, VOLUMES)
}

pub static CONVERT_VOLUME: Function = Function {
    name: "convert_volume",
    category: "Unit conversion functions",
    signatures: &["(value:real, from:string, to:string) -> real"],
    summary: "The volume in another unit; null for an unknown unit.",
    kernel: Kernel::Prepare(volume),
    examples: &[("round(convert_volume(1.2, 'CubicMeter', 'AcreFoot'), 6)", "0.000973")],
    ..Function::NEW
};
