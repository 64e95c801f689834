// The floor of what a proxy on this runtime costs: node:http to node:http, bodies piped, nothing read.
import { Agent, createServer, request } from 'node:http';

const { PORT, UPSTREAM_PORT } = process.env;
const agent = new Agent({ keepAlive: true, noDelay: true });

createServer((incoming, outgoing) => {
  const { method, url: path, headers } = incoming;
  const upstream = request({
    agent,
    host: '127.0.0.1',
    port: UPSTREAM_PORT,
    method,
    path,
    headers,
  });
  upstream.on('response', (reply) => {
    outgoing.writeHead(reply.statusCode, reply.headers);
    reply.pipe(outgoing);
  });
  upstream.on('error', () => outgoing.destroy());
  incoming.pipe(upstream);
}).listen(Number(PORT), '127.0.0.1');
