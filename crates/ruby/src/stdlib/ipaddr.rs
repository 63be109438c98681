//! IPAddr (ipaddr.rb 1.2.6): an address with its mask, from text or from a number with a family. Zone identifiers and the names
//! of the DNS (`reverse`, `ip6_arpa`) are absent.

use std::cell::Cell;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::core::numeric_tower;
use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{NativeData, RRange, Value};

const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 0..=2),
    method("&", |i, this, args| combine(i, this, &args, |one, other| one & other), 1..=1),
    method("|", |i, this, args| combine(i, this, &args, |one, other| one | other), 1..=1),
    method("~", |i, this, _| Ok(same(i, this, |own| Address { bits: !own.bits & own.family.all(), ..own })), 0..=0),
    method("<=>", compare, 1..=1),
    method("==", equal, 1..=1),
    method("===", includes, 1..=1),
    method("include?", includes, 1..=1),
    method(
        "eql?",
        |_, this, args| Ok((args.first().data::<Data>().is_some() && address(this) == address(&args.first())).into()),
        1..=1,
    ),
    method("hash", |_, this, _| Ok(Value::Int(hash(address(this)))), 0..=0),
    method("family", |_, this, _| Ok(Value::Int(if address(this).family == Family::V4 { 2 } else { 10 })), 0..=0),
    method("ipv4?", |_, this, _| Ok((address(this).family == Family::V4).into()), 0..=0),
    method("ipv6?", |_, this, _| Ok((address(this).family == Family::V6).into()), 0..=0),
    method("prefix", |_, this, _| Ok(Value::Int(address(this).prefix())), 0..=0),
    method("mask", mask, 1..=1),
    method("netmask", |_, this, _| Ok(full(address(this).family, address(this).mask).into()), 0..=0),
    method(
        "succ",
        |i, this, _| Ok(same(i, this, |own| Address { bits: own.bits.wrapping_add(1) & own.family.all(), ..own })),
        0..=0,
    ),
    method("to_i", |i, this, _| Ok(numeric_tower::big_value(i, BigInt::from(address(this).bits))), 0..=0),
    method("to_range", to_range, 0..=0),
    method("to_s", |_, this, _| Ok(address(this).short().into()), 0..=0),
    method("to_string", |_, this, _| Ok(full(address(this).family, address(this).bits).into()), 0..=0),
    method("as_json", |_, this, _| Ok(as_json(this).into()), 0..=1),
    method("inspect", inspect, 0..=0),
    method("loopback?", |_, this, _| Ok(address(this).is_loopback().into()), 0..=0),
    method("private?", |_, this, _| Ok(address(this).is_private().into()), 0..=0),
    method("link_local?", |_, this, _| Ok(address(this).is_link_local().into()), 0..=0),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Family {
    V4,
    V6,
}

impl Family {
    fn width(self) -> u32 {
        if self == Self::V4 { 32 } else { 128 }
    }

    fn all(self) -> u128 {
        if self == Self::V4 { u128::from(u32::MAX) } else { u128::MAX }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Address {
    family: Family,
    bits: u128,
    mask: u128,
}

/// The native side of an IPAddr.
struct Data(Cell<Address>);

impl NativeData for Data {
    fn eql_key(&self) -> Option<String> {
        Some(format!("{:?}", self.0.get()))
    }
}

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("IPAddr", &object);
    let comparable = interpreter.class_at("Comparable");
    class.include(&comparable);
    class.define(METHODS);
    class.allocator.set(Some(|_, class| {
        let nothing = Address { family: Family::V6, bits: 0, mask: u128::MAX };
        Ok(Value::native(class, Data(Cell::new(nothing))))
    }));
    let argument_error = interpreter.class_at("ArgumentError");
    let error = interpreter.define_class("IPAddr::Error", &argument_error);
    let invalid = interpreter.define_class("IPAddr::InvalidAddressError", &error);
    interpreter.define_class("IPAddr::AddressFamilyError", &error);
    interpreter.define_class("IPAddr::InvalidPrefixError", &invalid);
}

/// Active Support's `as_json`: with its prefix, where that is not the whole address. None for another object.
pub(super) fn as_json(value: &Value) -> Option<String> {
    let address = value.data::<Data>()?.0.get();
    let is_whole = address.mask == address.family.all();
    Some(if is_whole { address.short() } else { format!("{}/{}", address.short(), address.prefix()) })
}

fn address(this: &Value) -> Address {
    let nothing = Address { family: Family::V6, bits: 0, mask: 0 };
    this.data::<Data>().map_or(nothing, |data| data.0.get())
}

fn same(interpreter: &Interpreter, this: &Value, change: impl FnOnce(Address) -> Address) -> Value {
    Value::native(&interpreter.class_of(this), Data(Cell::new(change(address(this)))))
}

fn hash(address: Address) -> i64 {
    (address.bits ^ address.mask.rotate_left(64)) as i64 ^ i64::from(address.family == Family::V4)
}

// Reading

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let read = match args.first() {
        Value::Str(text) => parse(interpreter, &text.to_string())?,
        Value::Nil if args.is_empty() => Address { family: Family::V6, bits: 0, mask: u128::MAX },
        value => from_number(interpreter, &value, &args.get(1))?,
    };
    if let Some(data) = this.data::<Data>() {
        data.0.set(read);
    }
    Ok(Value::Nil)
}

