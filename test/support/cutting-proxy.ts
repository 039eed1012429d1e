/** A proxy between a service and its Neo4j that cuts connections in the middle of a commit. */
import { connect, createServer, type Socket } from 'node:net';

/** Bolt's COMMIT, a message without fields, in its chunk. */
const COMMIT = Buffer.from([0x00, 0x02, 0xb0, 0x12, 0x00, 0x00]);

export type CuttingProxy = Readonly<{
  uri: string;
  /** How many commits were cut so far: before they reached the server, and after, with the answer lost. */
  cuts: { before: number; after: number };
  /** From now on every n-th commit is cut, by turns before and after; 0: none. */
  cutEvery(commits: number): void;
  close(): Promise<void>;
}>;

/** Listens on a free port, and hands on what it gets to `bolt://127.0.0.1:port`. */
export async function startCuttingProxy(uri: string): Promise<CuttingProxy> {
  const port = Number(new URL(uri).port);
  const cuts = { before: 0, after: 0 };
  const sockets = new Set<Socket>();
  let every = 0;
  let commits = 0;
  const server = createServer(client => {
    const upstream = connect(port, '127.0.0.1');
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    let deaf = false;
    upstream.on('data', data => deaf || client.write(data));
    client.on('data', data => {
      if (!data.includes(COMMIT) || every === 0 || ++commits % every !== 0) return upstream.write(data);
      if (cuts.before <= cuts.after) {
        cuts.before++;
        return end();
      }
      cuts.after++;
      // The server commits, and nobody hears of it.
      deaf = true;
      upstream.write(data);
      upstream.once('data', end);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    uri: `bolt://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    cuts,
    cutEvery: n => {
      every = n;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
