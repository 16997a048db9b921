/** @module One keep-alive connection that sends a prepared request and reads the answer: as little work as a client can do. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Lane {
  /** Sends the bytes of one request; the answer must have come before the next. */
  send(request: string): void;
  close(): void;
}

/**
 * Opens a connection; resolves when it stands.
 * @param answered told the status of each answer
 * @param failed told when the connection ends or the answer cannot be read
 */
export async function openLane(
  port: number,
  answered: (status: number) => void,
  failed: (error: Error) => void,
): Promise<Lane> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let text = '';
  let isClosed = false;
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    const head = text.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1];
    if (length === undefined) return failed(new Error(`an answer without content-length: ${text.slice(0, head)}`));
    if (text.length < head + 4 + Number(length)) return;
    const status = Number(text.slice(9, 12));
    text = '';
    answered(status);
  });
  socket.on('error', failed);
  socket.on('close', () => {
    if (!isClosed) failed(new Error('the server ended a connection'));
  });
  return {
    send: (request) => void socket.write(request),
    close() {
      isClosed = true;
      socket.destroy();
    },
  };
}
