import { z } from 'zod';
import { parseNetmask } from '../../../common/model/ipv4.ts';
import { UserError } from '../../../common/system/errors.ts';
import type { Configuration } from '../kind.ts';
import { withIncluded } from './included.ts';
import { parseJsonc, valueOf } from './jsonc.ts';

/** Our mark: Kea keeps a user context, also in files that Kea writes itself (Kea ARM, "Comments and User Context"). */
export const ours = { 'user-context': { 'made-by': 'systemimager' } };
/** True for an item with our mark. */
export const isOurs = (item: unknown) => Marked.safeParse(item).success;
const Marked = z.looseObject({ 'user-context': z.looseObject({ 'made-by': z.literal('systemimager') }) });

/** A reservation, by one of these identifiers (Kea ARM, "Host Reservations in DHCPv4"). */
export const Host = z.looseObject({
  'hw-address': z.string().optional(),
  'client-id': z.string().optional(),
  duid: z.string().optional(),
  'circuit-id': z.string().optional(),
  'flex-id': z.string().optional(),
  'ip-address': z.string().optional(),
  hostname: z.string().optional(),
});
export type Host = z.infer<typeof Host>;
/** Whether Kea looks for reservations in networks, in the words of its newer releases and of older ones. */
const lookups = { 'reservations-in-subnet': z.boolean().optional(), 'reservation-mode': z.string().optional() };
/** A network. */
export const Subnet4 = z.looseObject({
  ...lookups,
  id: z.int().optional(),
  subnet: z.string(),
  reservations: z.array(Host).optional(),
});
const OptionDef = z.looseObject({ code: z.int(), space: z.string().default('dhcp4') });

/** The part of kea-dhcp4.conf that we look at. */
const KeaConf = z.looseObject({
  Dhcp4: z.looseObject({
    ...lookups,
    'interfaces-config': z.looseObject({ interfaces: z.array(z.string()).default([]) }).optional(),
    'lease-database': z.unknown().optional(),
    'hosts-database': z.unknown().optional(),
    'hosts-databases': z.array(z.unknown()).default([]),
    'host-reservation-identifiers': z.array(z.string()).optional(),
    'option-def': z.array(OptionDef).default([]),
    'client-classes': z.array(z.looseObject({ name: z.string() })).default([]),
    subnet4: z.array(Subnet4).default([]),
    'shared-networks': z
      .array(
        z.looseObject({ ...lookups, subnet4: z.array(Subnet4).default([]), reservations: z.array(Host).default([]) }),
      )
      .default([]),
    reservations: z.array(Host).default([]),
  }),
});

/** The part of a configuration that is for DHCPv4. */
export function readConf(configuration: Configuration): z.infer<typeof KeaConf>['Dhcp4'] {
  const { file } = configuration;
  const result = KeaConf.safeParse(valueOf(parseJsonc(withIncluded(configuration).text, file)));
  if (result.success) return result.data.Dhcp4;
  const issue = result.error.issues[0];
  throw new UserError(
    `${file} is no configuration of kea-dhcp4: ${issue?.path.join('.')}: ${issue?.message}`,
    'Ask Kea itself: kea-dhcp4 -t FILE.',
  );
}

/** Every network of a configuration, also of shared networks, and the path to each. */
export function subnetsOf(conf: ReturnType<typeof readConf>) {
  const { subnet4, 'shared-networks': shared } = conf;
  return [
    ...subnet4.map((one, at) => ({ ...one, way: ['Dhcp4', 'subnet4', at] })),
    ...shared.flatMap((group, which) =>
      group.subnet4.map((one, at) => ({ ...one, way: ['Dhcp4', 'shared-networks', which, 'subnet4', at] })),
    ),
  ];
}

/** The network of a text as 10.0.0.0/24. */
export function networkIn(text: string): { network: string; prefixLength: number } {
  const [network = '', length = ''] = text.split('/');
  return { network, prefixLength: parseNetmask(length) ?? 32 };
}
