//! The little of the Gregorian calendar that an axis needs: days since
//! 1970-01-01 to year and month, and back.

/// Days from 1970-01-01 to the first of March of the year 0.
const MARCH_OF_YEAR_ZERO: i64 = -719_468;
/// Days in 400 years.
const ERA_DAYS: i64 = 146_097;

/// Months since January of the year 0 in which `day` lies.
pub(crate) fn month_index(day: i32) -> i64 {
    let shifted = i64::from(day) - MARCH_OF_YEAR_ZERO;
    let era = shifted.div_euclid(ERA_DAYS);
    let of_era = shifted.rem_euclid(ERA_DAYS);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    // Months counted from March, so that February's length never matters.
    let from_march = (5 * of_year + 2) / 153;
    (era * 400 + year) * 12 + from_march + 2
}

/// The first day of a month counted since January of the year 0.
pub(crate) fn first_day_of_month(month: i64) -> i32 {
    let from_march = (month - 2).rem_euclid(12);
    let year = (month - 2).div_euclid(12);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let days = era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100
        + (153 * from_march + 2) / 5
        + MARCH_OF_YEAR_ZERO;
    i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_where_the_calendar_says() {
        assert_eq!(month_index(0), 1970 * 12);
        assert_eq!(month_index(-1), 1970 * 12 - 1);
        assert_eq!(first_day_of_month(1970 * 12), 0);
        // 2024-02-29 and 2024-03-01
        assert_eq!(month_index(19_782), 2024 * 12 + 1);
        assert_eq!(month_index(19_783), 2024 * 12 + 2);
        for month in 1_900 * 12..2_200 * 12 {
            let first = first_day_of_month(month);
            assert_eq!(month_index(first), month);
            assert_eq!(month_index(first - 1), month - 1);
        }
    }
}
