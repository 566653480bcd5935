import type { Architecture } from '../../../common/boot/architectures.ts';
import type { Child } from '../../../common/system/io.ts';
import { blankDisk } from '../../assets/disk.ts';
import { boel } from '../../assets/boel.ts';
import { type GoldenOptions, goldenTree } from '../../assets/golden.ts';
import { masterScript, type ScriptWish } from '../../assets/scripts.ts';
import { serverRoot, type ServerWish } from '../../assets/server-root.ts';
import type { RowContext } from '../harness/row.ts';
import { serve } from '../harness/serve.ts';
import { macOf } from '../harness/vm.ts';
import { type Wire, wireNetwork } from '../harness/wire.ts';

/** The image of every row. */
export const image = 'web_v1';

/** The machine that rows install: its name, its address by whatever source, its card. */
export const web1 = { host: 'web1', ip: `${wireNetwork.base}11`, mac: macOf(1) } as const;

/** All of the identity at the boot prompt: no DHCP, no names are asked for. */
export const typedFor = ({ host, ip }: { host: string; ip: string }): string =>
  `HOSTNAME=${host} IPADDR=${ip} NETMASK=${wireNetwork.netmask} IMAGESERVER=${wireNetwork.server}`;
export const typed: string = typedFor(web1);

/** A wire with an image server on it. */
export type Site = {
  wire: Wire;
  /** Of its machines. */
  arch: Architecture;
  /** The tree that machines get. */
  tree: string;
  root: string;
  /** Kills the image server with all that belongs to it, as a power cut does. */
  killServer(): Promise<void>;
  /** Ends it, as an administrator does. */
  stopServer(): Promise<void>;
  startServer(): Promise<void>;
  /** A boot of BOEL without firmware's choice; these words are typed at the prompt. A failure powers the machine off unless they say else. */
  direct(words: string): Promise<{ kernel: string; initrd: string; append: string }>;
};

export type SiteWish = Partial<ScriptWish> & {
  /** Of the machines; amd64 by default. */
  arch?: Architecture;
  layout: string;
  golden?: GoldenOptions;
  /** `none`: TFTP only, `proxy`: only boot files; both beside a DHCP server that the row starts. */
  dhcp?: boolean | 'none' | 'proxy';
  /** Instead of what is said above: scripts, hosts, machines, server.toml. */
  server?: Partial<ServerWish>;
  /** No image server at all. */
  isEmpty?: boolean;
};

/** Makes the wire, the server's root with the image, web1's script, and starts serve. */
export async function makeSite(test: RowContext, wish: SiteWish): Promise<Site> {
  const { arch = 'amd64' } = wish;
  const tree = await goldenTree(wish.golden);
  const files = await boel(arch);
  const wire = await test.wire();
  const root = await serverRoot(test.scratch, {
    arch,
    images: { [image]: tree },
    scripts: {
      [`${image}.master`]: masterScript({ image, ...wish }),
      [`${web1.host}.sh`]: { linkTo: `${image}.master` },
    },
    machines: [{ host: web1.host, mac: web1.mac, ip: web1.ip }],
    ...wish.server,
  });
  let server: Child | undefined;
  const startServer = async () => {
    server = await serve(wire, root, { dhcp: wish.dhcp ?? false, logs: test.logs });
  };
  if (!wish.isEmpty) await startServer();
  return {
    wire,
    arch,
    tree,
    root,
    startServer,
    stopServer: async () => void (await server?.stop()),
    async killServer() {
      server?.kill('SIGKILL');
      await server?.exit;
      // A pull that is under way outlives its daemon.
      await wire.killAll('rsync');
    },
    direct: async (words) => ({
      kernel: files.kernel,
      initrd: files.initrd,
      append: `console=${consoles[arch]} loglevel=4 rootfstype=ramfs ${words.includes('ONFAIL=') ? '' : 'ONFAIL=poweroff '}${words}`,
    }),
  };
}

/** The serial console of QEMU's board for each architecture. */
const consoles: Record<Architecture, string> = { amd64: 'ttyS0,115200', arm64: 'ttyAMA0' };

/** A blank disk of the row. */
export const blank = (test: RowContext, size: string, name = 'disk') => blankDisk(test.scratch, name, size);
