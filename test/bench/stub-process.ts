/** @module A server that answers 202 at once: what the load generator can do by itself. */
import { createServer } from 'node:http';

createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(202, { 'content-length': 2 }).end('{}'));
}).listen(Number(process.env.PORT), '127.0.0.1');
