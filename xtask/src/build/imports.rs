//! Short names for what a wasm file takes from its script. wasm-bindgen names
//! each by a hash, which stands in both files and no compression makes smaller.

use crate::failure::{Failure, Outcome};

/// The number of the section that lists imports (WebAssembly core specification, 5.5.5).
const IMPORTS: u8 = 2;
/// Bytes before the first section: magic number and version.
const PREFACE: usize = 8;

/// Renames what `wasm` imports from `module`, in it and in `script`.
pub fn shorten(wasm: &[u8], script: &str, module: &str) -> Outcome<(Vec<u8>, String)> {
    let damaged = || Failure::new("wasm-bindgen's output is not the wasm that is known.");
    let mut out = wasm.get(..PREFACE).ok_or_else(damaged)?.to_vec();
    let mut script = script.to_owned();
    let mut reader = Reader { wasm, at: PREFACE };
    while reader.at < wasm.len() {
        let section = reader.byte().ok_or_else(damaged)?;
        let length = reader.number().ok_or_else(damaged)?;
        let body = reader.take(length).ok_or_else(damaged)?;
        out.push(section);
        if section == IMPORTS {
            let (body, names) = rename(body, module).ok_or_else(damaged)?;
            write_number(&mut out, body.len());
            out.extend(body);
            for (old, new) in names {
                script = replace_once(&script, &old, &new)?;
            }
            // The script hands the functions over under the module's name.
            script = replace_once(&script, module, SHORT)?;
        } else {
            write_number(&mut out, length);
            out.extend(body);
        }
    }
    Ok((out, script))
}

/// What the module itself is called afterwards.
const SHORT: &str = "m";

/// Old names, each with its new one.
type Names = Vec<(String, String)>;

/// The section's body with new names, and the names.
fn rename(body: &[u8], module: &str) -> Option<(Vec<u8>, Names)> {
    let mut reader = Reader { wasm: body, at: 0 };
    let count = reader.number()?;
    let mut out = Vec::new();
    write_number(&mut out, count);
    let mut names = Vec::new();
    for _ in 0..count {
        let from = reader.name()?;
        let name = reader.name()?;
        let kind = reader.at;
        reader.skip_kind()?;
        if from == module {
            let short = short_name(names.len());
            write_name(&mut out, SHORT);
            write_name(&mut out, &short);
            names.push((name.to_owned(), short));
        } else {
            write_name(&mut out, from);
            write_name(&mut out, name);
        }
        out.extend(&body[kind..reader.at]);
    }
    Some((out, names))
}

/// The script with one name in another's place; each stands there once.
fn replace_once(script: &str, old: &str, new: &str) -> Outcome<String> {
    if script.matches(old).count() != 1 {
        return Err(Failure::new(format!(
            "wasm-bindgen's script does not name {old} once, as is known."
        )));
    }
    Ok(script.replacen(old, new, 1))
}

/// `a` to `z`, `aa` and so on; none is a word of JavaScript's that cannot be a key.
fn short_name(mut number: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, (b'a' + (number % 26) as u8) as char);
        number /= 26;
        if number == 0 {
            return name;
        }
        number -= 1;
    }
}

struct Reader<'a> {
    wasm: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.wasm.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.wasm.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }

    /// An unsigned LEB128 number of at most 32 bits.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn name(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    /// Passes what kind of thing is imported.
    fn skip_kind(&mut self) -> Option<()> {
        let limits = |reader: &mut Self| {
            let flags = reader.byte()?;
            reader.number()?;
            if flags & 1 == 1 {
                reader.number()?;
            }
            Some(())
        };
        match self.byte()? {
            // A function: its type.
            0 => self.number().map(drop),
            // A table: the type of its entries, its size.
            1 => {
                self.byte()?;
                limits(self)
            }
            // Memory: its size.
            2 => limits(self),
            // A global: its type, whether it changes.
            3 => self.take(2).map(drop),
            // A tag.
            4 => {
                self.byte()?;
                self.number().map(drop)
            }
            _ => None,
        }
    }
}

fn write_number(out: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = (number & 0x7F) as u8;
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

fn write_name(out: &mut Vec<u8>, name: &str) {
    write_number(out, name.len());
    out.extend(name.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::{short_name, shorten};

    /// Imports `a_hash` and `b_hash` from `./x.js` and `memory` from `env`, then an empty section.
    fn wasm() -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        let mut body = vec![3];
        for (module, name, kind) in [
            ("./x.js", "a_hash", &[0, 5][..]),
            ("env", "memory", &[2, 1, 0x80, 0x01, 0x02]),
            ("./x.js", "b_hash", &[3, 0x7F, 1]),
        ] {
            for text in [module, name] {
                body.push(text.len() as u8);
                body.extend(text.as_bytes());
            }
            body.extend(kind);
        }
        wasm.extend([2, body.len() as u8]);
        wasm.extend(body);
        wasm.extend([10, 0]);
        wasm
    }

    #[test]
    fn names_are_short_in_both_files() {
        let script =
            "const i = {\n  a_hash: function(){},\n  b_hash: f,\n};\nreturn { \"./x.js\": i };";
        let (wasm, script) = shorten(&wasm(), script, "./x.js").unwrap();
        assert_eq!(
            script,
            "const i = {\n  a: function(){},\n  b: f,\n};\nreturn { \"m\": i };"
        );
        assert_eq!(
            wasm,
            b"\0asm\x01\0\0\0\x02\x1e\x03\x01m\x01a\x00\x05\x03env\x06memory\x02\x01\x80\x01\x02\x01m\x01b\x03\x7f\x01\x0a\x00"
        );
    }

    #[test]
    fn what_the_script_does_not_define_is_an_error() {
        assert!(shorten(&wasm(), "a_hash: f, \"./x.js\"", "./x.js").is_err());
        assert!(shorten(b"\0asm\x01\0\0\0\x02\x09", "", "./x.js").is_err());
    }

    #[test]
    fn names_go_on_after_z() {
        assert_eq!(
            [0, 25, 26, 27, 701, 702].map(short_name),
            ["a", "z", "aa", "ab", "zz", "aaa"]
        );
    }
}
