//! The nationwide holidays of the storefronts' countries, on which a deadline stands still. They
//! are a default that users can replace: regional holidays, and what a parliament decides later,
//! are not here.
//!
//! A holiday that is doubtful is left out, because a deadline that is too early is the safe side.

use crate::vendor::desk::calendar::{Calendar, Holiday};

/// The calendars, by the storefront's name. A storefront that is not known has weekends only.
pub(super) const CALENDARS: &[(&str, Calendar)] = &[
    ("", Calendar::central_europe(&[])),
    ("at", Calendar::central_europe(AT)),
    ("cz", Calendar::central_europe(CZ)),
    ("de", Calendar::central_europe(DE)),
    ("es", Calendar::central_europe(ES)),
    ("fr", Calendar::central_europe(FR)),
    ("it", Calendar::central_europe(IT)),
    ("nl", Calendar::central_europe(NL)),
    ("pl", Calendar::central_europe(PL)),
    ("sk", Calendar::central_europe(SK)),
];

const NEW_YEAR: Holiday = Holiday::date(1, 1);
const EPIPHANY: Holiday = Holiday::date(1, 6);
const GOOD_FRIDAY: Holiday = Holiday::easter(-2);
const EASTER_MONDAY: Holiday = Holiday::easter(1);
const LABOUR_DAY: Holiday = Holiday::date(5, 1);
const VICTORY_DAY: Holiday = Holiday::date(5, 8);
const ASCENSION: Holiday = Holiday::easter(39);
const WHIT_MONDAY: Holiday = Holiday::easter(50);
const CORPUS_CHRISTI: Holiday = Holiday::easter(60);
const ASSUMPTION: Holiday = Holiday::date(8, 15);
const ALL_SAINTS: Holiday = Holiday::date(11, 1);
const IMMACULATE_CONCEPTION: Holiday = Holiday::date(12, 8);
const CHRISTMAS_EVE: Holiday = Holiday::date(12, 24);
const CHRISTMAS: Holiday = Holiday::date(12, 25);
const SECOND_CHRISTMAS_DAY: Holiday = Holiday::date(12, 26);

const AT: &[Holiday] = &[
    NEW_YEAR,
    EPIPHANY,
    EASTER_MONDAY,
    LABOUR_DAY,
    ASCENSION,
    WHIT_MONDAY,
    CORPUS_CHRISTI,
    ASSUMPTION,
    // The national day.
    Holiday::date(10, 26),
    ALL_SAINTS,
    IMMACULATE_CONCEPTION,
    CHRISTMAS,
    SECOND_CHRISTMAS_DAY,
];

const CZ: &[Holiday] = &[
    NEW_YEAR,
    GOOD_FRIDAY,
    EASTER_MONDAY,
    LABOUR_DAY,
    VICTORY_DAY,
    // Cyril and Methodius, Jan Hus, statehood, independence, freedom and democracy.
    Holiday::date(7, 5),
    Holiday::date(7, 6),
    Holiday::date(9, 28),
    Holiday::date(10, 28),
    Holiday::date(11, 17),
    CHRISTMAS_EVE,
    CHRISTMAS,
    SECOND_CHRISTMAS_DAY,
];

const DE: &[Holiday] = &[
    NEW_YEAR,
    GOOD_FRIDAY,
    EASTER_MONDAY,
    LABOUR_DAY,
    ASCENSION,
    WHIT_MONDAY,
    // The day of German unity.
    Holiday::date(10, 3),
    CHRISTMAS,
    SECOND_CHRISTMAS_DAY,
];

const ES: &[Holiday] = &[
    NEW_YEAR,
    EPIPHANY,
    GOOD_FRIDAY,
    LABOUR_DAY,
    ASSUMPTION,
    // The national day and the day of the constitution.
    Holiday::date(10, 12),
    ALL_SAINTS,
    Holiday::date(12, 6),
    IMMACULATE_CONCEPTION,
    CHRISTMAS,
];

const FR: &[Holiday] = &[
    NEW_YEAR,
    EASTER_MONDAY,
    LABOUR_DAY,
    VICTORY_DAY,
    ASCENSION,
    WHIT_MONDAY,
    // The national day and the armistice.
    Holiday::date(7, 14),
    ASSUMPTION,
    ALL_SAINTS,
    Holiday::date(11, 11),
    CHRISTMAS,
];

const IT: &[Holiday] = &[
    NEW_YEAR,
    EPIPHANY,
    EASTER_MONDAY,
    // The liberation and the republic.
    Holiday::date(4, 25),
    LABOUR_DAY,
    Holiday::date(6, 2),
    ASSUMPTION,
    // Saint Francis, a holiday again since 2026.
    Holiday::date(10, 4).from(2026),
    ALL_SAINTS,
    IMMACULATE_CONCEPTION,
    CHRISTMAS,
    SECOND_CHRISTMAS_DAY,
];

/// The day of liberation is left out, because most people work on it in most years.
const NL: &[Holiday] = &[
    NEW_YEAR,
    EASTER_MONDAY,
    // The king's day. When it falls on a Sunday it is kept on the Saturday before, which is no
    // working day either.
    Holiday::date(4, 27),
    ASCENSION,
    WHIT_MONDAY,
    CHRISTMAS,
    SECOND_CHRISTMAS_DAY,
];

const PL: &[Holiday] = &[
    NEW_YEAR,
    EPIPHANY,
    EASTER_MONDAY,
    LABOUR_DAY,
    // The constitution.
    Holiday::date(5, 3),
    CORPUS_CHRISTI,
    ASSUMPTION,
    ALL_SAINTS,
    // The independence.
    Holiday::date(11, 11),
    CHRISTMAS_EVE.from(2025),
    CHRISTMAS,
    SECOND_CHRISTMAS_DAY,
];

const SK: &[Holiday] = &[
    NEW_YEAR,
    EPIPHANY,
    GOOD_FRIDAY,
    EASTER_MONDAY,
    LABOUR_DAY,
    // In 2026 people work on these two.
    VICTORY_DAY.until(2025),
    VICTORY_DAY.from(2027),
    Holiday::date(9, 15).until(2025),
    Holiday::date(9, 15).from(2027),
    // Cyril and Methodius, and the uprising.
    Holiday::date(7, 5),
    Holiday::date(8, 29),
    // Days on which people work since these years: the constitution, and freedom and democracy.
    Holiday::date(9, 1).until(2023),
    ALL_SAINTS,
    Holiday::date(11, 17).until(2024),
    CHRISTMAS_EVE,
    CHRISTMAS,
    SECOND_CHRISTMAS_DAY,
];
