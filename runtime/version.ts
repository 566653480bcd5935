/** The version of BOEL, as the console and the reports tell it. */
export const version = '6.0.0-dev';
