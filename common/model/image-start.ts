import { z } from 'zod';
import { ImageFacts } from './image-facts.ts';

/** What a kernel of an image can drive, by the lists that depmod(8) and the kernel's build leave beside its modules. */
export const KernelLists = z.object({
  version: z.string(),
  /** Paths of modules below the folder of the kernel's modules. */
  loadable: z.array(z.string()),
  /** Paths of the modules that are built in. */
  builtin: z.array(z.string()),
  /** Lines `PATTERN MODULE`: the devices that modules serve, built-in ones too. */
  aliases: z.string(),
  /** True if the kernel says which devices its built-in drivers serve (since Linux 5.2). */
  knowsBuiltinAliases: z.boolean(),
});
export type KernelLists = z.infer<typeof KernelLists>;

/** What an image has to start a machine, whichever machine that is. */
export const ImageStart = z.object({
  ...ImageFacts.pick({ cannotStart: true, machine: true }).shape,
  /** Of the kernel that is started, if it has modules. */
  kernel: KernelLists.optional(),
});
export type ImageStart = z.infer<typeof ImageStart>;
