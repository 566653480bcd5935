import { z } from 'zod';

/**
 * What the server knows of an image, as `GET /images/NAME/facts?mount=/&mount=/boot` gives it. `bytes` is content (what
 * rsync sends for every file once), `inodes` counts everything that takes one. A directory's content counts for the
 * deepest of the asked mount points that holds it.
 */
export const ImageFacts = z.object({
  name: z.string(),
  /** Another one when another tree has taken the image's place. */
  tree: z.string().optional(),
  bytes: z.int().min(0),
  inodes: z.int().min(0),
  mounts: z.array(
    z.object({
      dir: z.string().startsWith('/'),
      bytes: z.int().min(0),
      /** So many of the bytes are holes of sparse files, which take no room where the filesystem keeps them. */
      holeBytes: z.int().min(0).optional(),
      inodes: z.int().min(0),
    }),
  ),
  /** Hard-link groups that the asked mount points split, each as paths below the image's root: the first of a mount is copied. */
  splitLinks: z.array(z.array(z.string().startsWith('/'))),
  /** Why no machine of that firmware could start from it: the end of a sentence that begins with the image. */
  cannotStart: z.object({ bios: z.string().optional(), uefi: z.string().optional() }).optional(),
  /** For which processors the kernel that it starts is, in the words of process.arch of Node; missing where its file does not tell. */
  machine: z.string().max(20).optional(),
  /** What the kernel that it starts cannot drive, of the devices and filesystem types that were asked for. */
  undriven: z.object({ kernel: z.string(), modaliases: z.array(z.string()), types: z.array(z.string()) }).optional(),
  /** What the console says of the image besides: a line of plain ASCII. */
  remark: z
    .string()
    .regex(/^[\x20-\x7e]{0,200}$/)
    .optional(),
});
export type ImageFacts = z.infer<typeof ImageFacts>;

/** What a kernel must drive to reach its root: devices by modalias, with the module that drives each in BOEL, and filesystem types. */
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

/** As many devices and types are looked at; a machine with more hangs on the same kinds again. */
const mostNeeds = 40;

/** The needs in such a query; what has not their form, and what is too much, is not looked at. */
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
