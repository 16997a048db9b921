/** @module What the gateway keeps on each Fastify request and instance. */
import type { ErrorCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Caller } from './auth.ts';
import type { Route } from './route.ts';
import type { Trace } from './trace.ts';

declare module 'fastify' {
  interface FastifyRequest {
    trace: Trace;
    /** Who calls; null on public paths. */
    caller: Caller | null;
    /** The code of the problem that was answered, for the request's log line. */
    errorCode: ErrorCode | null;
    /** The id of the operation that was called. */
    operation: string | null;
  }
  interface FastifyInstance {
    gatewayLog: Log;
  }
  interface FastifyContextConfig {
    operation?: Route;
  }
}
