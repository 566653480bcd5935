import dgram from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, UserError } from '../../common/system/errors.ts';
import type { ServerCard } from '../config/networks.ts';

/** RFC 2131 section 2: op, htype, hlen, hops, xid, secs, flags, four addresses, chaddr, sname, file; then the magic cookie. */
const headerBytes = 236;
const magicCookie = 0x63825363;
/** RFC 2132: message type, server identifier; and the types DISCOVER and OFFER. */
const option = { messageType: 53, serverId: 54, end: 255, pad: 0 };
const discover = 1;
const offer = 2;
/** RFC 2131 section 4.1. */
const serverPort = 67;
const clientPort = 68;

/** A DHCPDISCOVER that asks for a broadcast answer. */
export function dhcpDiscover(mac: string, xid: number): Buffer {
  const packet = Buffer.alloc(headerBytes + 64);
  packet.set([1, 1, 6, 0]);
  packet.writeUInt32BE(xid, 4);
  packet.writeUInt16BE(0x8000, 10);
  Buffer.from(mac.replaceAll(':', ''), 'hex').copy(packet, 28);
  packet.writeUInt32BE(magicCookie, headerBytes);
  packet.set([option.messageType, 1, discover, option.end], headerBytes + 4);
  return packet;
}

/** The server that made this offer to our discover; undefined for any other packet. */
export function offeredBy(packet: Buffer, xid: number): string | undefined {
  if (packet.length < headerBytes + 4 || packet[0] !== 2 || packet.readUInt32BE(4) !== xid) return undefined;
  if (packet.readUInt32BE(headerBytes) !== magicCookie) return undefined;
  let type: number | undefined;
  let server: string | undefined;
  for (let at = headerBytes + 4; at < packet.length && packet[at] !== option.end; ) {
    const code = packet[at] ?? option.end;
    if (code === option.pad) {
      at += 1;
      continue;
    }
    const value = packet.subarray(at + 2, at + 2 + (packet[at + 1] ?? 0));
    if (code === option.messageType) type = value[0];
    if (code === option.serverId && value.length === 4) server = value.join('.');
    at += 2 + value.length;
  }
  return type === offer ? server : undefined;
}

const bind = (socket: dgram.Socket, port: number, address: string) =>
  new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, resolve);
  });

/** A server may ping an address before it offers it: dnsmasq for 3 s (PING_WAIT in its config.h), ISC dhcpd for 1 s. */
const answerLimitMs = 4500;

/** Asks twice, a second apart, which server hands out addresses on this card's network. Takes at most `limitMs`. */
export async function findDhcpServer(card: ServerCard, limitMs = answerLimitMs): Promise<string | undefined> {
  // A packet to 255.255.255.255 leaves by the card whose address the socket has; the answer comes to the wildcard address.
  const sender = dgram.createSocket({ type: 'udp4', reuseAddr: true });
  const receiver = dgram.createSocket({ type: 'udp4', reuseAddr: true });
  const xid = randomBytes(4).readUInt32BE();
  const found = Promise.withResolvers<string | undefined>();
  receiver.on('message', (packet) => {
    const server = offeredBy(packet, xid);
    if (server !== undefined) found.resolve(server);
  });
  try {
    await bind(receiver, clientPort, '0.0.0.0');
    await bind(sender, clientPort, card.address);
    sender.setBroadcast(true);
    const ask = () => sender.send(dhcpDiscover(card.mac, xid), serverPort, '255.255.255.255', () => {});
    ask();
    const again = setTimeout(ask, 1000);
    const answer = await Promise.race([found.promise, delay(limitMs, undefined)]);
    clearTimeout(again);
    return answer;
  } catch (cause) {
    throw new UserError(
      `cannot look for other DHCP servers on ${card.card}: ${messageOf(cause)}`,
      'Run the command as root, and end the DHCP client that holds port 68 on this interface.',
      { cause },
    );
  } finally {
    sender.close();
    receiver.close();
  }
}
