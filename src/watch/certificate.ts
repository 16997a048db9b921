/** @module Until when the certificate of a server is good, asked of the server itself. */
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { SECOND } from '../units.ts';

const PATIENCE = 10 * SECOND;

/** The end of the certificate that an https address shows, in epoch milliseconds. It need not be a good one: one that has ended is told too. */
export function certificateEnd(address: URL): Promise<number> {
  const port = Number(address.port || 443);
  const host = address.hostname.replace(/^\[|\]$/g, '');
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const socket = connect({ host, port, rejectUnauthorized: false, ...(isIP(host) === 0 && { servername: host }) });
  socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`${host}:${port} did not show a certificate in time`)));
  socket.once('error', reject);
  socket.once('secureConnect', () => {
    const { valid_to: until } = socket.getPeerCertificate();
    socket.destroy();
    resolve(Date.parse(until));
  });
  return promise;
}
