//! Moments as people read them, in UTC.

use crate::message::push_number;

const DAY: u64 = 24 * 60 * 60 * 1000;

fn push_padded(out: &mut String, number: u64, width: usize) {
    let start = out.len();
    push_number(out, number as u32); // a part of a date is small
    while out.len() - start < width {
        out.insert(start, '0');
    }
}

/// `2026-11-24`.
pub(super) fn push_date(out: &mut String, millis: u64) {
    // Counted from 1 March of the year 0, so that the leap day is the last of its year; 146,097 days are 400 years.
    let days = millis / DAY + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, year) = if month < 10 { (month + 3, year) } else { (month - 9, year + 1) };
    push_padded(out, era * 400 + year, 4);
    out.push('-');
    push_padded(out, month, 2);
    out.push('-');
    push_padded(out, day, 2);
}

/// `11:20:32.123`.
pub(super) fn push_time(out: &mut String, millis: u64) {
    let of_day = millis % DAY;
    for (part, width, end) in [
        (of_day / 3_600_000, 2, ":"),
        (of_day / 60_000 % 60, 2, ":"),
        (of_day / 1000 % 60, 2, "."),
        (of_day % 1000, 3, ""),
    ] {
        push_padded(out, part, width);
        out.push_str(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let shown = |millis| {
            let mut out = String::new();
            push_date(&mut out, millis);
            out.push(' ');
            push_time(&mut out, millis);
            out
        };
        assert_eq!(shown(0), "1970-01-01 00:00:00.000");
        assert_eq!(shown(951_782_400_000), "2000-02-29 00:00:00.000");
        assert_eq!(shown(1_709_251_199_999), "2024-02-29 23:59:59.999");
        assert_eq!(shown(1_709_251_200_000), "2024-03-01 00:00:00.000");
        assert_eq!(shown(4_107_542_399_001), "2100-02-28 23:59:59.001");
        assert_eq!(shown(4_107_542_400_000), "2100-03-01 00:00:00.000");
    }
}
