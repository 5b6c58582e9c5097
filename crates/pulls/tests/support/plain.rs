//! A CSV reader and writer of the plainest kind, sharing nothing with the
//! engine's: what the engine writes is read by it, and the other way round.

/// All rows of a text, the header's too, as values.
pub fn cells(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let (mut quoted, mut fresh) = (false, true);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let row = rows.last_mut().expect("a row");
        let cell = row.last_mut().expect("a cell");
        if quoted && character == '"' {
            if characters.next_if_eq(&'"').is_some() {
                cell.push('"');
            } else {
                quoted = false;
            }
        } else if quoted {
            cell.push(character);
        } else if character == '"' && fresh {
            quoted = true;
            fresh = false;
        } else if character == delimiter {
            row.push(String::new());
            fresh = true;
        } else if character == '\n' {
            if cell.ends_with('\r') {
                cell.pop();
            }
            rows.push(vec![String::new()]);
            fresh = true;
        } else {
            cell.push(character);
            fresh = false;
        }
    }
    if rows
        .last()
        .is_some_and(|row| row.len() == 1 && row[0].is_empty())
    {
        rows.pop();
    }
    rows
}

/// A text of these rows; every value that holds anything odd is quoted.
pub fn text<V: AsRef<str>>(rows: &[Vec<V>], delimiter: char, end: &str) -> String {
    let mut out = String::new();
    for row in rows {
        for (at, value) in row.iter().enumerate() {
            let value = value.as_ref();
            if at > 0 {
                out.push(delimiter);
            }
            if value
                .chars()
                .all(|c| c.is_alphanumeric() || " :.-_/".contains(c))
            {
                out += value;
            } else {
                out += &format!("\"{}\"", value.replace('"', "\"\""));
            }
        }
        out += end;
    }
    out
}
