//! Writes small databases in MaxMind's format, so that tests have them of every kind
//! and need none of anybody's.
//!
//! A file is a binary tree over the bits of addresses, sixteen zeros, the records, a
//! marker, and a map about the file. A node is two numbers. One below the count of
//! nodes is a node; the count itself means that there is nothing; one above it is a
//! place among the records, and sixteen more.

use std::net::IpAddr;

/// A value in a record.
#[derive(Clone, Debug)]
pub enum Value {
    Text(String),
    Bytes(Vec<u8>),
    Double(f64),
    Short(u16),
    Number(u32),
    Long(u64),
    Signed(i32),
    Huge(u128),
    Bool(bool),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
    /// What was written at this place already.
    Pointer(u32),
}

/// A text.
pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A map.
pub fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Map(fields.map(|(name, value)| (name.to_owned(), value)).into())
}

impl Value {
    /// Appends the value as it is encoded.
    pub fn write(&self, to: &mut Vec<u8>) {
        match self {
            Self::Pointer(place) => {
                // Of the four lengths the longest, which reaches everything.
                to.push(1 << 5 | 3 << 3);
                to.extend(place.to_be_bytes());
            }
            Self::Text(text) => payload(to, 2, text.as_bytes()),
            Self::Double(number) => payload(to, 3, &number.to_be_bytes()),
            Self::Bytes(bytes) => payload(to, 4, bytes),
            Self::Short(number) => payload(to, 5, short(&number.to_be_bytes())),
            Self::Number(number) => payload(to, 6, short(&number.to_be_bytes())),
            Self::Long(number) => payload(to, 9, short(&number.to_be_bytes())),
            Self::Signed(number) => payload(to, 8, &number.to_be_bytes()),
            Self::Huge(number) => payload(to, 10, short(&number.to_be_bytes())),
            Self::Bool(is) => control(to, 14, usize::from(*is)),
            Self::List(values) => {
                control(to, 11, values.len());
                values.iter().for_each(|value| value.write(to));
            }
            Self::Map(fields) => {
                control(to, 7, fields.len());
                for (name, value) in fields {
                    payload(to, 2, name.as_bytes());
                    value.write(to);
                }
            }
        }
    }
}

/// The byte with the kind and the length, and what does not fit into it.
fn control(to: &mut Vec<u8>, kind: u8, length: usize) {
    let (bits, more): (u8, &[u8]) = match length {
        0..29 => (length as u8, &[]),
        29..285 => (29, &((length - 29) as u32).to_be_bytes()[3..]),
        285..65_821 => (30, &((length - 285) as u32).to_be_bytes()[2..]),
        _ => (31, &((length - 65_821) as u32).to_be_bytes()[1..]),
    };
    match kind {
        1..=7 => to.push(kind << 5 | bits),
        _ => to.extend([bits, kind - 7]),
    }
    to.extend(more);
}

fn payload(to: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    control(to, kind, bytes.len());
    to.extend(bytes);
}

/// A number without the zeros before it.
fn short(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    &bytes[zeros..]
}

/// One side of a node.
#[derive(Clone, Copy)]
enum Side {
    Nothing,
    Node(usize),
    Record(usize),
}

/// A database in the making.
pub struct Writer {
    kind: String,
    built: u64,
    /// Bits of a number in a node: 24, 28 or 32.
    bits: usize,
    /// Whether there are IPv6 addresses in it, and the others at ::/96.
    is_v6: bool,
    nodes: Vec<[Side; 2]>,
    data: Vec<u8>,
}

impl Writer {
    pub fn new(kind: &str, built: u64) -> Self {
        Self {
            kind: kind.to_owned(),
            built,
            bits: 24,
            is_v6: true,
            nodes: vec![[Side::Nothing; 2]],
            data: Vec::new(),
        }
    }

    pub fn bits(mut self, bits: usize) -> Self {
        self.bits = bits;
        self
    }

    pub fn only_v4(mut self) -> Self {
        self.is_v6 = false;
        self
    }

    /// Says something about a network, written `192.0.2.0/24`. Larger networks come
    /// before those in them.
    pub fn with(mut self, network: &str, record: &Value) -> Self {
        let at = self.data.len();
        record.write(&mut self.data);
        let (address, length) = network.split_once('/').unwrap();
        let length: usize = length.parse().unwrap();
        let (bits, length) = match (address.parse().unwrap(), self.is_v6) {
            (IpAddr::V4(address), false) => (u128::from(address.to_bits()) << 96, length),
            (IpAddr::V4(address), true) => (u128::from(address.to_bits()), length + 96),
            (IpAddr::V6(address), _) => (address.to_bits(), length),
        };
        let side = |depth: usize| (bits >> (127 - depth) & 1) as usize;
        let mut node = 0;
        for depth in 0..length - 1 {
            let below = self.nodes[node][side(depth)];
            node = match below {
                Side::Node(below) => below,
                // What was said of the whole still goes for the rest of it.
                Side::Nothing | Side::Record(_) => {
                    self.nodes.push([below; 2]);
                    let new = self.nodes.len() - 1;
                    self.nodes[node][side(depth)] = Side::Node(new);
                    new
                }
            };
        }
        self.nodes[node][side(length - 1)] = Side::Record(at);
        self
    }

    /// Puts nodes in place of the tree, each leading twice to the next, and the last
    /// to a number: so many ways that nobody ever walks them all.
    pub fn endless(mut self, nodes: usize, last: usize) -> Self {
        self.nodes = (1..=nodes)
            .map(|next| [Side::Node(if next == nodes { last } else { next }); 2])
            .collect();
        self
    }

    /// The file.
    pub fn file(&self) -> Vec<u8> {
        let mut file = Vec::new();
        for sides in &self.nodes {
            let [left, right] = sides.map(|side| {
                let number = match side {
                    Side::Nothing => self.nodes.len(),
                    Side::Node(node) => node,
                    Side::Record(at) => self.nodes.len() + 16 + at,
                };
                u32::try_from(number).unwrap().to_be_bytes()
            });
            match self.bits {
                24 => file.extend([&left[1..], &right[1..]].concat()),
                28 => {
                    file.extend(&left[1..]);
                    file.push(left[0] << 4 | right[0]);
                    file.extend(&right[1..]);
                }
                _ => file.extend([left, right].concat()),
            }
        }
        file.extend([0; 16]);
        file.extend(&self.data);
        file.extend(b"\xab\xcd\xefMaxMind.com");
        map([
            ("binary_format_major_version", Value::Short(2)),
            ("binary_format_minor_version", Value::Short(0)),
            ("build_epoch", Value::Long(self.built)),
            ("database_type", text(&self.kind)),
            ("description", map([("en", text("Made by a test"))])),
            ("ip_version", Value::Short(if self.is_v6 { 6 } else { 4 })),
            ("languages", Value::List(vec![text("en")])),
            ("node_count", Value::Number(self.nodes.len() as u32)),
            ("record_size", Value::Short(self.bits as u16)),
        ])
        .write(&mut file);
        file
    }
}
