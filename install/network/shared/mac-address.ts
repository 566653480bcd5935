/** The address of a card, as text in a file. */
export const macPattern = /\b[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}\b/i;
