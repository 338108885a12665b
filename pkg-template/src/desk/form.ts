/** The form in which a page hands over a letter with files. */

/** The part with the arguments of the method, as JSON. */
export const CALL = "call";
/** The parts with the content of the files, in the order of the arguments. */
export const FILE = "file";
