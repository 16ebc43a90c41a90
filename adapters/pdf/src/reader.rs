//! Reads files of this printer back, for tests; those of the whole service share it.

use flate2::read::ZlibDecoder;
use std::collections::HashMap;
use std::io::Read;

/// A PDF as far as tests read one: objects, streams, and the text of pages as a reader would copy it.
pub struct File {
    objects: HashMap<usize, (String, Vec<u8>)>,
    /// All of it, each byte a character.
    pub whole: String,
}

impl File {
    /// Reads what this printer has written.
    ///
    /// # Panics
    /// When it is something else.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let mut objects = HashMap::new();
        for part in text.split("\nendobj") {
            let Some((before, body)) = part.split_once(" 0 obj\n") else { continue };
            let number = before.rsplit('\n').next().unwrap().parse().unwrap();
            let (dictionary, stream) = body.split_once("stream\n").unwrap_or((body, ""));
            let stream: Vec<u8> = stream.chars().map(|byte| u8::try_from(u32::from(byte)).unwrap()).collect();
            let mut plain = Vec::new();
            if dictionary.contains("/FlateDecode") {
                // What follows the stream is not of it.
                ZlibDecoder::new(stream.as_slice()).read_to_end(&mut plain).unwrap();
            } else {
                plain = stream;
            }
            objects.insert(number, (dictionary.to_owned(), plain));
        }
        Self { objects, whole: text }
    }

    fn reference(dictionary: &str, key: &str) -> usize {
        let after = dictionary.split_once(key).unwrap_or_else(|| panic!("no {key} in {dictionary}")).1;
        after.split_whitespace().next().unwrap().trim_start_matches('[').parse().unwrap()
    }

    /// The text of each page, every piece on a line of its own.
    ///
    /// # Panics
    /// When the file is not one of this printer.
    #[must_use]
    pub fn pages(&self) -> Vec<String> {
        let tree = self.objects.values().find(|(dictionary, _)| dictionary.contains("/Type /Pages")).unwrap();
        let kids = tree.0.split_once("/Kids [").unwrap().1.split_once(']').unwrap().0;
        let kids = kids.split(" 0 R").filter_map(|kid| kid.trim().parse().ok());
        kids.map(|kid: usize| self.text(&self.objects[&kid].0)).collect()
    }

    fn text(&self, page: &str) -> String {
        let fonts: HashMap<String, HashMap<u16, String>> = ["f0", "f1"]
            .into_iter()
            .filter(|name| page.contains(&format!("/{name} ")))
            .map(|name| {
                let font = &self.objects[&Self::reference(page, &format!("/{name} "))].0;
                (name.to_owned(), self.characters(Self::reference(font, "/ToUnicode ")))
            })
            .collect();
        let (_, content) = &self.objects[&Self::reference(page, "/Contents ")];
        let content: String = content.iter().map(|byte| char::from(*byte)).collect();
        let mut said = String::new();
        for block in content.split("BT\n").skip(1) {
            let block = block.split_once("\nET").unwrap().0;
            for line in block.lines().filter(|line| line.ends_with(" Tf")) {
                let name = line.trim_start_matches('/').split(' ').next().unwrap();
                let shown = block.split_once(" Tm\n").unwrap().1;
                said.extend(codes(shown).iter().map(|code| fonts[name][code].as_str()));
            }
            said.push('\n');
        }
        said
    }

    /// Which characters the codes of a font stand for.
    fn characters(&self, number: usize) -> HashMap<u16, String> {
        let map = String::from_utf8(self.objects[&number].1.clone()).unwrap();
        let hexadecimal = |text: &str| -> Vec<u16> {
            let digits = text.trim_matches(['<', '>']);
            (0..digits.len() / 4)
                .map(|i| u16::from_str_radix(&digits[4 * i..4 * i + 4], 16).unwrap())
                .collect()
        };
        map.lines()
            .filter_map(|line| line.split_once(' '))
            .filter(|(code, text)| code.len() == 6 && code.starts_with('<') && text.len() % 4 == 2)
            .map(|(code, text)| (hexadecimal(code)[0], String::from_utf16(&hexadecimal(text)).unwrap()))
            .collect()
    }
}

/// The two-byte codes in the strings of an operator that shows text.
fn codes(shown: &str) -> Vec<u16> {
    let mut bytes = Vec::new();
    let mut chars = shown.chars().peekable();
    let mut depth = 0;
    while let Some(c) = chars.next() {
        match c {
            '(' if depth == 0 => depth = 1,
            '<' if depth == 0 => {
                while let (Some(high), Some(low)) =
                    (chars.next().and_then(|c| c.to_digit(16)), chars.peek().and_then(|c| c.to_digit(16)))
                {
                    bytes.push(u8::try_from(16 * high + low).unwrap());
                    chars.next();
                }
            }
            ')' if depth == 1 => depth = 0,
            '\\' if depth > 0 => {
                let escaped = chars.next().unwrap();
                let byte = match escaped {
                    'n' => 10,
                    'r' => 13,
                    't' => 9,
                    'b' => 8,
                    'f' => 12,
                    digit if digit.is_digit(8) => {
                        let mut value = digit.to_digit(8).unwrap();
                        for _ in 0..2 {
                            value = 8 * value + chars.next().unwrap().to_digit(8).unwrap();
                        }
                        value
                    }
                    other => u32::from(other),
                };
                bytes.push(u8::try_from(byte).unwrap());
            }
            c if depth > 0 => {
                // Parentheses that are in balance are part of the string.
                depth += i32::from(c == '(') - i32::from(c == ')');
                bytes.push(u8::try_from(u32::from(c)).unwrap());
            }
            _ => {}
        }
    }
    bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}
