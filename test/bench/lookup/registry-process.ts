/** @module The registry behind every contestant: reads the question, answers the same person, as fast as Node can. */
import { createServer } from 'node:http';
import { endOnSignal } from '../peers/receiver.ts';

const PERSON = Buffer.from(
  JSON.stringify({
    soDinhDanh: '066090000123',
    hoTen: 'Nguyễn Văn An',
    ngaySinh: '1990-05-17',
    gioiTinh: '1',
    danToc: 'Kinh',
    thuongTru: { maTinh: '66', maXa: '24490', chiTiet: 'Thôn 4' },
    quanHe: [
      { hoTen: 'Dương Kim Châu', quanHe: 'vợ' },
      { hoTen: 'Nguyễn Bích Châu', quanHe: 'con' },
    ],
  }),
);

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': PERSON.length });
    response.end(PERSON);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), '127.0.0.1');
endOnSignal(async () => {
  server.closeAllConnections();
  server.close();
});
