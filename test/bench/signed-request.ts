/** @module A push as bytes on the wire, signed by Standard Webhooks. */
import { createHmac } from 'node:crypto';

export type Signer = (id: string, body: string) => string;

/** Gives the function that makes whole HTTP/1.1 requests for one path and secret (`whsec_…`). */
export function requestSigner(port: number, path: string, secret: string): Signer {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n`;
  return (id, body) => {
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return `${head}webhook-id: ${id}\r\nwebhook-timestamp: ${timestamp}\r\nwebhook-signature: v1,${signature}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };
}
