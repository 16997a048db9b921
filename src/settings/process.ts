/** @module The process: where it listens, what it keeps where, whom it believes about addresses, when it refuses for its own sake. */
import { z } from 'zod';
import { setting } from './setting.ts';
import { address, list } from './shapes.ts';

const port = z.coerce.number().int().min(0).max(65_535);

export const processSettings = {
  HOST: setting(z.string().default('127.0.0.1'), 'The address to listen on.'),
  PORT: setting(port.default(8080), "The gateway's port; 0 takes a free one."),
  SIMULATORS_PORT: setting(port.default(8090), "The simulators' port (npm start)."),
  PUBLIC_URL: setting(
    address.optional(),
    'The address under which callers reach the gateway; by default that of HOST and PORT.',
    {
      example: 'https://lienthong.example.vn',
    },
  ),
  ROLE: setting(
    z.enum(['all', 'gateway', 'worker']).default('all'),
    'What this process does: answers calls, delivers, or both.',
  ),
  DATA_DIR: setting(
    z.string().default('.lienthong'),
    'Where the embedded database, keys and the demo keep their files.',
  ),
  DATABASE_URL: setting(
    z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    'PostgreSQL 15 or newer. Without it the embedded database is used, which is not for production.',
    { secret: true, example: 'postgres://lienthong:password@127.0.0.1:5432/lienthong' },
  ),
  DATABASE_OWNER_URL: setting(
    z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    "The owner's of the tables, for migrations alone: the role of DATABASE_URL is then given no more than it needs, and can only append to the audit log.",
    { secret: true, example: 'postgres://lienthong_owner:password@127.0.0.1:5432/lienthong' },
  ),
  DATABASE_CONNECTIONS: setting(
    z.coerce.number().int().min(2).max(500).default(16),
    'Connections to PostgreSQL, at most.',
  ),
  REDIS_URL: setting(
    z.url({ protocol: /^rediss?$/ }).optional(),
    'Redis for what replicas share for speed; without it each process keeps its own, and losing it loses nothing.',
    { secret: true, example: 'redis://127.0.0.1:6379' },
  ),
  LOG_LEVEL: setting(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    'From which level on lines are written; the line per request is info, warn for a 5xx.',
  ),
  TRUST_PROXY: setting(
    list.default([]),
    'Addresses of proxies whose X-Forwarded-For is believed, separated by commas.',
  ),
  UNKNOWN_PATHS_PER_MINUTE: setting(
    z.coerce.number().int().min(1).max(1_000_000).default(60),
    'How many paths that do not exist one address without a token may ask for in a minute; then 429.',
  ),
  SHED_AT_DELAY_MS: setting(
    z.coerce.number().int().min(0).max(60_000).default(1_000),
    'From which mean delay of the event loop on calls are refused with 503, but for health and pushes; 0: never.',
  ),
  METRICS_ADDRESSES: setting(
    list.default(['127.0.0.1', '::1']),
    'Addresses that may read /metrics, separated by commas.',
  ),
  CONNECTORS: setting(
    list.default([]),
    'Connectors from outside: names of packages, or paths of modules, separated by commas.',
  ),
} as const;
