/** @module A peer: @platformatic/gateway with one proxied application. In a package of its own: its 240 packages are nobody else's to install. */
import { create } from '@platformatic/gateway';

const gateway = await create(import.meta.dirname, {
  server: { hostname: '127.0.0.1', port: Number(process.env.PORT), logger: { level: 'error' } },
  gateway: {
    applications: [
      {
        id: 'registry',
        origin: process.env.UPSTREAM_URL,
        proxy: { prefix: '/people', rewritePrefix: '/people', upstream: process.env.UPSTREAM_URL },
      },
    ],
    refreshTimeout: 0,
  },
  watch: false,
});
// Within a container it would listen on every address.
gateway.config.server.hostname = '127.0.0.1';
await gateway.init();
await gateway.start({ listen: true });
process.once('SIGTERM', () => gateway.stop().then(() => process.exit(0)));