fn from_number(interpreter: &mut Interpreter, value: &Value, family: &Value) -> Eval<Address> {
    let family = match family {
        Value::Int(2) => Family::V4,
        Value::Int(10) => Family::V6,
        Value::Nil | Value::Int(0) => {
            return Err(interpreter.error("IPAddr::AddressFamilyError", "address family must be specified"));
        }
        other => {
            let shown = interpreter.inspect(other)?;
            return Err(interpreter.error("IPAddr::AddressFamilyError", format!("unsupported address family: {shown}")));
        }
    };
    let text = interpreter.to_s(value)?;
    let bits = text.parse::<BigInt>().ok().and_then(|number| number.to_u128());
    match bits.filter(|bits| *bits <= family.all()) {
        Some(bits) => Ok(Address { family, bits, mask: family.all() }),
        None => Err(invalid_address(interpreter)),
    }
}

/// Ruby's message ends where the address would stand.
fn invalid_address(interpreter: &mut Interpreter) -> Box<Flow> {
    interpreter.error("IPAddr::InvalidAddressError", "invalid address: ")
}

fn parse(interpreter: &mut Interpreter, text: &str) -> Eval<Address> {
    let (host, prefix) = text.split_once('/').map_or((text, None), |(host, prefix)| (host, Some(prefix)));
    if host.contains('%') {
        return Err(interpreter.unsupported("an IPAddr with a zone identifier"));
    }
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let has_zeros =
        |part: &str| part.len() > 1 && part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit());
    let (family, bits) = if let (None, Ok(address)) = (bracketed, host.parse::<Ipv4Addr>()) {
        (Family::V4, u128::from(u32::from(address)))
    } else if let Ok(address) = bracketed.unwrap_or(host).parse::<Ipv6Addr>() {
        (Family::V6, u128::from(address))
    } else if host.split('.').count() == 4 && host.split('.').any(has_zeros) {
        let message = "zero-filled number in IPv4 address is ambiguous: ";
        return Err(interpreter.error("IPAddr::InvalidAddressError", message));
    } else {
        return Err(invalid_address(interpreter));
    };
    let address = Address { family, bits, mask: family.all() };
    match prefix {
        Some(prefix) => masked(interpreter, address, prefix),
        None => Ok(address),
    }
}

/// `mask!`
fn masked(interpreter: &mut Interpreter, address: Address, prefix: &str) -> Eval<Address> {
    let width = address.family.width();
    let mask = if !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit()) {
        match prefix.parse::<u32>().ok().filter(|length| *length <= width) {
            Some(0) => 0,
            Some(length) => (address.family.all() << (width - length)) & address.family.all(),
            None => {
                let message = format!("invalid length: {}", address.bits);
                return Err(interpreter.error("IPAddr::InvalidPrefixError", message));
            }
        }
    } else {
        let mask = parse(interpreter, prefix)?;
        let holes = !mask.bits & address.family.all();
        if mask.family != address.family || holes & holes.wrapping_add(1) != 0 {
            let message = format!("invalid mask {prefix}: {}", address.bits);
            return Err(interpreter.error("IPAddr::InvalidPrefixError", message));
        }
        mask.bits
    };
    Ok(Address { bits: address.bits & mask, mask, ..address })
}

