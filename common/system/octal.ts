/**
 * Reads back what fstab(5), proc_pid_mountinfo(5) and proc_swaps(5) write for blanks, tabs, newlines and backslashes: a
 * backslash and three octal digits.
 */
export function unescapeOctal(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
