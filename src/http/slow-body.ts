/** @module A body that trickles in is cut off, so that nobody holds connections by sending a byte now and then; files have a longer time. */
import type { onRequestHookHandler } from 'fastify';
import { brokenRequestAnswer } from './problem.ts';
import './request.ts';

/** Ends the connection of a request whose body is not whole `withinMs` after its headers, unless its operation takes a stream. */
export function cutSlowBodies(withinMs: number): onRequestHookHandler {
  return (request, _reply, done) => {
    const { raw } = request;
    const hasBody = raw.headers['content-length'] !== undefined || raw.headers['transfer-encoding'] !== undefined;
    if (hasBody && !raw.complete && request.routeOptions.config?.operation?.rawBody !== 'stream') {
      const timer = setTimeout(() => {
        if (!raw.complete) raw.socket.end(brokenRequestAnswer(undefined), () => raw.destroy());
      }, withinMs);
      raw.once('close', () => clearTimeout(timer));
    }
    done();
  };
}