fn mask(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let prefix = interpreter.to_s(&args.first())?;
    let own = masked(interpreter, address(this), &prefix)?;
    Ok(same(interpreter, this, |_| own))
}

/// `coerce_other`
fn coerced(interpreter: &mut Interpreter, this: &Value, other: &Value) -> Eval<Address> {
    match other {
        other if other.data::<Data>().is_some() => Ok(address(other)),
        Value::Str(text) => parse(interpreter, &text.to_string()),
        other => {
            let family = if address(this).family == Family::V4 { 2 } else { 10 };
            numeric_tower::to_int(interpreter, other)?;
            from_number(interpreter, other, &Value::Int(family))
        }
    }
}

fn combine(interpreter: &mut Interpreter, this: &Value, args: &Args, change: fn(u128, u128) -> u128) -> Eval {
    let other = coerced(interpreter, this, &args.first())?;
    Ok(same(interpreter, this, |own| Address { bits: change(own.bits, other.bits), ..own }))
}

// Comparing

/// The other address; None for what is none.
fn other(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Option<Address>> {
    match coerced(interpreter, this, &args.first()) {
        Ok(other) => Ok(Some(other)),
        Err(flow) if matches!(*flow, Flow::Raise(_)) => Ok(None),
        Err(flow) => Err(flow),
    }
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = address(this);
    let other = other(interpreter, this, &args)?;
    Ok(other.is_some_and(|other| other.family == own.family && other.bits == own.bits).into())
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = address(this);
    Ok(match other(interpreter, this, &args)? {
        Some(other) if other.family == own.family => Value::Int(own.bits.cmp(&other.bits) as i64),
        _ => Value::Nil,
    })
}

fn includes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = address(this);
    let other = coerced(interpreter, this, &args.first())?;
    Ok((own.family == other.family && own.first() <= other.first() && own.last() >= other.last()).into())
}

fn to_range(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let [begin, end] = [Address::first, Address::last]
        .map(|bound| same(interpreter, this, |own| Address { bits: bound(&own), mask: own.family.all(), ..own }));
    Ok(Value::Range(Rc::new(RRange { begin, end, exclusive: false })))
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = address(this);
    let class = interpreter.class_of(this).name();
    let family = if own.family == Family::V4 { "IPv4" } else { "IPv6" };
    Ok(format!("#<{class}: {family}:{}/{}>", full(own.family, own.bits), full(own.family, own.mask)).into())
}

/// `to_string`: every digit.
fn full(family: Family, bits: u128) -> String {
    if family == Family::V4 {
        return Ipv4Addr::from(bits as u32).to_string();
    }
    Ipv6Addr::from(bits).segments().map(|segment| format!("{segment:04x}")).join(":")
}

impl Address {
    fn first(&self) -> u128 {
        self.bits & self.mask
    }

    fn last(&self) -> u128 {
        self.bits | (!self.mask & self.family.all())
    }

    fn prefix(&self) -> i64 {
        i64::from(self.mask.count_ones())
    }

    /// `to_s`: the last two parts of what is nearly an IPv4 address are one.
    fn short(&self) -> String {
        if self.family == Family::V4 {
            return full(self.family, self.bits);
        }
        let address = Ipv6Addr::from(self.bits);
        let segments = address.segments();
        let is_compatible = segments[..6].iter().all(|segment| *segment == 0) && segments[6] != 0;
        if is_compatible {
            return format!("::{}", Ipv4Addr::from(self.bits as u32));
        }
        address.to_string()
    }

    fn is_within(&self, family: Family, network: u128, length: u32) -> bool {
        self.family == family && self.bits >> (family.width() - length) == network >> (family.width() - length)
    }

    fn is_loopback(&self) -> bool {
        self.is_within(Family::V4, 0x7f00_0000, 8) || (self.family == Family::V6 && self.bits == 1)
    }

    fn is_private(&self) -> bool {
        self.is_within(Family::V4, 0x0a00_0000, 8)
            || self.is_within(Family::V4, 0xac10_0000, 12)
            || self.is_within(Family::V4, 0xc0a8_0000, 16)
            || self.is_within(Family::V6, 0xfc << 120, 7)
    }

    fn is_link_local(&self) -> bool {
        self.is_within(Family::V4, 0xa9fe_0000, 16) || self.is_within(Family::V6, 0xfe80 << 112, 10)
    }
}
