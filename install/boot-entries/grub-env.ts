/** A file of variables for grub is one block: GNU GRUB manual, "The GRUB environment block". */
const grubenvBytes = 1024;
const head = '# GRUB Environment Block\n';

/** The block without a variable, as grub-editenv(1) writes it. */
export function envWithout(text: string | undefined, name: string): string {
  const lines = (text ?? head).split('\n').filter((line) => !line.startsWith(`${name}=`));
  return `${lines.join('\n').replace(/(?<![\n#])[\n#]+$/, '')}\n`.replace(/^\n$/, head).padEnd(grubenvBytes, '#');
}
