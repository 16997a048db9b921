/** @module A subscriber that takes all it is sent, and says how many changes that was. */
import { createServer } from 'node:http';

let taken = 0;

createServer(async (request, response) => {
  const text = (await request.setEncoding('utf8').toArray()).join('');
  if (request.method === 'POST') taken += (JSON.parse(text) as { data: unknown[] }).data.length;
  response.end(JSON.stringify({ taken }));
}).listen(Number(process.env.PORT), '127.0.0.1');
