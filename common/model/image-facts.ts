import { z } from 'zod';

/**
 * What the server knows of an image, from `GET /images/NAME/facts?mount=/&mount=/boot`. `bytes` is content (the bytes that
 * rsync sends for every file once), `inodes` counts every file that takes an inode. A directory's content counts for the
 * deepest of the asked mount points that holds the directory.
 */
export const ImageFacts = z.object({
  name: z.string(),
  /** Names the tree: another tree in the image's place has another value. */
  tree: z.string().optional(),
  bytes: z.int().min(0),
  inodes: z.int().min(0),
  mounts: z.array(
    z.object({
      dir: z.string().startsWith('/'),
      bytes: z.int().min(0),
      /** How many of the bytes are holes of sparse files, which take no room if the filesystem keeps holes. */
      holeBytes: z.int().min(0).optional(),
      inodes: z.int().min(0),
    }),
  ),
  /** Hard-link groups that the asked mount points split, each as paths below the image's root: each mount gets a copy. */
  splitLinks: z.array(z.array(z.string().startsWith('/'))),
  /** Why no machine with that firmware could start from the image: the end of a sentence that begins with the image. */
  cannotStart: z.object({ bios: z.string().optional(), uefi: z.string().optional() }).optional(),
  /** The processor of the kernel that the image starts, as Node's process.arch names it; missing if the file does not tell. */
  machine: z.string().max(20).optional(),
  /** Of the devices and filesystem types in the query, those that the kernel of the image cannot drive. */
  undriven: z.object({ kernel: z.string(), modaliases: z.array(z.string()), types: z.array(z.string()) }).optional(),
  /** A remark on the image for the console: a line of plain ASCII. */
  remark: z
    .string()
    .regex(/^[\x20-\x7e]{0,200}$/)
    .optional(),
});
export type ImageFacts = z.infer<typeof ImageFacts>;

/** What a kernel must drive to reach its root: devices by modalias, each with its module in BOEL, and filesystem types. */
export type RootNeeds = { devices: { driver: string; modalias: string }[]; types: string[] };

/** What a mount point holds. */
export type Content = Pick<ImageFacts['mounts'][number], 'bytes' | 'holeBytes' | 'inodes'>;

/** The content of an image with files that its installation makes besides, each on the deepest mount point above it. */
export function withFiles(facts: ImageFacts, files: readonly { path: string; sizeBytes: number }[]): ImageFacts {
  const mountOf = (path: string) =>
    facts.mounts
      .filter(({ dir }) => dir === '/' || path.startsWith(`${dir}/`))
      .reduce<string | undefined>((best, { dir }) => (best && best.length > dir.length ? best : dir), undefined);
  return {
    ...facts,
    mounts: facts.mounts.map((mount) => {
      const inside = files.filter((one) => mountOf(one.path) === mount.dir);
      const bytes = inside.reduce((sum, one) => sum + one.sizeBytes, 0);
      return inside.length === 0
        ? mount
        : { ...mount, bytes: mount.bytes + bytes, inodes: mount.inodes + inside.length };
    }),
  };
}

/** How an HTTP answer of the server says no. */
export const HttpProblem = z.object({ error: z.string(), hint: z.string() });
export type HttpProblem = z.infer<typeof HttpProblem>;

/** The path and query for an image's facts. */
export function imageFactsPath(name: string, mounts: readonly string[], needs: RootNeeds): string {
  const query = [
    ...mounts.map((dir) => ['mount', dir]),
    ...needs.devices.slice(0, mostNeeds).map(({ driver, modalias }) => ['device', `${driver}/${modalias}`]),
    ...needs.types.map((type) => ['type', type]),
  ];
  const text = query.map(([key, value = '']) => `${key}=${encodeURIComponent(value)}`).join('&');
  return `/images/${encodeURIComponent(name)}/facts${text === '' ? '' : `?${text}`}`;
}

/** The most devices, and the most types, of a query; the others of a larger machine are of the same kinds. */
const mostNeeds = 40;

/** Reads the needs from such a query; skips values in another form, and values beyond the limit. */
export function queriedNeeds(queries: (key: string) => string[] | undefined): RootNeeds {
  const fitting = (key: string, form: RegExp) =>
    (queries(key) ?? []).slice(0, mostNeeds).flatMap((text) => {
      const match = form.exec(text);
      return match ? [[...match]] : [];
    });
  return {
    devices: fitting('device', /^([\w-]{1,64})\/([\x21-\x7e]{1,500})$/).map(([, driver = '', modalias = '']) => {
      return { driver, modalias };
    }),
    types: fitting('type', /^[\w.-]{1,32}$/).map(([type = '']) => type),
  };
}
