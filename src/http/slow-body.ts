/** @module A body that trickles in is cut off, so that nobody holds connections by sending a byte now and then; files have a longer time. */
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { onRequestHookHandler } from 'fastify';
import { brokenRequestAnswer } from './problem.ts';
import './request.ts';

/** How often connections are looked at while a body is allowed to come: one is cut off at most that part later than told. */
const LOOKS = 10;

/** The body that is coming, or came last, over a connection. */
interface Body {
  /** null once it is known to be whole. */
  request: IncomingMessage | null;
  /** The look before its headers came. */
  since: number;
}

/**
 * Ends the connection of a request whose body is not whole `withinMs` after its headers, unless its operation takes a stream.
 *
 * One timer looks at all connections: one for each request would cost as much as the token's check.
 */
export function cutSlowBodies(withinMs: number): onRequestHookHandler {
  const bodies = new Map<Socket, Body>();
  let looks = 0;
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    looks++;
    for (const [socket, body] of bodies) {
      const { request, since } = body;
      if (request === null) continue;
      if (request.complete) body.request = null;
      else if (looks - since > LOOKS) {
        body.request = null;
        socket.end(brokenRequestAnswer(undefined), () => request.destroy());
      }
    }
  }

  function watch(socket: Socket): Body {
    const body: Body = { request: null, since: looks };
    bodies.set(socket, body);
    timer ??= setInterval(look, withinMs / LOOKS).unref();
    socket.once('close', () => {
      bodies.delete(socket);
      if (bodies.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    });
    return body;
  }

  return (request, _reply, done) => {
    const { raw } = request;
    const hasBody = raw.headers['content-length'] !== undefined || raw.headers['transfer-encoding'] !== undefined;
    // A call from within the process (`inject`: a log-in at the embedded issuer) has no connection, and its body is whole.
    const isConnected = raw.socket instanceof Socket;
    if (hasBody && isConnected && !raw.complete && request.routeOptions.config?.operation?.rawBody !== 'stream') {
      const body = bodies.get(raw.socket) ?? watch(raw.socket);
      body.request = raw;
      body.since = looks;
    }
    done();
  };
}
